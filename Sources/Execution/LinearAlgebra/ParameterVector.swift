/// A flat vector as long as a network's parameters: weights, a gradient, a direction, an
/// eigenvector.
///
/// Entries are stored in single or double precision; every sum over them is taken in double, in one
/// fixed order, so that the same vector gives the same bits on the same processor. Lengths have 64
/// bits. A process may own a range of the whole vector only: then it holds these entries, and
/// `count` and sums are of them.
public struct ParameterVector: Sendable, Hashable {
    /// The precision in which entries are stored.
    public let storage: Precision
    /// The entries of the whole vector that this process owns; all of them on one machine.
    public let range: Range<Int>
    /// The length of the whole vector.
    public let dimension: Int
    /// The entries, in the array of their precision; the other one is empty.
    var singles: [Float]
    var doubles: [Double]

    init(singles: [Float]) {
        self.singles = singles
        doubles = []
        (storage, range, dimension) = (.single, 0..<singles.count, singles.count)
    }

    init(doubles: [Double]) {
        singles = []
        self.doubles = doubles
        (storage, range, dimension) = (.double, 0..<doubles.count, doubles.count)
    }

    /// The given numbers, rounded to the precision in which they are stored.
    public init(_ values: [Double], storage: Precision = .double) {
        switch storage {
        case .single: self.init(singles: Float.rounding(values))
        case .double: self.init(doubles: values)
        }
    }

    /// Zeros.
    public init(zeros count: Int, storage: Precision = .double) {
        switch storage {
        case .single: self.init(singles: [Float](repeating: 0, count: count))
        case .double: self.init(doubles: [Double](repeating: 0, count: count))
        }
    }

    /// A vector that is made stretch by stretch, so that no second one in double is needed.
    ///
    /// - Parameters:
    ///   - count: the number of entries.
    ///   - stretches: the lengths of the stretches, which add up to `count`.
    ///   - make: the entries of the stretch with the given number.
    public init(
        count: Int, storage: Precision, stretches: [Int], make: (Int) throws -> [Double]
    ) rethrows {
        self.init(zeros: count, storage: storage)
        var start = 0
        for (index, length) in stretches.enumerated() {
            replace(start..<start + length, with: try make(index))
            start += length
        }
    }

    /// The number of entries that this process owns.
    public var count: Int { range.count }

    /// The same vector in another precision.
    public func stored(in storage: Precision) -> ParameterVector {
        if storage == self.storage { return self }
        return ParameterVector(count: count, storage: storage) { target in
            withStretch(range) { source in
                switch (source, target) {
                case (.single(let from), .single(let to)): Float.convert(count, from, to)
                case (.single(let from), .double(let to)): Double.convert(count, from, to)
                case (.double(let from), .single(let to)): Float.convert(count, from, to)
                case (.double(let from), .double(let to)): Double.convert(count, from, to)
                }
            }
        }
    }

    /// The entries of a stretch.
    public func values(in stretch: Range<Int>) -> [Double] {
        switch storage {
        case .single: Double.rounding(singles[stretch])
        case .double: Array(doubles[stretch])
        }
    }

    /// Sets the entries of a stretch, rounded.
    ///
    /// - Precondition: as many values as the stretch is long.
    public mutating func replace(_ stretch: Range<Int>, with values: [Double]) {
        precondition(stretch.count == values.count, "A stretch needs a value for each entry.")
        guard !stretch.isEmpty else { return }
        withMutableEntries { entries in
            switch entries {
            case .single(let base):
                Float.convert(values.count, values, base + stretch.lowerBound)
            case .double(let base):
                Double.convert(values.count, values, base + stretch.lowerBound)
            }
        }
    }
}

// Entries in place, for kernels of this target.

extension ParameterVector {
    /// Where a stretch of entries is.
    enum Entries {
        case single(UnsafePointer<Float>)
        case double(UnsafePointer<Double>)

        var address: UnsafeRawPointer {
            switch self {
            case .single(let base): UnsafeRawPointer(base)
            case .double(let base): UnsafeRawPointer(base)
            }
        }
    }

    /// Where entries are written.
    enum MutableEntries {
        case single(UnsafeMutablePointer<Float>)
        case double(UnsafeMutablePointer<Double>)
    }

    /// Calls `body` with the place of a stretch, unless it is empty.
    func withStretch(_ stretch: Range<Int>, _ body: (Entries) throws -> Void) rethrows {
        switch storage {
        case .single:
            try singles[stretch].withUnsafeBufferPointer {
                if let base = $0.baseAddress { try body(.single(base)) }
            }
        case .double:
            try doubles[stretch].withUnsafeBufferPointer {
                if let base = $0.baseAddress { try body(.double(base)) }
            }
        }
    }

    /// Calls `body` with the place of all entries, unless there are none.
    mutating func withMutableEntries(_ body: (MutableEntries) throws -> Void) rethrows {
        switch storage {
        case .single:
            try singles.withUnsafeMutableBufferPointer {
                if let base = $0.baseAddress { try body(.single(base)) }
            }
        case .double:
            try doubles.withUnsafeMutableBufferPointer {
                if let base = $0.baseAddress { try body(.double(base)) }
            }
        }
    }

    /// A vector whose every entry `fill` sets.
    init(
        count: Int, storage: Precision, filling fill: (MutableEntries) throws -> Void
    ) rethrows {
        switch storage {
        case .single:
            self.init(
                singles: try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
                    if let base = buffer.baseAddress { try fill(.single(base)) }
                    initialized = count
                })
        case .double:
            self.init(
                doubles: try [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
                    if let base = buffer.baseAddress { try fill(.double(base)) }
                    initialized = count
                })
        }
    }
}

extension ParameterVector: RandomAccessCollection, MutableCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    /// One entry. Loops over many take `values(in:)`.
    public subscript(index: Int) -> Double {
        get {
            switch storage {
            case .single: Double(singles[index])
            case .double: doubles[index]
            }
        }
        set {
            switch storage {
            case .single: singles[index] = Float(newValue)
            case .double: doubles[index] = newValue
            }
        }
    }
}

extension ParameterVector: ExpressibleByArrayLiteral {
    /// Numbers in double precision.
    public init(arrayLiteral elements: Double...) { self.init(elements) }
}

extension ParameterVector {
    /// The numbers as they lie in memory.
    public var bytes: [UInt8] {
        switch storage {
        case .single: singles.withUnsafeBytes { Array($0) }
        case .double: doubles.withUnsafeBytes { Array($0) }
        }
    }

    /// The vector of numbers as they lie in memory; nil where the bytes are no whole numbers.
    public init?(bytes: [UInt8], storage: Precision) {
        guard bytes.count.isMultiple(of: storage.bytes) else { return nil }
        self.init(zeros: bytes.count / storage.bytes, storage: storage)
        switch storage {
        case .single: singles.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
        case .double: doubles.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
        }
    }
}
