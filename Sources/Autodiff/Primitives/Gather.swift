/// Elements of one axis picked by a table of indices that is part of the program.
public struct Gather: Primitive {
    public let axis: Int
    public let indices: [Int]

    public var description: String { "gather of \(indices.count) along axis \(axis)" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(1, operands)
        guard axis >= 0, axis < operands[0].rank else {
            throw ShapeError(description, operands, "there is no such axis")
        }
        guard indices.allSatisfy({ $0 >= 0 && $0 < operands[0][axis] }) else {
            throw ShapeError(description, operands, "an index lies outside the axis")
        }
        var dimensions = operands[0].dimensions
        dimensions[axis] = indices.count
        return Shape(dimensions)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try tangents[0].map { try $0.builder.apply(self, [$0]) }
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        try cotangent.builder.apply(
            ScatterAdd(axis: axis, indices: indices, extent: call.operands[0].shape[axis]),
            [cotangent])
    }
}

/// Elements of one axis added up at places given by a table of indices.
public struct ScatterAdd: Primitive {
    public let axis: Int
    public let indices: [Int]
    /// The extent of the axis in the result.
    public let extent: Int

    public var description: String { "scatter-add of \(indices.count) along axis \(axis)" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(1, operands)
        guard axis >= 0, axis < operands[0].rank, operands[0][axis] == indices.count,
            indices.allSatisfy({ $0 >= 0 && $0 < extent })
        else { throw ShapeError(description, operands, "the indices do not fit") }
        var dimensions = operands[0].dimensions
        dimensions[axis] = extent
        return Shape(dimensions)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try tangents[0].map { try $0.builder.apply(self, [$0]) }
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        try cotangent.gather(indices, axis: axis)
    }
}

extension Tensor {
    /// The elements `indices` of one axis, in that order; an index may repeat.
    public func gather(_ indices: [Int], axis: Int) throws -> Tensor {
        try builder.apply(
            Gather(axis: axis < 0 ? axis + shape.rank : axis, indices: indices), [self])
    }

    /// Shifts the elements of one axis cyclically towards higher indices.
    public func rolled(by offset: Int, axis: Int) throws -> Tensor {
        let axis = axis < 0 ? axis + shape.rank : axis
        try shape.checkAxes([axis], "rolled", [shape])
        let extent = shape[axis]
        let indices = (0..<extent).map { (($0 - offset) % extent + extent) % extent }
        return try gather(indices, axis: axis)
    }
}
