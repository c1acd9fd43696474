import Autodiff
import Execution
import Golden
import Networks
import Testing

@testable import Representations

/// Minibatch CKA and the tree of units.
@Suite("Similarity of units") struct SimilarityTests {
    /// Products of all pairs of rows.
    private static func gram(_ rows: [[Double]]) -> [Double] {
        rows.flatMap { a in rows.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } } }
    }

    private static func rows(_ name: String, _ count: Int, _ width: Int) -> [[Double]] {
        HashFill.symmetric(name, count: count * width).rows(count)
    }

    @Test("HSIC is the unbiased estimate of Song et al.", arguments: [4, 5, 9])
    func estimate(_ n: Int) {
        let (k, l) = (Self.gram(Self.rows("k", n, 3)), Self.gram(Self.rows("l", n, 7)))
        // tr(K̃L̃) + 1ᵀK̃1 1ᵀL̃1/((n−1)(n−2)) − 2/(n−2) 1ᵀK̃L̃1, diagonals 0.
        var (trace, sumK, sumL, both) = (0.0, 0.0, 0.0, 0.0)
        for i in 0..<n {
            for j in 0..<n where i != j {
                trace += k[i * n + j] * l[i * n + j]
                sumK += k[i * n + j]
                sumL += l[i * n + j]
                for q in 0..<n where q != j { both += k[i * n + j] * l[j * n + q] }
            }
        }
        let m = Double(n)
        let expected = (trace + sumK * sumL / ((m - 1) * (m - 2)) - 2 * both / (m - 2))
            / (m * (m - 3))
        let found = CentredKernel(k, count: n).independence(CentredKernel(l, count: n))
        #expect(abs(found - expected) < 1e-12)
        // What does not depend on both examples plays no part.
        let shifted = k.indices.map { k[$0] + Double($0 / n) + Double($0 % n) + 5 }
        #expect(abs(CentredKernel(shifted, count: n)
            .independence(CentredKernel(l, count: n)) - expected) < 1e-10)
    }

    private static func networks() throws -> [(name: String, units: [UnitDescription])] {
        let units = try ModelRegistry.network("resnet,depth=8,width=4,size=16").units()
        return [("a", 2), ("b", 3)].map { ($0.0, Array(units.prefix($0.1))) }
    }

    @Test("A rotation changes nothing, noise is unlike; both halves of the map are equal")
    func similarities() throws {
        let n = 8
        var result = SimilarityResult(
            networks: try Self.networks(), exampleCount: 83, batchSize: n)
        #expect(result.exampleCount == 80 && result.itemCount == 10)
        let rows = (0..<result.itemCount).map { item -> [Double] in
            let x = Self.rows("x\(item)", n, 2)
            // Turned by a right angle, scaled and moved.
            let turned = x.map { [3 * $0[1] + 7, -3 * $0[0] - 1] }
            let others = ["p", "q", "r"].map { Self.rows("\($0)\(item)", n, 2) }
            return SimilarityResult.row(
                ([x, turned] + others).map { CentredKernel(Self.gram($0), count: n) })
        }
        try result.assemble(rows)
        #expect(result.pairs.count == 25 && result.measuredCount == 10)
        for pair in result.pairs {
            let mirror = result.pairs[pair.second * 5 + pair.first]
            #expect(pair.similarity == mirror.similarity)
            if pair.first == pair.second || max(pair.first, pair.second) == 1 {
                #expect(abs(pair.similarity.value - 1) < 1e-12)
            } else {
                #expect(abs(pair.similarity.value) < 0.4)
                #expect(pair.similarity.lower < pair.similarity.upper)
            }
        }
        #expect(Set([result.joins[0].first, result.joins[0].second]) == [0, 1])
        #expect(abs(result.joins[0].distance) < 1e-12)
        #expect(result.joins.count == 4)
        try result.assemble([nil])
        #expect(result.joins.isEmpty && result.pairs.allSatisfy { $0.similarity.value.isNaN })
    }

    @Test("Average linkage by hand")
    func linkage() {
        // Points 0, 1, 5, 7 on a line.
        let points = [0.0, 1, 5, 7]
        let joins = Dendrogram.joins(
            points.flatMap { a in points.map { abs(a - $0) } }, count: 4)
        #expect(joins.map { [$0.first, $0.second] } == [[0, 1], [2, 3], [4, 5]])
        #expect(joins.map(\.distance) == [1, 2, 5.5])
        #expect(Dendrogram.joins([0], count: 1).isEmpty)
        #expect(Dendrogram.joins([0, .nan, .nan, 0], count: 2).map(\.distance) == [1])
    }
}
