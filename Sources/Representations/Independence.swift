/// The unbiased estimate of how dependent two kernels of the same examples are (HSIC).
///
///     HSIC₁(K, L) = 1/(n(n − 3)) Σ_{i≠j} K̃_ij L̃_ij
///
/// with K̃ the U-centred K, which is the estimate of Song et al. 2012 (eq. 5) in the form of
/// Székely & Rizzo 2014 (arXiv 1310.2926, eq. 2.3).
public struct CentredKernel: Sendable {
    /// K̃ row by row, 0 on the diagonal.
    private let values: [Double]
    private let count: Int

    /// The fewest examples that the estimate is made of.
    public static let leastExamples = 4

    /// A kernel `[examples, examples]`; its diagonal plays no part.
    public init(_ kernel: [Double], count n: Int) {
        precondition(n >= Self.leastExamples && kernel.count == n * n, "n² values, n at least 4")
        var values = kernel
        for index in 0..<n { values[index * n + index] = 0 }
        let sums = (0..<n).map { row in
            values[row * n..<(row + 1) * n].reduce(0, +) / Double(n - 2)
        }
        let total = sums.reduce(0, +) / Double(n - 1)
        for row in 0..<n {
            for column in 0..<n where row != column {
                values[row * n + column] += total - sums[row] - sums[column]
            }
        }
        (self.values, count) = (values, n)
    }

    /// HSIC₁ of two kernels of the same examples.
    public func independence(_ other: CentredKernel) -> Double {
        precondition(count == other.count, "Kernels are of the same examples.")
        var sum = SIMD8<Double>.zero
        let whole = values.count / 8 * 8
        for start in stride(from: 0, to: whole, by: 8) {
            var (a, b) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
            for lane in 0..<8 { (a[lane], b[lane]) = (values[start + lane], other.values[start + lane]) }
            sum += a * b
        }
        let rest = (whole..<values.count).reduce(0) { $0 + values[$1] * other.values[$1] }
        return (sum.sum() + rest) / Double(count * (count - 3))
    }
}

/// What joining the two nearest clusters again and again gives.
public enum Dendrogram {
    /// The joins of average linkage, from the nearest on.
    ///
    /// - Parameter distances: `[items, items]`, symmetric; NaN counts as farther than all others.
    /// - Returns: clusters that are joined and their mean distance; items have the numbers from 0,
    ///   joins those after.
    public static func joins(_ distances: [Double], count: Int) -> [ClusterJoin] {
        var clusters = (0..<count).map { (number: $0, members: [$0]) }
        let farthest = (distances.filter(\.isFinite).max() ?? 0) + 1
        let known = distances.map { $0.isFinite ? $0 : farthest }
        func distance(_ a: [Int], _ b: [Int]) -> Double {
            a.reduce(0) { sum, i in b.reduce(sum) { $0 + known[i * count + $1] } }
                / Double(a.count * b.count)
        }
        var joins: [ClusterJoin] = []
        while clusters.count > 1 {
            var nearest = (0, 1, Double.infinity)
            for first in clusters.indices {
                for second in clusters.indices.dropFirst(first + 1) {
                    let found = distance(clusters[first].members, clusters[second].members)
                    if found < nearest.2 { nearest = (first, second, found) }
                }
            }
            let (first, second) = (clusters[nearest.0], clusters[nearest.1])
            var join = ClusterJoin()
            (join.first, join.second, join.distance) = (first.number, second.number, nearest.2)
            clusters.remove(at: nearest.1)
            clusters[nearest.0] = (count + joins.count, first.members + second.members)
            joins.append(join)
        }
        return joins
    }
}
