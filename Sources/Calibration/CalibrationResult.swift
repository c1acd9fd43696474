import Randomness
import Results
import Training

/// One bin of confidence, for a reliability diagram.
public struct CalibrationBin: Fillable, Codable, Hashable {
    /// Confidences above this and up to `upper`.
    public var lower = 0.0
    /// The confidence at which the bin ends.
    public var upper = 1.0
    /// The examples in it.
    public var count = 0
    /// The share of all examples.
    public var share = Estimate()
    /// The mean confidence; NaN in an empty bin.
    public var confidence = Double.nan
    /// The share of correct predictions; NaN in an empty bin.
    public var accuracy = Estimate()

    public init() {}
}

/// How good a classifier's probabilities are and how well calibrated, with intervals over examples.
///
/// - Source: Park & Kim 2022 (arXiv 2202.06709), `ops/tests.py`; Guo et al. 2017 (arXiv 1706.04599).
public struct CalibrationResult: Sendable, Codable, Hashable {
    /// The number of examples.
    public var exampleCount = 0
    /// The number of examples that have been measured so far.
    public var measuredCount = 0
    /// The number of examples that are measured at a time.
    public var batchSize = 1
    /// The seed of resamples.
    public var seed: UInt64 = 0
    /// The number of classes.
    public var classCount = 1
    /// Networks whose probabilities are averaged.
    public var memberCount = 1
    /// Forward passes of each, whose probabilities are averaged.
    public var passCount = 1
    /// The metrics in the order of `names`.
    public var metrics = [Estimate](repeating: Estimate(), count: names.count)
    /// From low to high confidence.
    public var bins: [CalibrationBin] = []

    public init() {}

    /// A result of which nothing has been measured yet.
    public init(
        classCount: Int, memberCount: Int, passCount: Int, binCount: Int, exampleCount: Int,
        batchSize: Int, seed: UInt64 = 0
    ) {
        self.classCount = classCount
        self.memberCount = memberCount
        self.passCount = passCount
        self.exampleCount = exampleCount
        self.batchSize = batchSize
        self.seed = seed
        bins = (0..<binCount).map { number in
            var bin = CalibrationBin()
            bin.lower = Double(number) / Double(binCount)
            bin.upper = Double(number + 1) / Double(binCount)
            return bin
        }
    }

    /// The metrics, with what they are called in files, in the order of `Metrics.columns`.
    static let names: [(name: String, unit: StoredUnit, description: String)] = [
        ("nll", .nats, "mean of -log p(label)"),
        ("accuracy", .share, "the most probable class is the label"),
        ("accuracy_90", .share, "accuracy where confidence is above 0.9"),
        ("unconfidence", .share, "confidence of at most 0, of the wrong ones"),
        ("unconfidence_90", .share, "confidence of at most 0.9, of the wrong ones"),
        ("iou", .share, "TP/(TP+FP+FN), mean over classes"),
        ("iou_90", .share, "the same where confidence is above 0.9"),
        ("frequency", .share, "confidence above 0"),
        ("frequency_90", .share, "confidence above 0.9"),
        ("top5", .share, "the label is among the five most probable classes"),
        ("brier", .one, "mean of Σ_c (p_c - y_c)²"),
        ("ece", .share, "expected calibration error"),
        ("ecse", .share, "signed calibration error: negative where confidence is too low"),
    ]

    /// The numbers of an example: loss, confidence, label, prediction, top-5, Brier.
    public static func row(_ example: ScoredExample) -> [Double] {
        [
            example.loss, example.confidence, Double(example.target), Double(example.prediction),
            example.isAmongTop5 ? 1 : 0, example.brier,
        ]
    }
}

extension ScoredExample {
    /// The example of a row of `CalibrationResult`.
    fileprivate init(row: [Double]) {
        self.init(
            target: Int(row[2]), prediction: Int(row[3]), confidence: row[1], loss: row[0],
            isAmongTop5: row[4] == 1, brier: row[5])
    }
}

extension CalibrationResult: ExampleResult {
    public static let kind = "calibration"

    public var finding: String {
        "accuracy \(Readable.percentage(metrics[1].value)), ECE "
            + Readable.percentage(metrics[11].value)
    }

    public static var schema: Schema<CalibrationResult> {
        let fields = names.enumerated().map { index, metric in
            Schema<CalibrationResult>(
                .field(
                    metric.name, \.metrics[index], unit: metric.unit, metric.description))
        }
        let columns: [Column<CalibrationBin>] = [
            .column("bin_from", \.lower, unit: .share, "confidences are above this"),
            .column("bin_to", \.upper, unit: .share, "confidences are at most this"),
            .column("bin_examples", \.count, unit: .one, "number of examples"),
            .column("bin_share", \.share, unit: .share, "share of all examples"),
            .column("bin_confidence", \.confidence, unit: .share, "mean confidence"),
            .column("bin_accuracy", \.accuracy, unit: .share, "share of correct predictions"),
        ]
        let settings = Schema<CalibrationResult>(
            .field("classes", \.classCount, unit: .one, "number of classes"),
            .field(
                "members", \.memberCount, unit: .one, "networks whose probabilities are averaged"),
            .field(
                "passes", \.passCount, unit: .one,
                "forward passes of each whose probabilities are averaged")
        )
        return fields.reduce(counts + settings, +)
            + Schema(.table("bins", axis: "bin", \.bins, columns))
    }

    public var numbersPerExample: Int { 6 }

    public mutating func take(_ examples: [[Double]]) {
        guard !examples.isEmpty else { return clear() }
        let scored = examples.map { row in
            // Rows of a damaged file may hold anything.
            let isClass = row[2] >= 0 && row[2] < Double(classCount) && row[3] >= -1
                && row[3] < Double(classCount)
            return isClass ? ScoredExample(row: row) : ScoredExample(row: [.nan, .nan, 0, -1, 0, .nan])
        }
        var measurement = MetricsMeasurement()
        measurement.bins = bins.count
        let estimates = Bootstrap(seed: seed).estimates(count: scored.count) { weights in
            let drawn = zip(weights, scored).flatMap { Array(repeating: $1, count: Int($0)) }
            let reliability = measurement.reliability(drawn)
            return measurement.metrics(of: drawn, classCount: classCount).columns.map(\.value)
                + reliability.map { Double($0.count) / Double(drawn.count) }
                + reliability.map { Double($0.correct) / Double($0.count) }
        }
        metrics = Array(estimates.prefix(Self.names.count))
        for (index, bin) in measurement.reliability(scored).enumerated() {
            bins[index].count = bin.count
            bins[index].confidence = bin.confidence / Double(bin.count)
            bins[index].share = estimates[Self.names.count + index]
            bins[index].accuracy = estimates[Self.names.count + bins.count + index]
        }
    }

    private mutating func clear() {
        metrics = metrics.map { _ in Estimate() }
        for index in bins.indices {
            (bins[index].count, bins[index].confidence) = (0, .nan)
            (bins[index].share, bins[index].accuracy) = (Estimate(), Estimate())
        }
    }
}
