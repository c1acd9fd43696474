import Foundation

/// What a network says about each example, in the order of the examples.
public struct Evaluation: Sendable {
    /// The number of classes K.
    public let classCount: Int
    /// -Σ_c y_c log p_c in nats, per example.
    public let exampleLosses: [Double]
    /// Row-major `[examples, classes]`.
    public let logits: [Double]
    /// Soft labels y, row-major `[examples, classes]`.
    public let labels: [Double]

    /// What was said about examples whose numbers lie in rows of `classCount`.
    public init(
        classCount: Int, exampleLosses: [Double], logits: [Double], labels: [Double]
    ) {
        precondition(
            logits.count == exampleLosses.count * classCount && labels.count == logits.count,
            "Each example has a logit and a label for each class.")
        self.classCount = classCount
        self.exampleLosses = exampleLosses
        self.logits = logits
        self.labels = labels
    }

    /// The number of examples.
    public var count: Int { exampleLosses.count }

    /// The mean over examples of -Σ_c y_c log p_c, in nats.
    public var negativeLogLikelihood: Double {
        exampleLosses.reduce(0, +) / Double(exampleLosses.count)
    }

    /// The most probable class of each label, the first of equals.
    public var targets: [Int] { Self.largest(labels, classCount) }

    /// The most probable class of each example, the first of equals; -1 where a logit is NaN.
    public var predictions: [Int] { Self.largest(logits, classCount) }

    /// Whether each prediction is the target.
    public var isCorrect: [Bool] { zip(predictions, targets).map(==) }

    /// Softmax of the logits, row-major `[examples, classes]`.
    public var probabilities: [Double] {
        var result = logits
        for start in stride(from: 0, to: result.count, by: classCount) {
            let row = start..<start + classCount
            let top = result[row].max() ?? 0
            var total = 0.0
            for index in row {
                result[index] = exp(result[index] - top)
                total += result[index]
            }
            for index in row { result[index] /= total }
        }
        return result
    }

    /// Accuracy, calibration and the rest, in the right form with ten bins.
    public var metrics: Metrics { metrics(MetricsMeasurement()) }

    /// Accuracy, calibration and the rest, in the given form.
    public func metrics(_ measurement: MetricsMeasurement) -> Metrics {
        measurement.metrics(
            probabilities: probabilities, targets: targets, exampleLosses: exampleLosses,
            classCount: classCount, scores: logits)
    }

    static func largest(_ rows: [Double], _ width: Int) -> [Int] {
        stride(from: 0, to: rows.count, by: width).map { start in
            var best = 0
            for column in 0..<width {
                if rows[start + column].isNaN { return -1 }
                if rows[start + column] > rows[start + best] { best = column }
            }
            return best
        }
    }
}
