import Foundation

/// How steady a network is along the frames of one sequence.
///
/// - Source: `test_perturbation` of the repository of Park & Kim 2022 (arXiv 2202.06709) for both
///   consistencies; Hendrycks & Dietterich 2019 (arXiv 1903.12261), section 4.2, for flips.
public struct SequenceConsistency: Sendable, Hashable {
    /// The share of neighbouring frames with the same prediction.
    public var consistency: Double
    /// The mean over neighbouring frames and classes of -p(next) log p(frame), in nats; the original
    /// takes the mean over classes, not the sum.
    public var crossEntropy: Double
    /// The share of frames whose prediction is another than that of the frame before, or of the first
    /// frame where each frame has noise of its own.
    public var flips: Double

    /// The consistency of one sequence of at least two frames.
    ///
    /// - Parameters:
    ///   - logits: row-major `[frames, classes]`.
    ///   - isNoise: whether frames are compared with the first one.
    public init(logits: [Double], classCount: Int, isNoise: Bool) {
        let frames = stride(from: 0, to: logits.count, by: classCount).map {
            Array(logits[$0..<$0 + classCount])
        }
        let predictions = frames.map { frame in
            frame.indices.max { (frame[$0], -$0) < (frame[$1], -$1) } ?? 0
        }
        let logs = frames.map { frame -> [Double] in
            let top = frame.max() ?? 0
            let total = frame.reduce(0) { $0 + exp($1 - top) }
            return frame.map { $0 - top - log(total) }
        }
        let pairs = Double(frames.count - 1)
        consistency = Double(zip(predictions, predictions.dropFirst()).count { $0 == $1 }) / pairs
        flips = isNoise
            ? Double(predictions.dropFirst().count { $0 != predictions[0] }) / pairs
            : 1 - consistency
        crossEntropy = zip(logs, logs.dropFirst()).reduce(0) { sum, pair in
            sum - zip(pair.0, pair.1).reduce(0) { $0 + exp($1.1) * $1.0 } / Double(classCount)
        } / pairs
    }

    /// The numbers as part of a row.
    var values: [Double] { [consistency, crossEntropy, flips] }
}
