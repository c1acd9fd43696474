import COpenBLAS

/// All eigenvalues and eigenvectors of a small symmetric matrix.
public struct EigenDecomposition: Sendable {
    /// The eigenvalues in ascending order.
    public let values: [Double]
    /// The orthonormal eigenvectors, in the order of the values.
    public let vectors: [[Double]]
}

/// A symmetric eigenproblem that LAPACK could not be given or could not solve.
public enum EigenproblemError: Error, CustomStringConvertible, Equatable {
    /// An entry is NaN or infinite.
    case notFinite(order: Int)
    /// LAPACK reported that an eigenvalue did not converge.
    case notConverged(routine: String, order: Int, info: Int)

    public var description: String {
        switch self {
        case .notFinite(let order):
            "eigenvalues of a \(order) x \(order) matrix: an entry is not finite;"
                + " check the weights and the loss for NaN"
        case .notConverged(let routine, let order, let info):
            "eigenvalues of a \(order) x \(order) matrix: LAPACK's \(routine) did not converge"
                + " (info \(info))"
        }
    }
}

/// Symmetric tridiagonal matrices, as the Lanczos recurrence makes them.
public enum SymmetricTridiagonal {
    /// Eigenvalues and eigenvectors by implicit QL iterations (LAPACK `dstev`).
    ///
    /// - Parameters:
    ///   - diagonal: `[n]`.
    ///   - offDiagonal: `[n - 1]`.
    /// - Throws: `EigenproblemError` where an entry is not finite or LAPACK fails.
    public static func eigen(
        diagonal: [Double], offDiagonal: [Double]
    ) throws -> EigenDecomposition {
        let order = diagonal.count
        precondition(offDiagonal.count == max(order - 1, 0), "n - 1 entries beside the diagonal")
        if order == 0 { return EigenDecomposition(values: [], vectors: []) }
        guard (diagonal + offDiagonal).allSatisfy(\.isFinite) else {
            throw EigenproblemError.notFinite(order: order)
        }
        var values = diagonal
        var work = offDiagonal + [0]
        var vectors = [Double](repeating: 0, count: order * order)
        let info = LAPACKE_dstev(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), Int32(order), &values, &work,
            &vectors, Int32(order))
        guard info == 0 else {
            throw EigenproblemError.notConverged(
                routine: "dstev", order: order, info: Int(info))
        }
        return EigenDecomposition(values: values, vectors: columns(vectors, order: order))
    }
}

/// Dense symmetric matrices.
public enum SymmetricMatrix {
    /// Eigenvalues and eigenvectors by divide and conquer (LAPACK `dsyevd`).
    ///
    /// - Parameters:
    ///   - matrix: `[n, n]`; only the lower triangle of the rows is read.
    ///   - order: n.
    /// - Throws: `EigenproblemError` where an entry is not finite or LAPACK fails.
    public static func eigen(_ matrix: [Double], order: Int) throws -> EigenDecomposition {
        precondition(matrix.count == order * order, "n² entries")
        if order == 0 { return EigenDecomposition(values: [], vectors: []) }
        guard matrix.allSatisfy(\.isFinite) else {
            throw EigenproblemError.notFinite(order: order)
        }
        var values = [Double](repeating: 0, count: order)
        var vectors = matrix
        // The lower triangle of rows is the upper triangle of columns.
        let info = LAPACKE_dsyevd(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")),
            Int32(order), &vectors, Int32(order), &values)
        guard info == 0 else {
            throw EigenproblemError.notConverged(
                routine: "dsyevd", order: order, info: Int(info))
        }
        return EigenDecomposition(values: values, vectors: columns(vectors, order: order))
    }
}

/// The columns of a matrix stored column by column.
private func columns(_ matrix: [Double], order: Int) -> [[Double]] {
    (0..<order).map { Array(matrix[$0 * order..<($0 + 1) * order]) }
}
