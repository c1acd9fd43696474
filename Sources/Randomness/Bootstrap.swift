/// Resampling with replacement, and percentile intervals from it.
///
/// - Source: Efron & Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13.
public struct Bootstrap: Sendable {
    /// The number of resamples.
    public var resamples: Int
    /// The nominal coverage of the intervals.
    public var level: Double
    /// The stream of the draws.
    public var stream: RandomStream

    /// A bootstrap whose draws are a function of the seed alone.
    public init(seed: UInt64 = 0, resamples: Int = 1000, level: Double = 0.95) {
        self.resamples = resamples
        self.level = level
        stream = RandomStream(seed: seed, name: "bootstrap")
    }

    /// Estimates of several statistics of the same observations from the same resamples.
    ///
    /// Differences between paired columns keep their pairing, because each resample takes whole
    /// observations. A statistic that is NaN on a resample (no positive value drawn, for example)
    /// leaves that resample out of its interval.
    ///
    /// - Parameters:
    ///   - count: the number of observations.
    ///   - statistics: from the weight of each observation `[count]`, 1 each for the sample itself
    ///     and how often it was drawn for a resample, to the value of each statistic.
    /// - Returns: one estimate per statistic; the interval is NaN with fewer than two observations.
    public func estimates(count: Int, statistics: ([Double]) -> [Double]) -> [Estimate] {
        let values = statistics([Double](repeating: 1, count: count))
        var draws = [[Double]](repeating: [], count: values.count)
        if count > 1 {
            var weights = [Double](repeating: 0, count: count)
            for resample in 0..<resamples {
                let draw = stream.substream(resample)
                for index in weights.indices { weights[index] = 0 }
                for index in 0..<count { weights[draw.integer(index, below: count)] += 1 }
                for (index, value) in statistics(weights).enumerated() where !value.isNaN {
                    draws[index].append(value)
                }
            }
        }
        return zip(values, draws).map { value, draws in
            let sorted = draws.sorted()
            return Estimate(
                value: value, lower: Self.quantile((1 - level) / 2, of: sorted),
                upper: Self.quantile((1 + level) / 2, of: sorted), level: level)
        }
    }

    /// Estimates of the means of the columns of a table of paired observations.
    ///
    /// - Parameter columns: equally long columns, one row per observation.
    public func means(of columns: [[Double]]) -> [Estimate] {
        guard let count = columns.first?.count else { return [] }
        // Eight columns at a time: the sums of each are added in the order of the observations.
        let blocks = stride(from: 0, to: columns.count, by: 8).map { first in
            (0..<count).map { row in
                var values = SIMD8<Double>.zero
                for column in first..<min(first + 8, columns.count) {
                    values[column - first] = columns[column][row]
                }
                return values
            }
        }
        return estimates(count: count) { weights in
            let sums = blocks.map { block in
                var sum = SIMD8<Double>.zero
                for index in 0..<count { sum += weights[index] * block[index] }
                return sum
            }
            return columns.indices.map { sums[$0 / 8][$0 % 8] / Double(count) }
        }
    }

    /// The quantile of sorted values by linear interpolation; NaN where there are none.
    static func quantile(_ probability: Double, of sorted: [Double]) -> Double {
        guard let last = sorted.indices.last else { return .nan }
        let position = probability * Double(last)
        let lower = Int(position)
        let upper = min(lower + 1, last)
        return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
    }
}
