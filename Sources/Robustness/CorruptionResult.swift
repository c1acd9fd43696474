import Randomness
import Results

/// What a network says about images under one corruption at one severity.
public struct CorruptionRow: Fillable, Codable, Hashable {
    /// The name of the corruption, as of its file in CIFAR-10-C.
    public var corruption = ""
    /// 1 to 5.
    public var severity = 0
    /// The accuracy, with an interval over examples; NaN, as the rest, where nothing was measured.
    public var accuracy = Estimate()
    /// The accuracy minus that of the clean images, with a paired interval over examples.
    public var accuracyChange = Estimate()
    /// Mean NLL, in nats.
    public var negativeLogLikelihood = Double.nan
    public var brier = Double.nan
    /// Expected and signed calibration error of ten bins.
    public var expectedCalibrationError = Double.nan
    public var signedCalibrationError = Double.nan

    public init() {}
}

/// What one corruption costs, the mean over its severities.
public struct CorruptionMean: Fillable, Codable, Hashable {
    public var corruption = ""
    /// The share of wrong answers.
    public var error = Double.nan
    public var expectedCalibrationError = Double.nan

    public init() {}
}

/// Accuracy and calibration on corrupted images.
///
/// - Source: Hendrycks & Dietterich 2019 (arXiv 1903.12261), section 4; Park & Kim 2022
///   (arXiv 2202.06709), Figure 12b, whose robustness is the mean accuracy over all sets.
public struct CorruptionResult: Sendable, Codable, Hashable {
    /// Where corrupted images come from: `made` by the seed, or a folder of CIFAR-10-C.
    public var origin = ""
    public var exampleCount = 0
    /// The seed of corruptions and resamples.
    public var seed: UInt64 = 0
    /// The images as they are.
    public var clean = CorruptionRow()
    /// The sets of corrupted images.
    public var sets: [CorruptionRow] = []
    /// The mean of each corruption that has been measured at all severities.
    public var means: [CorruptionMean] = []
    /// The mean error over corruptions, of those that are not extra ones.
    public var meanCorruptionError = Double.nan

    public init() {}

    /// A result of which nothing has been measured yet.
    public init(
        _ corruptions: [Corruption], severities: [Int], origin: String, exampleCount: Int,
        seed: UInt64
    ) {
        self.origin = origin
        self.exampleCount = exampleCount
        self.seed = seed
        sets = corruptions.flatMap { corruption in
            severities.map { severity in
                var row = CorruptionRow()
                (row.corruption, row.severity) = (corruption.name, severity)
                return row
            }
        }
    }

    /// The numbers that a row begins with: NLL, Brier score, calibration errors.
    public static let metricCount = 4
}

extension CorruptionResult: MeasuredResult {
    public static let kind = "corruptions"
    public static let item = "set"

    public var finding: String {
        "accuracy \(Readable.percentage(clean.accuracy.value)), mean corruption error"
            + " \(Readable.percentage(meanCorruptionError))"
    }

    public func name(ofItem item: Int) -> String {
        item == 0 ? "clean images"
            : sets.indices.contains(item - 1)
                ? "\(sets[item - 1].corruption) \(sets[item - 1].severity)" : "set \(item)"
    }

    public static var schema: Schema<CorruptionResult> {
        Schema(
            .field("origin", \.origin, "where corrupted images come from"),
            .field("examples", \.exampleCount, unit: .one, "number of examples of a set"),
            .field("seed", \.seed, unit: .one, "seed of corruptions and resamples"),
            .field("clean_accuracy", \.clean.accuracy, unit: .share, "accuracy on clean images"),
            .field("clean_nll", \.clean.negativeLogLikelihood, unit: .nats, "mean NLL of clean images"),
            .field("clean_brier", \.clean.brier, unit: .one, "Brier score on clean images"),
            .field(
                "clean_ece", \.clean.expectedCalibrationError, unit: .share,
                "expected calibration error on clean images"),
            .field(
                "clean_ecse", \.clean.signedCalibrationError, unit: .share,
                "signed calibration error on clean images"),
            .field(
                "mean_corruption_error", \.meanCorruptionError, unit: .share,
                "mean over the corruptions of the share of wrong answers, extra ones left out"),
            .table(
                "corruptions", axis: "corruption", \.means,
                [
                    .column("mean_of", \.corruption, "name of the corruption"),
                    .column(
                        "mean_error", \.error, unit: .share,
                        "share of wrong answers, mean over severities"),
                    .column(
                        "mean_ece", \.expectedCalibrationError, unit: .share,
                        "expected calibration error, mean over severities"),
                ]),
            .table(
                "sets", axis: "set", \.sets,
                [
                    .column("corruption", \.corruption, "name of the corruption"),
                    .column("severity", \.severity, unit: .one, "severity, 1 to 5"),
                    .column("accuracy", \.accuracy, unit: .share, "accuracy on corrupted images"),
                    .column(
                        "accuracy_change", \.accuracyChange, unit: .share,
                        "accuracy on corrupted images minus that on clean ones"),
                    .column("nll", \.negativeLogLikelihood, unit: .nats, "mean NLL"),
                    .column("brier", \.brier, unit: .one, "Brier score"),
                    .column(
                        "ece", \.expectedCalibrationError, unit: .share,
                        "expected calibration error"),
                    .column(
                        "ecse", \.signedCalibrationError, unit: .share, "signed calibration error"),
                ]))
    }

    /// A row holds NLL, Brier score and both calibration errors, then 1 or 0 for each example that was
    /// right or wrong; the first is of the clean images.
    public mutating func assemble(_ rows: [[Double]?]) throws {
        let width = Self.metricCount + exampleCount
        for (item, row) in rows.enumerated() where row.map({ $0.count < width }) ?? false {
            throw RowError(name(ofItem: item), "is not measured on \(exampleCount) examples")
        }
        let measured = rows.indices.filter { rows[$0] != nil }
        let correct = measured.map { Array((rows[$0] ?? [])[Self.metricCount..<width]) }
        let isPaired = measured.first == 0
        let changes = isPaired
            ? correct.dropFirst().map { zip($0, correct[0]).map(-) } : []
        let estimates = Bootstrap(seed: seed).means(of: correct + changes)
        self = cleared()
        for (place, item) in measured.enumerated() {
            let numbers = rows[item] ?? []
            var set = item == 0 ? clean : sets[item - 1]
            set.accuracy = estimates[place]
            if isPaired, place > 0 { set.accuracyChange = estimates[measured.count + place - 1] }
            (set.negativeLogLikelihood, set.brier) = (numbers[0], numbers[1])
            (set.expectedCalibrationError, set.signedCalibrationError) = (numbers[2], numbers[3])
            if item == 0 { clean = set } else { sets[item - 1] = set }
        }
        summarize()
    }

    /// The result with nothing measured.
    private func cleared() -> CorruptionResult {
        var result = self
        result.clean = CorruptionRow()
        for index in sets.indices {
            var row = CorruptionRow()
            (row.corruption, row.severity) = (sets[index].corruption, sets[index].severity)
            result.sets[index] = row
        }
        return result
    }

    private mutating func summarize() {
        let names = sets.enumerated().filter { index, row in
            sets.firstIndex { $0.corruption == row.corruption } == index
        }.map(\.element.corruption)
        means = names.map { name in
            let own = sets.filter { $0.corruption == name }
            var mean = CorruptionMean()
            mean.corruption = name
            mean.error = 1 - own.reduce(0) { $0 + $1.accuracy.value } / Double(own.count)
            mean.expectedCalibrationError =
                own.reduce(0) { $0 + $1.expectedCalibrationError } / Double(own.count)
            return mean
        }
        let counted = means.filter { Corruption.named($0.corruption).map { !$0.isExtra } ?? true }
        meanCorruptionError = counted.isEmpty
            ? .nan : counted.reduce(0) { $0 + $1.error } / Double(counted.count)
    }
}
