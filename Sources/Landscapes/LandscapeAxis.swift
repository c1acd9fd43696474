/// One axis of a landscape: equally spaced offsets along one direction.
///
/// The unit is the length of the direction: offset 1 moves the weights by the direction itself,
/// which for filter-normalised directions means one filter norm per filter.
public struct LandscapeAxis: Sendable, Codable, Hashable {
    /// The largest magnitude of an offset: beyond it differences of offsets lose all meaning.
    public static let farthest = 1e100

    /// The first offset.
    public var start: Double
    /// The last offset.
    public var end: Double
    /// The number of offsets, at least 1.
    public var count: Int

    /// An axis of `count` offsets from `start` to `end`.
    public init(start: Double = -1, end: Double = 1, count: Int = 21) {
        self.start = start
        self.end = end
        self.count = count
    }

    /// The offset number `index`.
    ///
    ///     value(i) = start + (end - start)·i / (count - 1)
    ///
    /// The middle of a symmetric axis with an odd count is exactly 0, the last is exactly `end`,
    /// and the single offset of an axis with count 1 is the middle of its range.
    public func value(_ index: Int) -> Double {
        guard count > 1 else { return start + (end - start) / 2 }
        if index == count - 1 { return end }
        if start == -end {
            // Written as an odd function of the index so that mirrored offsets are exact negatives.
            return end * Double(2 * index - (count - 1)) / Double(count - 1)
        }
        return start + (end - start) * Double(index) / Double(count - 1)
    }

    /// All offsets in order.
    public var values: [Double] { (0..<count).map(value) }
}
