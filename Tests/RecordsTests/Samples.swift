import Execution
import Foundation
import Landscapes
import Randomness
import Records
import Spectra

/// A folder that lasts as long as a test.
final class Scratch {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("saddle-records-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path(name)))
    }
}

enum Samples {
    static let tensors = [
        DirectionTensor(name: "conv.weight", shape: [3, 2, 2, 2], kind: .weight),
        DirectionTensor(name: "conv.bias", shape: [3], kind: .bias),
        DirectionTensor(name: "head.weight", shape: [4, 5], kind: .weight),
    ]

    static let weights = RandomStream(seed: 5, name: "records").gaussians(24 + 3 + 20)

    static let description = RunDescription(
        commandLine: "saddle landscape --model tiny", version: "1", model: "tiny",
        weights: "tiny.safetensors", weightsSHA256: "ab12", data: "synthetic", indices: "0..<8",
        exampleCount: 8, augmentation: "standard", draws: 2, labels: "smoothing 0.1",
        normalization: "dataset", objective: "NLL + (λ/2)·Σ‖w‖²", l2Convention: "optimizer",
        weightDecay: 0.05, batchNorm: "running", batchSize: 4, precision: "f64",
        seed: UInt64.max - 3, threads: 2, settings: ["a setting": "its value", "empty": ""])

    static func measurement(
        axes: [LandscapeAxis] = [LandscapeAxis(count: 4), LandscapeAxis(count: 3)],
        seed: UInt64 = 1
    ) throws -> LandscapeMeasurement {
        try LandscapeMeasurement(
            centre: weights,
            directions: axes.indices.map {
                try Direction.gaussian($0, seed: seed, weights: weights, tensors: tensors)
            }, axes: axes, weightDecay: 0.05)
    }

    /// Metrics with a value that is not finite and one that is NaN among them.
    static func evaluate(_ weights: [Double]) -> PointMetrics {
        let sum = weights.reduce(0) { $0 + $1 * $1 }
        return PointMetrics(
            negativeLogLikelihood: weights[0] > 1 ? .infinity : sum, l2: 0.025 * sum,
            l1: sum + 1, sumOfNorms: sum.squareRoot(), accuracy: weights[1],
            top5Accuracy: weights[2], brier: weights[3] > 0.5 ? .nan : weights[3],
            expectedCalibrationError: weights[4])
    }

    /// A diagonal operator that differs from minibatch to minibatch.
    struct Diagonal: SymmetricOperator {
        var minibatch: Int
        var dimension: Int { 12 }
        func apply(_ vector: [Double]) -> [Double] {
            vector.enumerated().map { Double($0 * $0 - 40 + 3 * minibatch) * $1 }
        }
    }

    static func spectrum(
        batchSize: Int, minibatchCount: Int = 4, preset: SpectrumResult.Preset = .default
    ) -> SpectrumMeasurement {
        SpectrumMeasurement(
            preset: preset, batchSize: batchSize, minibatchCount: minibatchCount,
            weightDecay: 0.1, decayed: .ranges([0..<6]), seed: 9)
    }
}
