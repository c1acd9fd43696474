import COpenBLAS

/// Arithmetic on flat vectors of double precision.
///
/// OpenBLAS runs on one thread here, so sums have one fixed order and the same input gives the
/// same bits on the same processor.
public enum VectorMath {
    /// Set once, before the first product.
    private static let singleThread: Void = openblas_set_num_threads(1)

    /// The inner product Σ xᵢyᵢ.
    ///
    /// - Precondition: both vectors have the same length.
    public static func dot(_ x: [Double], _ y: [Double]) -> Double {
        precondition(x.count == y.count, "inner product of vectors of different lengths")
        singleThread
        return cblas_ddot(blasint(x.count), x, 1, y, 1)
    }

    /// The Euclidean norm, computed without overflow.
    public static func norm(_ x: [Double]) -> Double {
        singleThread
        return cblas_dnrm2(blasint(x.count), x, 1)
    }

    /// The sum of squares Σ xᵢ² of a stretch of a vector.
    public static func squaredNorm(_ x: [Double], in range: Range<Int>) -> Double {
        singleThread
        return x[range].withUnsafeBufferPointer { part in
            cblas_ddot(blasint(part.count), part.baseAddress, 1, part.baseAddress, 1)
        }
    }

    /// The sum of absolute values Σ |xᵢ|.
    public static func absoluteSum(_ x: [Double]) -> Double {
        singleThread
        return cblas_dasum(blasint(x.count), x, 1)
    }

    /// Adds a multiple of one vector to another: y ← y + αx.
    ///
    /// - Precondition: both vectors have the same length.
    public static func add(_ alpha: Double, _ x: [Double], to y: inout [Double]) {
        precondition(x.count == y.count, "sum of vectors of different lengths")
        singleThread
        cblas_daxpy(blasint(x.count), alpha, x, 1, &y, 1)
    }

    /// Multiplies a vector by a number in place: x ← αx.
    public static func scale(_ x: inout [Double], by alpha: Double) {
        singleThread
        cblas_dscal(blasint(x.count), alpha, &x, 1)
    }

    /// Scales a vector to unit length and returns the norm it had; a zero vector stays as it is.
    @discardableResult
    public static func normalize(_ x: inout [Double]) -> Double {
        let length = norm(x)
        if length > 0 { scale(&x, by: 1 / length) }
        return length
    }

    /// The linear combination Σ cᵢvᵢ of equally long vectors.
    ///
    /// - Precondition: at least one vector, and one coefficient for each.
    public static func combine(_ coefficients: [Double], _ vectors: [[Double]]) -> [Double] {
        precondition(coefficients.count == vectors.count, "one coefficient for each vector")
        var sum = [Double](repeating: 0, count: vectors[0].count)
        for (coefficient, vector) in zip(coefficients, vectors) {
            add(coefficient, vector, to: &sum)
        }
        return sum
    }

    /// The inner products of a vector with each of a set.
    ///
    /// Short stretches of the vector meet the whole set, so that it is read from memory once.
    ///
    /// - Precondition: all vectors have the same length.
    public static func components(of x: [Double], along basis: [[Double]]) -> [Double] {
        precondition(basis.allSatisfy { $0.count == x.count }, "vectors of different lengths")
        singleThread
        var sums = [Double](repeating: 0, count: basis.count)
        forEachStretch(x.count) { start, length in
            x.withUnsafeBufferPointer { x in
                guard let part = x.baseAddress else { return }
                for (index, vector) in basis.enumerated() {
                    vector.withUnsafeBufferPointer { vector in
                        guard let other = vector.baseAddress else { return }
                        sums[index] += cblas_ddot(length, part + start, 1, other + start, 1)
                    }
                }
            }
        }
        return sums
    }

    /// Subtracts a linear combination of a set of vectors: x ← x − Σ cᵢvᵢ.
    ///
    /// - Precondition: all vectors have the same length, and each has a coefficient.
    public static func subtract(
        _ coefficients: [Double], _ basis: [[Double]], from x: inout [Double]
    ) {
        precondition(
            coefficients.count == basis.count && basis.allSatisfy { $0.count == x.count },
            "vectors of different lengths")
        singleThread
        x.withUnsafeMutableBufferPointer { x in
            guard let part = x.baseAddress else { return }
            forEachStretch(x.count) { start, length in
                for (coefficient, vector) in zip(coefficients, basis) {
                    vector.withUnsafeBufferPointer { vector in
                        guard let other = vector.baseAddress else { return }
                        cblas_daxpy(length, -coefficient, other + start, 1, part + start, 1)
                    }
                }
            }
        }
    }

    /// Stretches of a vector that stay in the first-level cache.
    private static func forEachStretch(
        _ count: Int, _ body: (_ start: Int, _ length: blasint) -> Void
    ) {
        let stretch = 2048
        for start in stride(from: 0, to: count, by: stretch) {
            body(start, blasint(min(stretch, count - start)))
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
    public static func combine(_ vectors: inout [[Double]], rows coefficients: [[Double]]) {
        singleThread
        let count = vectors.count
        let kept = coefficients.count
        precondition(kept <= count, "at most as many combinations as vectors")
        let length = vectors[0].count
        let matrix = coefficients.flatMap { $0 }
        let stretch = 4096
        var block = [Double](repeating: 0, count: count * stretch)
        var result = [Double](repeating: 0, count: kept * stretch)
        for start in stride(from: 0, to: length, by: stretch) {
            let width = min(stretch, length - start)
            for row in 0..<count {
                for column in 0..<width {
                    block[row * stretch + column] = vectors[row][start + column]
                }
            }
            cblas_dgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(kept), blasint(width),
                blasint(count), 1, matrix, blasint(count), block, blasint(stretch), 0, &result,
                blasint(stretch))
            for row in 0..<kept {
                for column in 0..<width {
                    vectors[row][start + column] = result[row * stretch + column]
                }
            }
        }
        vectors.removeLast(count - kept)
    }

    /// Whether every entry is finite.
    public static func isFinite(_ x: [Double]) -> Bool {
        // A sum is not finite as soon as one term is not; it may also overflow by itself, so only
        // then are the entries looked at one by one.
        var sum = 0.0
        for value in x { sum += value }
        return sum.isFinite || x.allSatisfy(\.isFinite)
    }
}
