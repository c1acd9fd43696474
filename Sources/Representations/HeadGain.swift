import Execution
import Networks

/// How much the matrices of each head of an attention stretch tokens at most: ‖P_h V_h‖₂, the
/// largest singular value.
///
/// - Source: Wang et al. 2022 (arXiv 2203.05962): with ‖HC[A_h X]‖ ≤ λ_h ‖HC[X]‖, the attention
///   has ‖HC[SA(X)]‖ ≤ Σ_h λ_h ‖P_h V_h‖₂ ‖HC[X]‖.
public enum HeadGain {
    /// The gain of each head.
    ///
    /// - Parameters:
    ///   - value: V of all heads, `[heads · d, features]`.
    ///   - projection: P of all heads, `[outputs, heads · d]`.
    /// - Throws: `EigenproblemError` where a weight is not finite.
    public static func all(
        value: [Double], projection: [Double], heads: Int, features: Int
    ) throws -> [Double] {
        let inner = value.count / features
        let (size, outputs) = (inner / heads, projection.count / inner)
        return try (0..<heads).map { head in
            // The products of V's rows and those of P's columns; σ² are the eigenvalues of these
            // two matrices' product.
            let rows = (0..<size).map { row in
                let start = (head * size + row) * features
                return Array(value[start..<start + features])
            }
            let columns = (0..<size).map { column in
                (0..<outputs).map { projection[$0 * inner + head * size + column] }
            }
            let roots = try SymmetricMatrix.eigen(gram(rows), order: size)
            let inside = try gram(columns)
            // Λ^½ Qᵀ (PᵀP) Q Λ^½ has the same eigenvalues and is symmetric.
            let scaled = zip(roots.values, roots.vectors).map { value, vector in
                vector.map { $0 * max(value, 0).squareRoot() }
            }
            let turned = scaled.map { vector in
                (0..<size).map { row in
                    (0..<size).reduce(0) { $0 + inside[row * size + $1] * vector[$1] }
                }
            }
            let product = scaled.flatMap { left in
                turned.map { right in zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }
            }
            let largest = try SymmetricMatrix.eigen(product, order: size).values.last ?? 0
            return max(largest, 0).squareRoot()
        }
    }

    /// Products of all pairs of vectors, `[vectors, vectors]`.
    private static func gram(_ vectors: [[Double]]) throws -> [Double] {
        vectors.flatMap { left in
            vectors.map { right in zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }
        }
    }
}
