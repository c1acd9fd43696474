import Foundation
import Randomness
import Testing

@testable import Execution

@Suite("Linear algebra of flat vectors and small matrices")
struct LinearAlgebraTests {
    let stream = RandomStream(seed: 1, name: "linear algebra tests")

    @Test func vectorArithmeticAgreesWithPlainLoops() {
        for length in [0, 1, 7, 1000, 100_003] {
            let x = stream.substream(1).gaussians(length)
            let y = stream.substream(2).gaussians(length)
            let dot = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
            let size = Double(length).squareRoot()
            #expect(abs(VectorMath.dot(x, y) - dot) <= 1e-12 * max(size, 1))
            let norm = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(VectorMath.norm(x) - norm) <= 1e-13 * norm)
            var sum = y
            VectorMath.add(-0.5, x, to: &sum)
            #expect(zip(sum, zip(x, y)).allSatisfy { abs($0 - ($1.1 - 0.5 * $1.0)) <= 1e-15 * 8 })
            #expect(VectorMath.dot(x, y) == VectorMath.dot(x, y))
        }
    }

    @Test func finitenessSeesEveryKindOfEntry() {
        #expect(VectorMath.isFinite([1, -2, 0]))
        #expect(!VectorMath.isFinite([1, .nan, 0]))
        #expect(!VectorMath.isFinite([.infinity, 1]))
        // Finite entries whose sum overflows are finite.
        #expect(VectorMath.isFinite([1e308, 1e308]))
    }

    /// Lengths around the stretch of 4096 entries on which the in-place form works.
    @Test(arguments: [5, 4096, 9001])
    func combinationsInPlaceEqualThoseAside(length: Int) {
        var vectors = (0..<4).map { stream.substream($0).gaussians(length) }
        let rows = (0..<3).map { stream.substream(10 + $0).gaussians(4) }
        let expected = rows.map { VectorMath.combine($0, vectors) }
        VectorMath.combine(&vectors, rows: rows)
        #expect(vectors.count == 3)
        for (actual, expected) in zip(vectors, expected) {
            #expect(zip(actual, expected).allSatisfy { abs($0 - $1) < 1e-13 })
        }
    }

    /// The matrix with 2 on the diagonal and -1 beside it: λ_k = 2 - 2cos(kπ/(n+1)).
    @Test func tridiagonalEigenvaluesAreThoseOfTheSecondDifference() throws {
        let order = 50
        let result = try SymmetricTridiagonal.eigen(
            diagonal: .init(repeating: 2, count: order),
            offDiagonal: .init(repeating: -1, count: order - 1))
        for index in 0..<order {
            let angle = Double(index + 1) * Double.pi / Double(order + 1)
            #expect(abs(result.values[index] - (2 - 2 * cos(angle))) < 1e-13)
            // Entry j of eigenvector k is proportional to sin(jkπ/(n+1)); check (A - λ)v = 0.
            let v = result.vectors[index]
            for row in 0..<order {
                let product = 2 * v[row] - (row > 0 ? v[row - 1] : 0)
                    - (row + 1 < order ? v[row + 1] : 0)
                #expect(abs(product - result.values[index] * v[row]) < 1e-13)
            }
        }
    }

    @Test func denseEigenvectorsDiagonalizeARandomMatrix() throws {
        let order = 30
        let raw = stream.gaussians(order * order)
        var matrix = raw
        for row in 0..<order {
            for column in 0..<order {
                matrix[row * order + column] =
                    raw[row * order + column] + raw[column * order + row]
            }
        }
        let result = try SymmetricMatrix.eigen(matrix, order: order)
        #expect(result.values == result.values.sorted())
        for (value, vector) in zip(result.values, result.vectors) {
            for row in 0..<order {
                let product = VectorMath.dot(Array(matrix[row * order..<(row + 1) * order]), vector)
                #expect(abs(product - value * vector[row]) < 1e-12)
            }
            #expect(abs(VectorMath.norm(vector) - 1) < 1e-13)
        }
    }

    @Test func entriesThatAreNotFiniteAreRefused() {
        #expect(throws: EigenproblemError.notFinite(order: 2)) {
            try SymmetricTridiagonal.eigen(diagonal: [1, .nan], offDiagonal: [0])
        }
        #expect(throws: EigenproblemError.notFinite(order: 1)) {
            try SymmetricMatrix.eigen([.infinity], order: 1)
        }
    }
}
