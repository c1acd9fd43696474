/// A value given from outside.
public struct Input: Primitive {
    /// The position among the graph's inputs, which makes each input unique.
    public let index: Int
    public let name: String
    let shape: Shape

    public var description: String { "input \(name)" }
    public func outputShape(_ operands: [Shape]) -> Shape { shape }
    public func tangent(_ call: Call, _ tangents: [Tensor?]) -> Tensor? { nil }
}

/// One value everywhere.
public struct Fill: Primitive {
    public let value: Double
    public let shape: Shape

    public var description: String { "fill(\(value))" }
    public func outputShape(_ operands: [Shape]) -> Shape { shape }
    public func tangent(_ call: Call, _ tangents: [Tensor?]) -> Tensor? { nil }
    public func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing? {
        Narrowing(primitive: Fill(value: value, shape: Shape(part.extents)), operands: [])
    }
}

/// A table of numbers that is part of the program.
public struct Constant: Primitive {
    /// The numbers, in row-major order.
    public let values: [Double]
    public let shape: Shape

    public var description: String { "constant\(shape)" }
    public func outputShape(_ operands: [Shape]) -> Shape { shape }
    public func tangent(_ call: Call, _ tangents: [Tensor?]) -> Tensor? { nil }
}

extension GraphBuilder {
    /// A tensor with the same value everywhere.
    public func fill(_ value: Double, _ shape: Shape) throws -> Tensor {
        try apply(Fill(value: value, shape: shape), [])
    }

    /// A tensor with the given values, in row-major order.
    public func constant(_ values: [Double], _ shape: Shape) throws -> Tensor {
        guard values.count == shape.count else {
            throw ShapeError("constant", [shape], "\(values.count) values were given")
        }
        return try apply(Constant(values: values, shape: shape), [])
    }
}

extension Tensor {
    /// The value, where it is one number everywhere.
    var uniformValue: Double? {
        if let fill = primitive as? Fill { return fill.value }
        if primitive is Broadcast || primitive is Reshape { return operands[0].uniformValue }
        return nil
    }
}
