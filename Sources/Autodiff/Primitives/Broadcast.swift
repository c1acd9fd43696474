/// Repeats the operand along new axes: operand axis `i` becomes output axis `axes[i]`.
public struct Broadcast: Primitive {
    public let shape: Shape
    /// Where each operand axis goes, in increasing order.
    public let axes: [Int]

    public var description: String { "broadcast to \(shape)" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(1, operands)
        let fits = operands[0].rank == axes.count && zip(axes, axes.dropFirst()).allSatisfy(<)
            && zip(operands[0].dimensions, axes).allSatisfy { $1 < shape.rank && $0 == shape[$1] }
        guard fits else {
            throw ShapeError(description, operands, "axes \(axes) do not hold the operand")
        }
        return shape
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try tangents[0].map { try $0.builder.apply(self, [$0]) }
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        try cotangent.sum(over: (0..<shape.rank).filter { !axes.contains($0) })
    }

    public func simplified(_ operands: [Tensor]) throws -> Tensor? {
        let x = operands[0]
        if x.shape == shape { return x }
        if let fill = x.primitive as? Fill { return try x.builder.fill(fill.value, shape) }
        if let inner = x.primitive as? Broadcast {
            let outer = Broadcast(shape: shape, axes: inner.axes.map { axes[$0] })
            return try x.builder.apply(outer, x.operands)
        }
        return nil
    }

    public func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing? {
        Narrowing(
            primitive: Broadcast(shape: Shape(part.extents), axes: axes),
            operands: [part.axes(axes)])
    }
}

extension Shape {
    /// The common shape of two operands: axes are aligned at the end, extents are equal or 1.
    ///
    /// - Throws: `ShapeError` naming `operation` where they do not fit.
    static func broadcast(_ a: Shape, _ b: Shape, operation: String) throws -> Shape {
        if a == b { return a }
        let rank = max(a.rank, b.rank)
        return Shape(
            try (0..<rank).map { axis in
                let first = axis < rank - a.rank ? 1 : a[axis - (rank - a.rank)]
                let second = axis < rank - b.rank ? 1 : b[axis - (rank - b.rank)]
                guard first == second || first == 1 || second == 1 else {
                    throw ShapeError(
                        operation, [a, b], "extents \(first) and \(second) are neither equal nor 1")
                }
                return first == 1 ? second : first
            })
    }
}

extension Tensor {
    /// Repeats axes of extent 1, and new leading axes, until the shape is `target`.
    ///
    /// - Throws: `ShapeError` where the shape does not fit.
    public func broadcast(to target: Shape) throws -> Tensor {
        if shape == target { return self }
        let lead = target.rank - shape.rank
        guard lead >= 0,
            try Shape.broadcast(shape, target, operation: "broadcast") == target
        else { throw ShapeError("broadcast", [shape, target], "the first does not fit the second") }
        let kept = (0..<shape.rank).filter { shape[$0] == target[$0 + lead] }
        let squeezed = try reshaped(to: Shape(kept.map { shape[$0] }))
        return try builder.apply(
            Broadcast(shape: target, axes: kept.map { $0 + lead }), [squeezed])
    }
}
