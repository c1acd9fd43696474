/// Every `strides[i]`-th element of `starts[i] ..< limits[i]` along each axis.
public struct Slice: Primitive {
    public let starts: [Int]
    public let limits: [Int]
    public let strides: [Int]

    public var description: String { "slice from \(starts) to \(limits) by \(strides)" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(1, operands)
        let extents = operands[0].dimensions
        let fits = starts.count == extents.count && limits.count == extents.count
            && strides.count == extents.count
            && extents.indices.allSatisfy {
                starts[$0] >= 0 && starts[$0] <= limits[$0] && limits[$0] <= extents[$0]
                    && strides[$0] >= 1
            }
        guard fits else { throw ShapeError(description, operands, "the bounds do not fit") }
        return Shape(self.extents)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try tangents[0].map { try $0.builder.apply(self, [$0]) }
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        // Padding has no place for the elements of an empty slice.
        guard cotangent.shape.count > 0 else { return nil }
        let extents = call.operands[0].shape.dimensions
        let ends = extents.indices.map { axis in
            starts[axis] + max(0, (cotangent.shape[axis] - 1) * strides[axis] + 1)
        }
        return try cotangent.builder.apply(
            Padding(
                low: starts, high: zip(extents, ends).map { $0 - $1 },
                interior: strides.map { $0 - 1 }),
            [cotangent])
    }

    public func simplified(_ operands: [Tensor]) throws -> Tensor? {
        operands[0].shape.dimensions == extents ? operands[0] : nil
    }

    public func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing? {
        Narrowing(primitive: Slice(all: Shape(part.extents)), operands: [part.composed(after: self)])
    }
}

/// Zeros before, after and between the elements along each axis.
public struct Padding: Primitive {
    public let low: [Int]
    public let high: [Int]
    /// The number of zeros between neighbours.
    public let interior: [Int]

    public var description: String { "padding by \(low) and \(high), \(interior) between" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(1, operands)
        let extents = operands[0].dimensions
        let fits = low.count == extents.count && high.count == extents.count
            && interior.count == extents.count
            && (low + high + interior).allSatisfy { $0 >= 0 } && extents.allSatisfy { $0 > 0 }
        guard fits else {
            throw ShapeError(description, operands, "each axis needs amounts that are not negative")
        }
        return Shape(
            extents.indices.map {
                low[$0] + high[$0] + extents[$0] + (extents[$0] - 1) * interior[$0]
            })
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try tangents[0].map { try $0.builder.apply(self, [$0]) }
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        try cotangent.builder.apply(
            Slice(
                starts: low,
                limits: zip(cotangent.shape.dimensions, high).map { $0 - $1 },
                strides: interior.map { $0 + 1 }),
            [cotangent])
    }

    public func simplified(_ operands: [Tensor]) throws -> Tensor? {
        (low + high + interior).allSatisfy { $0 == 0 } ? operands[0] : nil
    }

    /// The axis along which alone there are zeros, none of them between elements.
    private var onlyAxis: Int? {
        let axes = low.indices.filter { low[$0] + high[$0] > 0 }
        return axes.count == 1 && interior.allSatisfy { $0 == 0 } ? axes[0] : nil
    }

    /// The sum of two paddings whose elements follow one another along an axis, as one padding of
    /// their concatenation; nil where they do not.
    ///
    /// The cotangents of neighbouring slices meet like this: those of queries, keys and values.
    static func joined(_ first: Tensor, _ second: Tensor) throws -> Tensor? {
        guard let before = first.primitive as? Padding, let after = second.primitive as? Padding,
            let axis = before.onlyAxis, axis == after.onlyAxis
        else { return nil }
        let (head, tail) = (first.operands[0], second.operands[0])
        guard before.low[axis] + head.shape[axis] == after.low[axis] else { return nil }
        // A chain of sums becomes one concatenation.
        let parts = [head, tail].flatMap { part in
            (part.primitive as? Concatenation)?.axis == axis ? part.operands : [part]
        }
        return try Tensor.concatenation(parts, axis: axis).padded(low: before.low, high: after.high)
    }
}

extension Tensor {
    /// The part `range` of one axis, every `step`-th element of it.
    public func slice(axis: Int, _ range: Range<Int>, step: Int = 1) throws -> Tensor {
        let axis = axis < 0 ? axis + shape.rank : axis
        guard axis >= 0, axis < shape.rank else {
            throw ShapeError("slice", [shape], "there is no axis \(axis)")
        }
        var starts = [Int](repeating: 0, count: shape.rank)
        var limits = shape.dimensions
        var strides = [Int](repeating: 1, count: shape.rank)
        (starts[axis], limits[axis], strides[axis]) = (range.lowerBound, range.upperBound, step)
        return try builder.apply(Slice(starts: starts, limits: limits, strides: strides), [self])
    }

    /// One element of an axis, which is removed.
    public func element(_ index: Int, axis: Int) throws -> Tensor {
        let axis = axis < 0 ? axis + shape.rank : axis
        var kept = shape.dimensions
        let part = try slice(axis: axis, index..<(index + 1))
        kept.remove(at: axis)
        return try part.reshaped(to: Shape(kept))
    }

    /// Zeros before and after the elements of each axis.
    public func padded(low: [Int], high: [Int]) throws -> Tensor {
        try builder.apply(
            Padding(low: low, high: high, interior: [Int](repeating: 0, count: shape.rank)),
            [self])
    }
}
