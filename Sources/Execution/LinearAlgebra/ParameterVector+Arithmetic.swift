import CVector

// Sums over entries are taken in double whatever the storage: see the kernels of `CVector`. This is
// the place where sums over the ranges of several processes would be joined.

extension ParameterVector {
    /// The inner product Σ xᵢyᵢ, of a stretch or of all entries.
    ///
    /// - Precondition: both vectors have the same length.
    public func dot(_ other: ParameterVector, in stretch: Range<Int>? = nil) -> Double {
        precondition(count == other.count, "inner product of vectors of different lengths")
        guard storage == other.storage else {
            return stored(in: .double).dot(other.stored(in: .double), in: stretch)
        }
        let part = stretch ?? range
        switch storage {
        case .single:
            return singles[part].withUnsafeBufferPointer { x in
                other.singles[part].withUnsafeBufferPointer { y in
                    cv_dot_f32(Int64(x.count), x.baseAddress, y.baseAddress)
                }
            }
        case .double:
            return doubles[part].withUnsafeBufferPointer { x in
                other.doubles[part].withUnsafeBufferPointer { y in
                    cv_dot_f64(Int64(x.count), x.baseAddress, y.baseAddress)
                }
            }
        }
    }

    /// The sum of squares Σ xᵢ², of a stretch or of all entries.
    public func squaredNorm(in stretch: Range<Int>? = nil) -> Double { dot(self, in: stretch) }

    /// The Euclidean norm of a stretch or of all entries, computed without overflow.
    public func norm(in stretch: Range<Int>? = nil) -> Double {
        let squares = squaredNorm(in: stretch)
        // Squares of numbers near the ends of the range of doubles leave it.
        if squares > 1e-280, squares < 1e280 { return squares.squareRoot() }
        let values = values(in: stretch ?? range)
        guard let largest = values.lazy.map(\.magnitude).max(), largest > 0 else { return 0 }
        guard largest.isFinite else { return values.contains(where: \.isNaN) ? .nan : .infinity }
        let scaled = values.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }
        return largest * scaled.squareRoot()
    }

    /// The sum of absolute values Σ |xᵢ|.
    public var absoluteSum: Double {
        switch storage {
        case .single: cv_absolute_sum_f32(Int64(count), singles)
        case .double: cv_absolute_sum_f64(Int64(count), doubles)
        }
    }

    /// Whether every entry is finite.
    public var isFinite: Bool {
        switch storage {
        case .single: cv_any_nonfinite_f32(Int64(count), singles) == 0
        case .double: cv_any_nonfinite_f64(Int64(count), doubles) == 0
        }
    }

    /// Adds a multiple of another vector, x ← x + αy, in a stretch or everywhere.
    ///
    /// - Precondition: both vectors have the same length.
    public mutating func add(
        _ alpha: Double, _ other: ParameterVector, in stretch: Range<Int>? = nil
    ) {
        precondition(count == other.count, "sum of vectors of different lengths")
        let part = stretch ?? range
        guard !part.isEmpty else { return }
        let other = other.stored(in: storage)
        switch storage {
        case .single:
            singles.withUnsafeMutableBufferPointer { x in
                other.singles.withUnsafeBufferPointer { y in
                    guard let x = x.baseAddress, let y = y.baseAddress else { return }
                    cv_add_multiple_f32(
                        Int64(part.count), alpha, y + part.lowerBound, x + part.lowerBound)
                }
            }
        case .double:
            doubles.withUnsafeMutableBufferPointer { x in
                other.doubles.withUnsafeBufferPointer { y in
                    guard let x = x.baseAddress, let y = y.baseAddress else { return }
                    cv_add_multiple_f64(
                        Int64(part.count), alpha, y + part.lowerBound, x + part.lowerBound)
                }
            }
        }
    }

    /// Multiplies all entries by a number.
    public mutating func scale(by alpha: Double) {
        switch storage {
        case .single:
            // The product is taken in double: a rounded factor would be off everywhere alike.
            for index in singles.indices { singles[index] = Float(Double(singles[index]) * alpha) }
        case .double: cv_scale_f64(Int64(count), alpha, &doubles)
        }
    }

    /// Scales the vector to unit length; a zero vector stays as it is.
    ///
    /// - Returns: the norm that it had.
    @discardableResult
    public mutating func normalize() -> Double {
        let length = norm()
        if length > 0 { scale(by: 1 / length) }
        return length
    }

    /// The vector with the entries outside of some ranges set to zero.
    ///
    /// - Parameter ranges: ascending and disjoint.
    public func restricted(to ranges: [Range<Int>]) -> ParameterVector {
        var result = ParameterVector(zeros: count, storage: storage)
        for part in ranges { result.add(1, self, in: part) }
        return result
    }
}

extension ParameterVector {
    /// The entries in some ranges, one range after the other.
    ///
    /// - Parameter ranges: ascending and disjoint.
    public func gathered(_ ranges: [Range<Int>]) -> ParameterVector {
        let count = ranges.reduce(0) { $0 + $1.count }
        return ParameterVector(count: count, storage: storage, stretches: ranges.map(\.count)) {
            values(in: ranges[$0])
        }
    }

    /// The vector of length `count` that has these entries in some ranges, and zeros elsewhere.
    ///
    /// - Parameter ranges: ascending and disjoint, together as long as this vector.
    public func scattered(to ranges: [Range<Int>], of count: Int) -> ParameterVector {
        var result = ParameterVector(zeros: count, storage: storage)
        var start = 0
        for range in ranges {
            result.replace(range, with: values(in: start..<start + range.count))
            start += range.count
        }
        return result
    }
}
