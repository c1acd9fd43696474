import Foundation
import Randomness
import Testing

@testable import Execution

@Suite("Eigenproblems of small matrices")
struct LinearAlgebraTests {
    let stream = RandomStream(seed: 1, name: "linear algebra tests")

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
                let product = (0..<order).reduce(0) {
                    $0 + matrix[row * order + $1] * vector[$1]
                }
                #expect(abs(product - value * vector[row]) < 1e-12)
            }
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-13)
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
