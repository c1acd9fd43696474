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

    /// What is known of each example, for metrics.
    public var scored: [ScoredExample] {
        MetricsMeasurement().scored(
            probabilities: probabilities, targets: targets, exampleLosses: exampleLosses,
            classCount: classCount, scores: logits)
    }

    /// What an ensemble says: the mean of the probabilities of its members, of the same examples.
    ///
    /// Its logits are the logarithms of these means, its losses those of them.
    ///
    /// - Source: Lakshminarayanan et al. 2017 (arXiv 1612.01474), section 2.4; with passes of one
    ///   network with dropout as members, Gal & Ghahramani 2016 (arXiv 1506.02142), eq. 6.
    public static func mean(of members: [Evaluation]) -> Evaluation {
        precondition(
            !members.isEmpty && members.allSatisfy { $0.labels == members[0].labels },
            "Members speak of the same examples.")
        guard members.count > 1 else { return members[0] }
        let first = members[0]
        let logarithms = members.map(\.logProbabilities)
        let logits = first.logits.indices.map { index in
            logSum(logarithms.map { $0[index] }) - log(Double(members.count))
        }
        let losses = (0..<first.count).map { example in
            (0..<first.classCount).reduce(0.0) { sum, column in
                let index = example * first.classCount + column
                // A class of label 0 does not count, however improbable it is.
                return first.labels[index] == 0 ? sum : sum - first.labels[index] * logits[index]
            }
        }
        return Evaluation(
            classCount: first.classCount, exampleLosses: losses, logits: logits,
            labels: first.labels)
    }

    /// Log-softmax of the logits.
    private var logProbabilities: [Double] {
        var result = logits
        for start in stride(from: 0, to: result.count, by: classCount) {
            let total = Self.logSum(Array(logits[start..<start + classCount]))
            for index in start..<start + classCount { result[index] -= total }
        }
        return result
    }

    /// log Σ exp.
    private static func logSum(_ values: [Double]) -> Double {
        let top = values.max() ?? 0
        guard top.isFinite else { return top }
        return top + log(values.reduce(0) { $0 + exp($1 - top) })
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
