import Networks
import Randomness
import Results

/// How a unit's feature map varies over its pixels.
public struct UnitVariance: Fillable, Codable, Hashable {
    /// The unit.
    public var place = UnitPlace()
    /// The variance over pixels, the mean over channels and examples.
    public var variance = Estimate()
    /// The share of channels that carry the variance, see `ChannelShare`.
    public var channelShare = Estimate()

    public init() {}
}

/// The variance of feature maps over their pixels, unit by unit: what self-attentions lower and
/// convolutions raise.
///
/// - Source: Park & Kim 2022 (arXiv 2202.06709), Figure 9.
public struct VarianceResult: Sendable, Codable, Hashable {
    public var exampleCount = 0
    public var measuredCount = 0
    public var batchSize = 1
    public var seed: UInt64 = 0
    /// The units in the order of computation.
    public var units: [UnitVariance] = []

    public init() {}

    /// A result of which nothing has been measured yet.
    public init(
        units: [UnitDescription], exampleCount: Int, batchSize: Int, seed: UInt64 = 0
    ) {
        self.exampleCount = exampleCount
        self.batchSize = batchSize
        self.seed = seed
        self.units = UnitPlace.all(units).map { place in
            var unit = UnitVariance()
            unit.place = place
            return unit
        }
    }
}

extension VarianceResult: ExampleResult {
    public static let kind = "variance"

    public var finding: String {
        guard measuredCount > 0, let first = units.first, let last = units.last else {
            return "nothing measured"
        }
        func said(_ unit: UnitVariance) -> String {
            "\(Readable.number(unit.variance.value)) after \(unit.place.name)"
        }
        return "variance \(said(first)), \(said(last))"
    }

    public static var schema: Schema<VarianceResult> {
        counts
            + Schema(
                .table(
                    "units", axis: "unit", \.units,
                    UnitPlace.columns(\.place) + [
                        .column(
                            "variance", \.variance, unit: StoredUnit("activation²"),
                            "variance of the feature map over pixels, mean over channels and"
                                + " examples"),
                        .column(
                            "channel_share", \.channelShare, unit: .share,
                            "share of channels that carry the variance: (Σv)²/(C·Σv²) of their"
                                + " variances v"),
                    ]))
    }

    /// Variance and share of each unit.
    public var numbersPerExample: Int { 2 * units.count }

    public mutating func take(_ examples: [[Double]]) {
        let means = means(of: examples)
        for index in units.indices {
            units[index].variance = means[2 * index]
            units[index].channelShare = means[2 * index + 1]
        }
    }
}
