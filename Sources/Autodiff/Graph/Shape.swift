/// The extents of a tensor, outermost first; `[]` is a scalar.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The extent of each axis.
    public let dimensions: [Int]

    public init(_ dimensions: [Int]) {
        self.dimensions = dimensions
    }

    public init(arrayLiteral elements: Int...) {
        dimensions = elements
    }

    /// The number of axes.
    public var rank: Int { dimensions.count }

    /// The number of elements; `Int.max` where they cannot be counted.
    public var count: Int { dimensions.reduce(1) { $0.saturatingProduct($1) } }

    /// The most elements of a tensor: far more than any memory holds, and far less than would let
    /// the sizes of a whole network overflow.
    static let countLimit = 1 << 48

    /// The extent of one axis; negative axes count from the end.
    public subscript(axis: Int) -> Int {
        dimensions[axis < 0 ? dimensions.count + axis : axis]
    }

    /// Row-major strides, in elements.
    public var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1].saturatingProduct(dimensions[axis + 1])
        }
        return strides
    }

    /// Checks that a tensor can have so many elements.
    func checkCount(_ operation: @autoclosure () -> String) throws {
        guard count <= Self.countLimit else {
            throw ShapeError(
                operation(), [self],
                "a tensor has at most 2^48 elements; take smaller images or a smaller network")
        }
    }

    /// Checks that `axes` exist and that none is named twice.
    func checkAxes(_ axes: [Int], _ operation: String, _ operands: [Shape]) throws {
        guard axes.allSatisfy({ $0 >= 0 && $0 < rank }) else {
            throw ShapeError(operation, operands, "there is no such axis")
        }
        guard zip(axes, axes.dropFirst()).allSatisfy(<) else {
            throw ShapeError(operation, operands, "each axis is named once, in increasing order")
        }
    }

    public var description: String {
        "[" + dimensions.map(String.init).joined(separator: ", ") + "]"
    }
}

/// A call of a primitive whose operands do not fit together, found while tracing.
public struct ShapeError: Error, Hashable, CustomStringConvertible {
    /// The name of the operation.
    public let operation: String
    /// The shapes of its operands.
    public let operands: [Shape]
    /// What does not fit, with the remedy where there is one.
    public let reason: String

    public init(_ operation: String, _ operands: [Shape], _ reason: String) {
        self.operation = operation
        self.operands = operands
        self.reason = reason
    }

    public var description: String {
        let shapes = operands.map(\.description).joined(separator: " and ")
        return "\(operation) of \(shapes): \(reason)"
    }
}
