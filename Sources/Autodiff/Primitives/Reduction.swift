/// The sum or the maximum over some axes, which are removed.
public struct Reduction: Primitive {
    public enum Kind: String, Hashable, Sendable {
        case sum, maximum
    }

    public let kind: Kind
    /// The axes that go away, in increasing order.
    public let axes: [Int]

    public var description: String { "\(kind.rawValue) over axes \(axes)" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(1, operands)
        try operands[0].checkAxes(axes, description, operands)
        guard kind == .sum || axes.allSatisfy({ operands[0][$0] > 0 }) else {
            throw ShapeError(description, operands, "an empty axis has no maximum")
        }
        return Shape(keptAxes(operands[0]).map { operands[0][$0] })
    }

    /// The axes that stay.
    public func keptAxes(_ shape: Shape) -> [Int] {
        (0..<shape.rank).filter { !axes.contains($0) }
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        guard let moving = tangents[0] else { return nil }
        let x = call.operands[0]
        switch kind {
        case .sum: return try moving.sum(over: axes)
        case .maximum:
            // Equal maxima share the derivative evenly.
            let ties = try x.equal(spread(call.output, x.shape))
            return try (moving * ties).sum(over: axes) / ties.sum(over: axes)
        }
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        guard kind == .sum else { throw NotLinearError(primitive: description, operand: operand) }
        return try spread(cotangent, call.operands[0].shape)
    }

    public func simplified(_ operands: [Tensor]) throws -> Tensor? {
        let x = operands[0]
        if axes.isEmpty { return x }
        guard kind == .sum else { return nil }
        if let value = x.uniformValue {
            let repeats = axes.map { x.shape[$0] }.reduce(1, *)
            let kept = Shape(keptAxes(x.shape).map { x.shape[$0] })
            return try x.builder.fill(value * Double(repeats), kept)
        }
        return nil
    }

    public func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing? {
        var source = Slice(all: operands[0])
        for (position, axis) in keptAxes(operands[0]).enumerated() {
            source = source.replacing(axis, by: position, of: part)
        }
        return Narrowing(primitive: self, operands: [source])
    }

    private func spread(_ reduced: Tensor, _ shape: Shape) throws -> Tensor {
        try reduced.builder.apply(Broadcast(shape: shape, axes: keptAxes(shape)), [reduced])
    }
}

extension Tensor {
    /// The sum over `axes` (all by default), which are removed unless kept with extent 1.
    public func sum(over axes: [Int]? = nil, keepingAxes: Bool = false) throws -> Tensor {
        try reduced(.sum, axes, keepingAxes)
    }

    /// The mean over `axes` (all by default).
    public func mean(over axes: [Int]? = nil, keepingAxes: Bool = false) throws -> Tensor {
        let total = try reduced(.sum, axes, keepingAxes)
        guard shape.count > 0 else {
            throw ShapeError("mean", [shape], "there are no elements to average")
        }
        return try total.scaled(by: Double(total.shape.count) / Double(shape.count))
    }

    /// The maximum over `axes` (all by default).
    public func maximum(over axes: [Int]? = nil, keepingAxes: Bool = false) throws -> Tensor {
        try reduced(.maximum, axes, keepingAxes)
    }

    private func reduced(
        _ kind: Reduction.Kind, _ axes: [Int]?, _ keepingAxes: Bool
    ) throws -> Tensor {
        let axes = (axes ?? Array(0..<shape.rank)).map { $0 < 0 ? $0 + shape.rank : $0 }.sorted()
        let result = try builder.apply(Reduction(kind: kind, axes: axes), [self])
        guard keepingAxes else { return result }
        return try result.reshaped(
            to: Shape(shape.dimensions.enumerated().map { axes.contains($0) ? 1 : $1 }))
    }
}
