import Randomness

extension ParameterVector {
    /// The first `count` standard normal draws of a stream.
    public static func gaussian(
        _ count: Int, storage: Precision, stream: RandomStream
    ) -> ParameterVector { drawn(count, storage, stream.gaussian) }

    /// The first `count` signs of a stream: +1 and -1 with equal probability.
    public static func rademacher(
        _ count: Int, storage: Precision, stream: RandomStream
    ) -> ParameterVector { drawn(count, storage) { stream.uniform($0) >= 0.5 ? 1 : -1 } }

    private static func drawn(
        _ count: Int, _ storage: Precision, _ draw: (Int) -> Double
    ) -> ParameterVector {
        // Made in stretches: all draws in double would be a second vector, twice as long.
        let stretch = 1 << 16
        let starts = stride(from: 0, to: count, by: stretch)
        let ranges = starts.map { $0..<Swift.min($0 + stretch, count) }
        return ParameterVector(count: count, storage: storage, stretches: ranges.map(\.count)) {
            ranges[$0].map(draw)
        }
    }
}
