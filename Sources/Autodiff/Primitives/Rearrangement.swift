/// The same elements in row-major order under another shape.
public struct Reshape: Primitive {
    public let shape: Shape

    public var description: String { "reshape to \(shape)" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(1, operands)
        guard operands[0].count == shape.count else {
            throw ShapeError(
                description, operands, "\(operands[0].count) elements are not \(shape.count)")
        }
        return shape
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try tangents[0]?.reshaped(to: shape)
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        try cotangent.reshaped(to: call.operands[0].shape)
    }

    public func simplified(_ operands: [Tensor]) throws -> Tensor? {
        let x = operands[0]
        if x.shape == shape { return x }
        if let fill = x.primitive as? Fill { return try x.builder.fill(fill.value, shape) }
        if x.primitive is Reshape { return try x.operands[0].reshaped(to: shape) }
        return nil
    }

    public func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing? {
        part.reshaped(from: shape, to: operands[0]).map {
            Narrowing(primitive: Reshape(shape: Shape(part.extents)), operands: [$0])
        }
    }
}

/// Axes in another order: output axis `i` is operand axis `order[i]`.
public struct Permutation: Primitive {
    public let order: [Int]

    public var description: String { "permutation \(order)" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(1, operands)
        guard order.sorted() == Array(0..<operands[0].rank) else {
            throw ShapeError(description, operands, "the order must name each axis once")
        }
        return Shape(order.map { operands[0][$0] })
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try tangents[0]?.permuted(order)
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        var inverse = order
        for (position, axis) in order.enumerated() { inverse[axis] = position }
        return try cotangent.permuted(inverse)
    }

    public func simplified(_ operands: [Tensor]) throws -> Tensor? {
        let x = operands[0]
        if order == Array(0..<order.count) { return x }
        guard let inner = x.primitive as? Permutation else { return nil }
        return try x.operands[0].permuted(order.map { inner.order[$0] })
    }

    public func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing? {
        let places = order.indices.map { axis in order.firstIndex(of: axis) ?? axis }
        return Narrowing(primitive: self, operands: [part.axes(places)])
    }
}

/// Copies of several operands one after another along one axis.
public struct Concatenation: Primitive {
    public let axis: Int

    public var description: String { "concatenation along axis \(axis)" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        guard let first = operands.first, axis >= 0, axis < first.rank else {
            throw ShapeError(description, operands, "there is no such axis")
        }
        var dimensions = first.dimensions
        dimensions[axis] = 0
        for operand in operands {
            var rest = operand.dimensions
            guard rest.count == dimensions.count else {
                throw ShapeError(description, operands, "the ranks must be equal")
            }
            rest[axis] = dimensions[axis]
            guard rest == dimensions else {
                throw ShapeError(description, operands, "all other extents must be equal")
            }
            dimensions[axis] += operand[axis]
        }
        return Shape(dimensions)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        let parts = try zip(tangents, call.operands).map { tangent, operand in
            try tangent ?? operand.builder.fill(0, operand.shape)
        }
        return try Tensor.concatenation(parts, axis: axis)
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        let start = call.operands[..<operand].map { $0.shape[axis] }.reduce(0, +)
        return try cotangent.slice(
            axis: axis, start..<(start + call.operands[operand].shape[axis]))
    }

    public func simplified(_ operands: [Tensor]) throws -> Tensor? {
        operands.count == 1 ? operands[0] : nil
    }

    public func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing? {
        var parts: [Slice?] = []
        var first = 0
        for operand in operands {
            let own = first..<first + operand[axis]
            parts.append(part.intersection(with: own, along: axis))
            first = own.upperBound
        }
        return Narrowing(primitive: self, operands: parts)
    }
}

extension Tensor {
    /// The same elements in row-major order under another shape.
    public func reshaped(to shape: Shape) throws -> Tensor {
        try builder.apply(Reshape(shape: shape), [self])
    }

    /// Axes in another order: output axis `i` is axis `order[i]` of this tensor.
    public func permuted(_ order: [Int]) throws -> Tensor {
        try builder.apply(Permutation(order: order), [self])
    }

    /// The last two axes exchanged.
    public func transposed() throws -> Tensor {
        guard shape.rank >= 2 else {
            throw ShapeError("transposed", [shape], "at least two axes are needed")
        }
        var order = Array(0..<shape.rank)
        order.swapAt(shape.rank - 1, shape.rank - 2)
        return try permuted(order)
    }

    /// Tensors one after another along one axis.
    public static func concatenation(_ parts: [Tensor], axis: Int) throws -> Tensor {
        guard let first = parts.first else {
            throw ShapeError("concatenation", [], "there is nothing to concatenate")
        }
        let axis = axis < 0 ? axis + first.shape.rank : axis
        return try first.builder.apply(Concatenation(axis: axis), parts)
    }
}
