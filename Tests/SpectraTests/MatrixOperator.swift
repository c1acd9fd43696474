import Execution
import Randomness
import Spectra

/// A matrix as an operator.
struct MatrixOperator: SymmetricOperator {
    var dimension: Int
    var entries: [Double]

    func apply(_ vector: [Double]) -> [Double] {
        (0..<dimension).map { row in
            VectorMath.dot(Array(entries[row * dimension..<(row + 1) * dimension]), vector)
        }
    }

    /// A random symmetric matrix with Gaussian entries.
    static func random(_ dimension: Int, _ stream: RandomStream) -> MatrixOperator {
        var entries = [Double](repeating: 0, count: dimension * dimension)
        for row in 0..<dimension {
            for column in 0...row {
                let value = stream.gaussian(row * dimension + column)
                entries[row * dimension + column] = value
                entries[column * dimension + row] = value
            }
        }
        return MatrixOperator(dimension: dimension, entries: entries)
    }

    /// The exact eigenvalues, ascending.
    func eigenvalues() throws -> [Double] {
        try SymmetricMatrix.eigen(entries, order: dimension).values
    }
}

/// A diagonal matrix, rotated by two Householder reflections so that no eigenvector is a unit
/// vector of the coordinates.
struct RotatedDiagonal: SymmetricOperator {
    var diagonal: [Double]
    var mirrors: [[Double]]

    init(_ diagonal: [Double], stream: RandomStream = RandomStream(seed: 7, name: "rotation")) {
        self.diagonal = diagonal
        mirrors = (0..<2).map {
            var mirror = stream.substream($0).gaussians(diagonal.count)
            VectorMath.normalize(&mirror)
            return mirror
        }
    }

    var dimension: Int { diagonal.count }

    private func reflect(_ vector: [Double], _ mirror: [Double]) -> [Double] {
        var result = vector
        VectorMath.add(-2 * VectorMath.dot(vector, mirror), mirror, to: &result)
        return result
    }

    func apply(_ vector: [Double]) -> [Double] {
        let inner = mirrors.reduce(vector, reflect)
        let scaled = zip(diagonal, inner).map { $0 * $1 }
        return mirrors.reversed().reduce(scaled, reflect)
    }
}
