import COpenBLAS
import CVector

// A vector against a set of vectors, such as a Krylov basis. Short stretches of the vector meet the
// whole set, so that it is read from memory once, whatever the number of vectors.

extension ParameterVector {
    /// The linear combination Σ cᵢvᵢ of equally long vectors.
    ///
    /// - Precondition: at least one vector, and one coefficient for each.
    public static func combination(
        _ coefficients: [Double], of vectors: [ParameterVector]
    ) -> ParameterVector {
        precondition(coefficients.count == vectors.count, "one coefficient for each vector")
        var sum = ParameterVector(zeros: vectors[0].count, storage: vectors[0].storage)
        sum.add(coefficients, vectors)
        return sum
    }

    /// The inner products with each vector of a set.
    ///
    /// - Precondition: all vectors have the same length.
    public func components(along basis: [ParameterVector]) -> [Double] {
        precondition(basis.allSatisfy { $0.count == count }, "vectors of different lengths")
        var sums = [Double](repeating: 0, count: basis.count)
        for stretch in Self.stretches(of: count) {
            for (index, vector) in basis.enumerated() {
                sums[index] += dot(vector, in: stretch)
            }
        }
        return sums
    }

    /// Adds a linear combination of a set of vectors: x ← x + Σ cᵢvᵢ.
    ///
    /// - Precondition: all vectors have the same length, and each has a coefficient.
    public mutating func add(_ coefficients: [Double], _ basis: [ParameterVector]) {
        precondition(
            coefficients.count == basis.count && basis.allSatisfy { $0.count == count },
            "vectors of different lengths")
        for stretch in Self.stretches(of: count) {
            for (coefficient, vector) in zip(coefficients, basis) {
                add(coefficient, vector, in: stretch)
            }
        }
    }

    /// Stretches of a vector that stay in the first-level cache.
    private static func stretches(of count: Int) -> some Sequence<Range<Int>> {
        let length = 2048
        return stride(from: 0, to: count, by: length).lazy.map {
            $0..<Swift.min($0 + length, count)
        }
    }

    /// Replaces the first vectors of a set by linear combinations of all of them, in place.
    ///
    ///     vᵢ ← Σⱼ cᵢⱼ vⱼ   for each row i of c; vectors beyond the last row are removed
    ///
    /// Runs over short stretches of the vectors, so that it needs no second set of long ones.
    ///
    /// - Parameters:
    ///   - vectors: m vectors of equal length.
    ///   - coefficients: at most m rows of m numbers.
    public static func combine(_ vectors: inout [ParameterVector], rows coefficients: [[Double]]) {
        let (count, kept) = (vectors.count, coefficients.count)
        precondition(kept <= count, "at most as many combinations as vectors")
        let matrix = coefficients.flatMap { $0 }
        openblas_set_num_threads(1)
        for start in stride(from: 0, to: vectors[0].count, by: 4096) {
            let stretch = start..<Swift.min(start + 4096, vectors[0].count)
            let block = vectors.flatMap { $0.values(in: stretch) }
            let width = stretch.count
            var result = [Double](repeating: 0, count: kept * width)
            cblas_dgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(kept), blasint(width),
                blasint(count), 1, matrix, blasint(count), block, blasint(width), 0, &result,
                blasint(width))
            for row in 0..<kept {
                vectors[row].replace(stretch, with: Array(result[row * width..<(row + 1) * width]))
            }
        }
        vectors.removeLast(count - kept)
    }
}
