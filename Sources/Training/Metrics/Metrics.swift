/// How good a classifier's probabilities are, and how well calibrated.
///
/// With confidence c = max_k p_k; "90" stands for examples with c > 0.9. A share of nothing is NaN.
///
/// - Source: Park & Kim 2022 (arXiv 2202.06709), `ops/tests.py`; Guo et al. 2017
///   (arXiv 1706.04599), eq. 3, for the calibration error.
public struct Metrics: Sendable, Hashable, Codable {
    /// The mean of -Σ_c y_c log p_c, in nats.
    public var negativeLogLikelihood: Double
    /// The share of examples whose most probable class is the target.
    public var accuracy: Double
    public var accuracy90: Double
    /// P(c ≤ 0 | wrong), which is 0, and P(c ≤ 0.9 | wrong).
    public var unconfidence: Double
    public var unconfidence90: Double
    /// TP/(TP + FP + FN), the mean over classes that occur.
    public var intersectionOverUnion: Double
    public var intersectionOverUnion90: Double
    /// The share of examples with c > 0, and with c > 0.9.
    public var frequency: Double
    public var frequency90: Double
    /// The share of examples whose target is among the five most probable classes.
    public var top5Accuracy: Double
    /// The mean of Σ_c (p_c − y_c)², with y one at the target.
    public var brier: Double
    /// Σ_b (n_b/n) |acc_b − conf_b|.
    public var expectedCalibrationError: Double
    /// Σ_b (n_b/n) (conf_b − acc_b): negative where confidence is too low.
    public var signedCalibrationError: Double

    /// Names of the columns in the order of the first paper's tables, with their values.
    public var columns: [(name: String, value: Double)] {
        [
            ("NLL", negativeLogLikelihood), ("Acc", accuracy), ("Acc-90", accuracy90),
            ("Unc", unconfidence), ("Unc-90", unconfidence90), ("IoU", intersectionOverUnion),
            ("IoU-90", intersectionOverUnion90), ("Freq", frequency), ("Freq-90", frequency90),
            ("Top-5", top5Accuracy), ("Brier", brier), ("ECE", expectedCalibrationError),
            ("ECSE", signedCalibrationError),
        ]
    }
}

/// What metrics are computed from, and in which of two forms.
public struct MetricsMeasurement: Sendable {
    /// The number of equal bins of confidence.
    public var bins = 10
    /// The confidence above which an example counts as certain.
    public var cutoff = 0.9
    /// The first paper's repository to the letter: denominators n + 1e-7, NLL as the plain mean of
    /// batch means, confidences averaged over [a, b) but counted over (a, b], IoU over classes that
    /// occur as targets, 0 for a share of nothing.
    public var isPaperCompatible = false
    /// The batch size that `isPaperCompatible` averages NLL by; nil takes one batch.
    public var batchSize: Int?

    /// The right form with ten bins.
    public init() {}

    /// What is known of each example; one whose scores are not numbers counts as wrong.
    ///
    /// - Parameters:
    ///   - probabilities: row-major `[examples, classes]`.
    ///   - targets: the class of each example.
    ///   - exampleLosses: NLL per example, in nats.
    ///   - scores: what classes are ranked by, in the shape of `probabilities`; nil takes these.
    ///     Logits tell apart what softmax rounds to 0.
    public func scored(
        probabilities: [Double], targets: [Int], exampleLosses: [Double], classCount: Int,
        scores: [Double]? = nil
    ) -> [ScoredExample] {
        let predictions = Evaluation.largest(scores ?? probabilities, classCount)
        return targets.indices.map { index in
            let row = index * classCount
            let brier = (0..<classCount).reduce(0.0) { sum, column in
                let label = column == targets[index] ? 1.0 : 0.0
                let gap = probabilities[row + column] - label
                return sum + gap * gap
            }
            return ScoredExample(
                target: targets[index], prediction: predictions[index],
                confidence: predictions[index] < 0 ? .nan : probabilities[row + predictions[index]],
                loss: exampleLosses[index],
                isAmongTop5: isAmongTop5(
                    scores ?? probabilities, row, classCount, targets[index]), brier: brier)
        }
    }

    /// The metrics of examples; see `scored` for the parameters.
    public func metrics(
        probabilities: [Double], targets: [Int], exampleLosses: [Double], classCount: Int,
        scores: [Double]? = nil
    ) -> Metrics {
        metrics(
            of: scored(
                probabilities: probabilities, targets: targets, exampleLosses: exampleLosses,
                classCount: classCount, scores: scores), classCount: classCount)
    }

    /// The metrics of examples.
    public func metrics(of examples: [ScoredExample], classCount: Int) -> Metrics {
        let count = Double(examples.count)
        let certain = examples.filter { $0.confidence > cutoff }
        let calibration = calibration(examples)
        return Metrics(
            negativeLogLikelihood: meanLoss(examples.map(\.loss)),
            accuracy: accuracy(examples), accuracy90: accuracy(certain),
            unconfidence: unconfidence(examples, cutoff: 0),
            unconfidence90: unconfidence(examples, cutoff: cutoff),
            intersectionOverUnion: intersectionOverUnion(examples, classCount),
            intersectionOverUnion90: intersectionOverUnion(certain, classCount),
            frequency: Double(examples.count { $0.confidence > 0 }) / softened(count),
            frequency90: Double(certain.count) / softened(count),
            top5Accuracy: Double(examples.count(where: \.isAmongTop5)) / softened(count),
            brier: examples.reduce(0) { $0 + $1.brier } / softened(count),
            expectedCalibrationError: calibration.absolute,
            signedCalibrationError: calibration.signed)
    }

    private func softened(_ count: Double) -> Double { isPaperCompatible ? count + 1e-7 : count }

    private var shareOfNothing: Double { isPaperCompatible ? 0 : .nan }

    private func meanLoss(_ losses: [Double]) -> Double {
        guard isPaperCompatible else { return losses.reduce(0, +) / Double(losses.count) }
        let size = batchSize ?? max(losses.count, 1)
        let means = stride(from: 0, to: losses.count, by: size).map { start in
            let batch = losses[start..<min(start + size, losses.count)]
            return batch.reduce(0, +) / Double(batch.count)
        }
        return means.reduce(0, +) / (Double(means.count) + 1e-7)
    }

    private func accuracy(_ examples: [ScoredExample]) -> Double {
        guard !examples.isEmpty else { return shareOfNothing }
        return Double(examples.count(where: \.isCorrect)) / Double(examples.count)
    }

    private func unconfidence(_ examples: [ScoredExample], cutoff: Double) -> Double {
        let wrong = examples.filter { !$0.isCorrect }
        return Double(wrong.count { $0.confidence <= cutoff }) / softened(Double(wrong.count))
    }

    private func intersectionOverUnion(_ examples: [ScoredExample], _ classCount: Int) -> Double {
        var both = [Double](repeating: 0, count: classCount)
        var (targets, union) = (both, both)
        for example in examples {
            targets[example.target] += 1
            union[example.target] += 1
            if example.isCorrect {
                both[example.target] += 1
            } else if example.prediction >= 0 {
                union[example.prediction] += 1
            }
        }
        let occurring = isPaperCompatible ? targets : union
        let ratios = (0..<classCount).filter { occurring[$0] > 0 }.map { both[$0] / union[$0] }
        return ratios.isEmpty ? shareOfNothing : ratios.reduce(0, +) / Double(ratios.count)
    }

    private func isAmongTop5(
        _ scores: [Double], _ row: Int, _ classCount: Int, _ target: Int
    ) -> Bool {
        let own = scores[row + target]
        guard own.isFinite else { return false }
        let ahead = (0..<classCount).count { column in
            let other = scores[row + column]
            return other > own || other == own && column < target
        }
        return ahead < 5
    }

    /// Examples, their accuracy and their confidence in equal bins of confidence (b/B, (b + 1)/B];
    /// one whose confidence is no number is in no bin.
    public func reliability(_ examples: [ScoredExample]) -> [ReliabilityBin] {
        var found = (0..<bins).map { bin in
            ReliabilityBin(
                range: Double(bin) / Double(bins)...Double(bin + 1) / Double(bins))
        }
        func isBelow(_ edge: Int, _ value: Double) -> Bool { Double(edge) / Double(bins) < value }
        for example in examples where example.confidence.isFinite {
            let place = (0..<bins).last { isBelow($0, example.confidence) } ?? 0
            found[place].count += 1
            if example.isCorrect { found[place].correct += 1 }
            guard isPaperCompatible else {
                found[place].confidence += example.confidence
                continue
            }
            // [b/B, (b + 1)/B) in the original, so that a confidence of 1 is in no bin.
            let halfOpen = (0..<bins).last { Double($0) / Double(bins) <= example.confidence } ?? 0
            if example.confidence < 1 { found[halfOpen].confidence += example.confidence }
        }
        return found
    }

    private func calibration(_ examples: [ScoredExample]) -> (absolute: Double, signed: Double) {
        var (absolute, signed) = (0.0, 0.0)
        let total = softened(Double(examples.count))
        for bin in reliability(examples) where bin.count > 0 {
            let count = Double(bin.count)
            let gap = bin.confidence / softened(count) - Double(bin.correct) / count
            absolute += count / total * abs(gap)
            signed += count / total * gap
        }
        return examples.isEmpty ? (shareOfNothing, shareOfNothing) : (absolute, signed)
    }
}
