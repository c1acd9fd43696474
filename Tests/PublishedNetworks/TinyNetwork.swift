import Datasets
import Execution
import Golden
import Networks
import Training

/// One of two networks so small that every curvature matrix is known whole, with the numbers that
/// the originals gave.
public struct TinyNetwork {
    public static let names = ["vit_tiny_d8", "mixer_tiny"]

    /// The mean NLL over 16 images.
    public let objective: Objective
    public let weights: Weights
    /// The numbers that the original gave.
    public let golden: [String: Any]
    public let network: any Network

    public init(_ name: String) throws {
        let models = try Golden.json("hessian_tiny.json").objects("models")
        guard let golden = models.first(where: { $0["name"] as? String == name }) else {
            throw MissingKey(name)
        }
        self.golden = golden
        network = Self.network(name)
        let count = 16
        let images = try LabelledImages(
            pixels: .doubles(HashFill.symmetric("input", count: count * 48)),
            shape: [count, 3, 4, 4], labels: .classes((0..<count).map { (7 * $0 + 3) % 5 }),
            classNames: (0..<5).map(String.init), source: "hash")
        let examples = try ExampleSet(
            images, indices: Array(0..<count), options: ExampleOptions(), normalization: nil)
        var weights = try Weights(network, seed: 0)
        weights.vector = ParameterVector(
            weights.layout.tensors.flatMap {
                HashFill.tensor($0.name, shape: $0.shape, trainable: true) ?? []
            })
        self.weights = weights
        var options = ObjectiveOptions()
        options.workers = 2
        options.groupSize = 5
        objective = try Objective(
            network, examples: examples, weights: weights, options: options,
            machine: CPUMachine(precision: .double))
    }

    private static func network(_ name: String) -> any Network {
        let signature = NetworkSignature(name: name, imageShape: [3, 4, 4], classes: 5)
        if name == "mixer_tiny" {
            var mixer = Mixer(signature)
            (mixer.patch, mixer.width, mixer.depth) = (2, 8, 2)
            (mixer.tokenHidden, mixer.featureHidden) = (6, 12)
            return mixer
        }
        var transformer = ParkTransformer(signature)
        transformer.patch = 2
        (transformer.widths, transformer.depths) = ([8], [2])
        (transformer.heads, transformer.headFeatures, transformer.hidden) = ([2], [4], [12])
        return transformer
    }

    /// A curvature matrix of the examples in use, entry by entry, row-major.
    public func dense(_ matrix: CurvatureMatrix = .hessian) throws -> [Double] {
        let target = try objective.linearize(matrix, at: weights.vector)
        let n = target.dimension
        var entries = [Double](repeating: 0, count: n * n)
        for column in 0..<n {
            var unit = ParameterVector(zeros: n)
            unit[column] = 1
            entries.replaceSubrange(column * n..<(column + 1) * n, with: try target.apply(unit))
        }
        return entries
    }

    /// The flat vector whose tensors are streams called `prefix` + key.
    public func vector(
        _ prefix: String,
        _ stream: (String, Int) -> [Double] = { HashFill.symmetric($0, count: $1) }
    ) -> ParameterVector {
        ParameterVector(weights.layout.tensors.flatMap { stream(prefix + $0.name, $0.count) })
    }

    /// Probe number `index` of the original's trace and density.
    public func probe(_ index: Int) -> ParameterVector {
        vector("rademacher:\(index):") { HashFill.rademacher($0, count: $1) }
    }
}
