import Datasets
import Execution
import Golden
import Landscapes
import Networks
import Spectra
import Testing
import Training

/// The published ResNet-20 on the first 128 test images, with the original's numbers for it.
struct PublishedResNet20 {
    let network: any Network
    let weights: Weights
    let images: LabelledImages
    let golden: [String: Any]

    init() throws {
        network = try ModelRegistry.network("resnet20")
        weights = try Weights(
            network, file: Golden.file("data/checkpoints/resnet20-12fca82f.th").path)
        images = try DataSource("cifar10:" + Golden.file("data/cifar10").path).load(.test)
        golden = try Golden.json("resnet20_cifar10.json")
    }

    func objective(
        _ precision: Precision, lambda: Double = 0, convention: L2Convention = .optimizer
    ) throws -> any ObjectiveFunction {
        var options = ObjectiveOptions()
        (options.l2, options.l2Convention, options.threads) = (lambda, convention, 2)
        return try precision.objective(
            network, images: images, selection: Selection(first: 128), examples: ExampleOptions(),
            normalization: .imagenet, weights: weights, options: options)
    }

    func hessian(_ precision: Precision) throws -> HessianOperator {
        try objective(precision).linearize(at: weights.vector)
    }

    /// The flat vector whose tensors are streams called `prefix` + key.
    func vector(
        _ prefix: String,
        _ stream: (String, Int) -> [Double] = { HashFill.symmetric($0, count: $1) }
    ) -> [Double] {
        weights.layout.tensors.flatMap { stream(prefix + $0.name, $0.count) }
    }

    /// Probe number `index` of the original's trace estimates.
    func probe(_ index: Int) -> [Double] {
        vector("rademacher:\(index):") { HashFill.rademacher($0, count: $1) }
    }

    var directionTensors: [DirectionTensor] {
        weights.layout.tensors.map {
            DirectionTensor(name: $0.name, shape: $0.shape, kind: $0.kind)
        }
    }
}

extension [String: Any] {
    func number(_ key: String) throws -> Double { try #require(Golden.number(self[key]), "\(key)") }

    func numbers(_ key: String) throws -> [Double] {
        let list = try #require(self[key] as? [Any], "\(key)")
        return try list.map { try #require(Golden.number($0), "\(key)") }
    }

    func object(_ key: String) throws -> [String: Any] {
        try #require(self[key] as? [String: Any], "\(key)")
    }

    func objects(_ key: String) throws -> [[String: Any]] {
        try #require(self[key] as? [[String: Any]], "\(key)")
    }
}

/// |a − b| relative to |b|, or to `floor` where |b| is smaller.
func deviation(_ a: Double, _ b: Double, floor: Double = 1e-12) -> Double {
    abs(a - b) / max(abs(b), floor)
}

/// How near each precision must come to the original, which computed in double precision.
struct Standard: Sendable, CustomTestStringConvertible {
    let precision: Precision
    /// For values, gradients and Hessian products.
    let exact: Double
    /// For eigenvalues, which an iteration finds.
    let iterated: Double

    var testDescription: String { precision.rawValue }

    static let all = [
        Standard(precision: .double, exact: 1e-9, iterated: 1e-6),
        Standard(precision: .single, exact: 1e-4, iterated: 1e-4),
    ]
}

/// The whole of what was recorded for the published network.
///
/// `ObjectiveTests` hold its NLL, gradient norms, Hessian product and penalties already. Each test
/// uses both workers, so one runs at a time.
@Suite(.serialized, .enabled(if: Golden.isPresent)) enum ReproductionTests {}
