import Foundation

/// Round numbers at which a panel's lines of equal value run.
///
/// Each panel has levels for its own range: beside a steep neighbour a flat one has lines too.
enum ContourLevels {
    /// The levels strictly inside a range, six or more where the range is no point.
    static func levels(in range: ClosedRange<Double>, scale: AxisScale) -> [Double] {
        guard range.lowerBound < range.upperBound else { return [] }
        return scale == .logarithmic ? logarithmic(range) ?? linear(range) : linear(range)
    }

    private static func linear(_ range: ClosedRange<Double>) -> [Double] {
        let finer = (9..<24).lazy.map { count in
            Axis(range: range, label: "", tickCount: count).ticks.map(\.position)
                .filter { range.lowerBound < $0 && $0 < range.upperBound }
        }
        return finer.first { $0.count >= 6 } ?? []
    }

    /// Decades, or factors of them, so that there are at least six; nil where there are not.
    private static func logarithmic(_ range: ClosedRange<Double>) -> [Double]? {
        let low = Int(log10(range.lowerBound).rounded(.down))
        let high = Int(log10(range.upperBound).rounded(.up))
        let factors: [[Double]] = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]]
        for factors in factors {
            let step = max(1, (high - low) / 12)
            let levels = stride(from: low, through: high, by: step)
                .flatMap { decade in factors.map { $0 * pow(10, Double(decade)) } }
                .filter { range.lowerBound < $0 && $0 < range.upperBound }
            if levels.count >= 6 { return levels }
        }
        return nil
    }
}
