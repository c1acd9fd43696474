/// A number measured on a sample, with the interval that resampling gives it.
public struct Estimate: Sendable, Codable, Hashable {
    /// The statistic of the sample itself.
    public var value: Double
    /// The lower end of the interval; NaN where too few observations allow none.
    public var lower: Double
    /// The upper end of the interval; NaN where too few observations allow none.
    public var upper: Double
    /// The nominal coverage of the interval, for example 0.95.
    public var level: Double

    /// An estimate from its parts; without them, of nothing.
    public init(
        value: Double = .nan, lower: Double = .nan, upper: Double = .nan, level: Double = 0.95
    ) {
        self.value = value
        self.lower = lower
        self.upper = upper
        self.level = level
    }
}
