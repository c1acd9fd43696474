import Datasets
import Execution
import Golden
import Networks
import Testing
import Training

/// Two models whose whole Hessian is known.
@Suite struct TinyHessianTests {
    static func network(_ name: String) -> any Network {
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

    static func objective(_ network: any Network) throws -> (Objective, ParameterVector) {
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
        var options = ObjectiveOptions()
        options.workers = 2
        options.groupSize = 5
        return (
            try Objective(network, examples: examples, weights: weights, options: options,
                machine: CPUMachine(precision: .double)),
            weights.vector
        )
    }

    @Test(arguments: ["vit_tiny_d8", "mixer_tiny"])
    func wholeSpectrum(name: String) throws {
        let models = try Golden.json("hessian_tiny.json").objects("models")
        let golden = try #require(models.first { $0["name"] as? String == name })
        let (objective, w) = try Self.objective(Self.network(name))
        let hessian = try objective.linearize(at: w)
        #expect(deviation(hessian.negativeLogLikelihood, try golden.number("nll")) < 1e-12)
        #expect(
            deviation(try hessian.gradient().norm(), try golden.number("grad_norm")) < 1e-11)
        let n = hessian.dimension
        var matrix = [Double](repeating: 0, count: n * n)
        for column in 0..<n {
            var unit = ParameterVector(zeros: n)
            unit[column] = 1
            matrix.replaceSubrange(column * n..<(column + 1) * n, with: try hessian.apply(unit))
        }
        var asymmetry = 0.0
        for row in 0..<n {
            for column in 0..<row {
                asymmetry = max(
                    asymmetry, abs(matrix[row * n + column] - matrix[column * n + row]))
            }
        }
        #expect(asymmetry < 1e-12)
        let expected = try golden.numbers("hessian_eigenvalues_ascending")
        let found = try SymmetricMatrix.eigen(matrix, order: n).values
        #expect(found.count == expected.count)
        let largest = expected.map(abs).max() ?? 1
        for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-11 * largest) }

        let part = try #require(try golden.objects("minibatches").first)
        let start = Int(try part.number("start"))
        try objective.setExamples(start..<start + Int(try part.number("count")))
        let loss = try objective.gradient(at: w).negativeLogLikelihood
        #expect(deviation(loss, try part.number("nll")) < 1e-12)
    }
}
