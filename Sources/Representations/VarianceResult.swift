import Networks
import Results

/// The variance of feature maps over their pixels, unit by unit: what self-attentions lower and
/// convolutions raise.
///
/// - Source: Park & Kim 2022 (arXiv 2202.06709), Figure 9.
public struct VarianceResult: Sendable, Codable, Hashable {
    /// The number of examples.
    public var exampleCount = 0
    /// The number of examples that have been measured so far.
    public var measuredCount = 0
    /// The number of examples that are measured at a time.
    public var batchSize = 1
    /// The seed of the resamples.
    public var seed: UInt64 = 0
    /// The units in the order of computation.
    public var units: [UnitMeasure] = []

    public init() {}

    /// A result of which nothing has been measured yet.
    public init(
        units: [UnitDescription], exampleCount: Int, batchSize: Int, seed: UInt64 = 0
    ) {
        self.exampleCount = exampleCount
        self.batchSize = batchSize
        self.seed = seed
        self.units = UnitMeasure.unmeasured(units)
    }

    /// The positions of a minibatch's examples.
    public func positions(ofItem item: Int) -> Range<Int> {
        item * batchSize..<min((item + 1) * batchSize, exampleCount)
    }
}

extension VarianceResult: MeasuredResult {
    public static let kind = "variance"
    public static let item = "minibatch"

    public var finding: String {
        guard measuredCount > 0, let first = units.first, let last = units.last else {
            return "nothing measured"
        }
        func said(_ unit: UnitMeasure) -> String {
            "\(Readable.number(unit.estimate.value)) after \(unit.name)"
        }
        return "variance \(said(first)), \(said(last))"
    }

    public static var schema: Schema<VarianceResult> {
        Schema(
            .field("examples", \.exampleCount, unit: .one, "number of examples"),
            .field(
                "measured", \.measuredCount, unit: .one,
                "number of examples that have been measured"),
            .field("batch_size", \.batchSize, unit: .one, "number of examples of a minibatch"),
            .field("seed", \.seed, unit: .one, "seed of the resamples"),
            .table(
                "units", axis: "unit", \.units,
                UnitMeasure.columns(
                    "variance", unit: StoredUnit("activation²"),
                    "variance of the feature map over pixels, mean over channels and examples")))
    }

    /// A row holds the variances of all units for the first example, then for the next.
    public mutating func assemble(_ rows: [[Double]?]) throws {
        var examples: [[Double]] = []
        for (item, row) in rows.enumerated() {
            guard let row else { continue }
            let (count, width) = (positions(ofItem: item).count, units.count)
            guard row.count >= count * width else {
                throw RowError(
                    name(ofItem: item), "is not measured on \(count) examples of \(width) units")
            }
            examples += (0..<count).map { Array(row[$0 * width..<($0 + 1) * width]) }
        }
        measuredCount = examples.count
        units.estimate(from: examples, seed: seed)
    }
}
