import Randomness
import Results

/// How steady a network is along the sequences of one perturbation.
public struct ConsistencyRow: Fillable, Codable, Hashable {
    /// The name of the file, such as `gaussian_noise`.
    public var perturbation = ""
    /// Means over sequences, with intervals; NaN where nothing was measured.
    public var consistency = Estimate()
    public var crossEntropy = Estimate()
    public var flips = Estimate()

    public init() {}
}

/// How steady a network is along sequences of images that change little by little.
///
/// - Source: Hendrycks & Dietterich 2019 (arXiv 1903.12261), section 4.2 (CIFAR-10-P); Park & Kim 2022
///   (arXiv 2202.06709).
public struct ConsistencyResult: Sendable, Codable, Hashable {
    /// The folder of the sequences.
    public var origin = ""
    public var sequenceCount = 0
    /// The seed of the resamples.
    public var seed: UInt64 = 0
    public var perturbations: [ConsistencyRow] = []

    public init() {}

    /// A result of which nothing has been measured yet.
    public init(_ perturbations: [String], origin: String, sequenceCount: Int, seed: UInt64) {
        (self.origin, self.sequenceCount, self.seed) = (origin, sequenceCount, seed)
        self.perturbations = perturbations.map { name in
            var row = ConsistencyRow()
            row.perturbation = name
            return row
        }
    }

    /// The mean over perturbations of the flip probability, not divided by that of another network.
    public var meanFlips: Double {
        perturbations.reduce(0) { $0 + $1.flips.value } / Double(perturbations.count)
    }
}

extension ConsistencyResult: MeasuredResult {
    public static let kind = "consistency"
    public static let item = "perturbation"

    public var finding: String { "mean flip probability \(Readable.percentage(meanFlips))" }

    public func name(ofItem item: Int) -> String {
        perturbations.indices.contains(item) ? perturbations[item].perturbation : "perturbation \(item)"
    }

    public static var schema: Schema<ConsistencyResult> {
        Schema(
            .field("origin", \.origin, "folder of the sequences"),
            .field("sequences", \.sequenceCount, unit: .one, "number of sequences of a perturbation"),
            .field("seed", \.seed, unit: .one, "seed of the resamples"),
            .derived(
                "mean_flip_probability", unit: .share,
                "mean over perturbations of the share of frames with another prediction"
            ) { $0.meanFlips },
            .table(
                "perturbations", axis: "perturbation", \.perturbations,
                [
                    .column("perturbation", \.perturbation, "name of the perturbation"),
                    .derived("number", unit: .one, "number of the perturbation, from 1") {
                        Array(1...max($0.count, 1)).prefix($0.count).map { $0 }
                    },
                    .column(
                        "consistency", \.consistency, unit: .share,
                        "share of neighbouring frames with the same prediction"),
                    .column(
                        "cross_entropy_consistency", \.crossEntropy, unit: .nats,
                        "-p(next) log p(frame), mean over frames and classes"),
                    .column(
                        "flip_probability", \.flips, unit: .share,
                        "share of frames with another prediction than the one before, of noise than the first"),
                ]))
    }

    /// A row holds consistency, cross entropy and flips of the first sequence, then of the next.
    public mutating func assemble(_ rows: [[Double]?]) throws {
        for (item, row) in rows.enumerated() where item < perturbations.count {
            var found = ConsistencyRow()
            found.perturbation = perturbations[item].perturbation
            if let row {
                guard row.count >= 3 * sequenceCount else {
                    throw RowError(name(ofItem: item), "is not measured on \(sequenceCount) sequences")
                }
                let columns = (0..<3).map { part in
                    (0..<sequenceCount).map { row[3 * $0 + part] }
                }
                let means = Bootstrap(seed: seed).means(of: columns)
                (found.consistency, found.crossEntropy, found.flips) = (means[0], means[1], means[2])
            }
            perturbations[item] = found
        }
    }
}
