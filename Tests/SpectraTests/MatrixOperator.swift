import Execution
import Randomness
import Spectra

/// A matrix as an operator.
struct MatrixOperator: SymmetricOperator {
    var dimension: Int
    var entries: [Double]

    func apply(_ vector: ParameterVector) -> ParameterVector {
        let values = vector.values(in: vector.range)
        return ParameterVector(
            (0..<dimension).map { row in
                (0..<dimension).reduce(0) { $0 + entries[row * dimension + $1] * values[$1] }
            })
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
    var mirrors: [ParameterVector]

    init(_ diagonal: [Double], stream: RandomStream = RandomStream(seed: 7, name: "rotation")) {
        self.diagonal = diagonal
        mirrors = (0..<2).map {
            var mirror = ParameterVector(stream.substream($0).gaussians(diagonal.count))
            mirror.normalize()
            return mirror
        }
    }

    var dimension: Int { diagonal.count }

    private func reflect(_ vector: ParameterVector, _ mirror: ParameterVector) -> ParameterVector {
        var result = vector
        result.add(-2 * vector.dot(mirror), mirror)
        return result
    }

    func apply(_ vector: ParameterVector) -> ParameterVector {
        let inner = mirrors.reduce(vector, reflect)
        let scaled = ParameterVector(zip(diagonal, inner).map { $0 * $1 })
        return mirrors.reversed().reduce(scaled, reflect)
    }
}
