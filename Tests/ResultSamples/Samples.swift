import Execution
import Lesions
import Randomness
import Records
import Spectra
import Studies

@testable import Landscapes

/// Small results and what they are measured of.
public enum Samples {
    public static let tensors = [
        DirectionTensor(name: "conv.weight", shape: [3, 2, 2, 2], kind: .weight),
        DirectionTensor(name: "conv.bias", shape: [3], kind: .bias),
        DirectionTensor(name: "head.weight", shape: [4, 5], kind: .weight),
    ]

    public static let weights = ParameterVector.gaussian(
        24 + 3 + 20, storage: .double, stream: RandomStream(seed: 5, name: "records"))

    public static let description: RunDescription = {
        var run = RunDescription()
        run.commandLine = "saddle landscape --model tiny"
        run.version = "1"
        run.model = "tiny"
        run.weights = "tiny.safetensors"
        run.weightsSHA256 = "ab12"
        run.data = "synthetic"
        run.indices = "0..<8"
        run.exampleCount = 8
        run.l2 = 0.05
        run.seed = .max - 3
        run.threads = 2
        run.settings = ["a setting": "its value", "empty": ""]
        return run
    }()

    public static func measurement(
        axes: [LandscapeAxis] = [LandscapeAxis(count: 4), LandscapeAxis(count: 3)],
        seed: UInt64 = 1
    ) throws -> LandscapeMeasurement {
        try LandscapeMeasurement(
            centre: weights,
            directions: axes.indices.map {
                try Direction.gaussian($0, seed: seed, weights: weights, tensors: tensors)
            }, axes: axes, l2: 0.05)
    }

    /// Metrics with a value that is not finite and one that is NaN among them.
    public static func evaluate(_ weights: ParameterVector) -> PointMetrics {
        let sum = weights.reduce(0) { $0 + $1 * $1 }
        return PointMetrics(
            negativeLogLikelihood: weights[0] > 1 ? .infinity : sum, l2Penalty: 0.025 * sum,
            l1: sum + 1, sumOfNorms: sum.squareRoot(), accuracy: weights[1],
            top5Accuracy: weights[2], brier: weights[3] > 0.5 ? .nan : weights[3],
            expectedCalibrationError: weights[4])
    }

    /// The study of a landscape, with a certificate that is made up.
    public static func landscapeStudy(
        _ measurement: LandscapeMeasurement, certified: Bool = true,
        evaluate: @escaping (ParameterVector) throws -> PointMetrics = Samples.evaluate
    ) -> LandscapeStudy {
        let comparisons = measurement.axes.indices.map {
            Certificate.Comparison(
                name: "", difference: Double($0), differenceError: 1e-9, derivative: 1.5)
        }
        let certificate = Certificate(
            slopes: comparisons, curvatures: comparisons,
            asymmetry: measurement.axes.count > 1 ? 1e-12 : nil)
        return LandscapeStudy(
            measurement, evaluate: evaluate, certify: certified ? { certificate } : nil)
    }

    /// The study of spectra of batch sizes 16 and 64 over diagonal operators.
    public static func spectrumStudy(
        _ preset: SpectrumResult.Preset = .default, sizes: [Int] = [16, 64]
    ) -> SpectrumStudy {
        SpectrumStudy(sizes.map { spectrum(batchSize: $0, preset: preset) }) { number, minibatch in
            Diagonal(minibatch: minibatch + sizes[number])
        }
    }

    /// A lesion study of made-up outcomes for the eight examples of the description.
    public static func lesionStudy() -> LesionStudy {
        let stream = RandomStream(seed: 8, name: "lesion samples")
        let units = LesionKind.allCases.enumerated().map { (name: "unit \($0)", kind: $1) }
        return LesionStudy(units: units, exampleCount: 8, seed: 3) { unit in
            let draws = stream.substream((unit ?? -1) + 1)
            return ExampleOutcomes(
                correct: (0..<8).map { draws.uniform($0) < 0.5 },
                negativeLogLikelihood: (0..<8).map { draws.uniform(8 + $0) })
        }
    }

    /// The outcome of a study in which every item has been measured.
    public static func outcome<S: Study>(_ study: S) throws -> S.Outcome {
        var outcome = study.header
        var rows = [[Double]?](repeating: nil, count: study.itemCount)
        for item in rows.indices { rows[item] = try study.measure(item, after: rows)?.values }
        try outcome.assemble(rows)
        return outcome
    }

    /// A diagonal operator that differs from minibatch to minibatch.
    public struct Diagonal: SymmetricOperator {
        var minibatch: Int
        public var dimension: Int { 12 }

        public init(minibatch: Int) { self.minibatch = minibatch }

        public func apply(_ vector: ParameterVector) -> ParameterVector {
            ParameterVector(
                vector.enumerated().map { Double($0 * $0 - 40 + 3 * minibatch) * $1 })
        }
    }

    public static func spectrum(
        batchSize: Int, minibatchCount: Int = 4, preset: SpectrumResult.Preset = .default
    ) -> SpectrumMeasurement {
        SpectrumMeasurement(
            preset: preset, batchSize: batchSize, minibatchCount: minibatchCount,
            l2: 0.1, decayed: .ranges([0..<6]), seed: 9)
    }
}
