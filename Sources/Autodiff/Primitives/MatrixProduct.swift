/// The product of the last two axes, for each index of the axes before.
///
///     C = op(A) op(B),   op(X) = X or Xᵀ
///
/// Operands `[..., M, K]` and `[..., K, N]` (as stored after `op`) with equal leading axes.
public struct MatrixProduct: Primitive {
    public let transposeA: Bool
    public let transposeB: Bool

    public init(transposeA: Bool = false, transposeB: Bool = false) {
        self.transposeA = transposeA
        self.transposeB = transposeB
    }

    public var description: String {
        "matrix product A\(transposeA ? "ᵀ" : "") B\(transposeB ? "ᵀ" : "")"
    }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(2, operands)
        let (a, b) = (operands[0], operands[1])
        guard a.rank >= 2, a.rank == b.rank, a.dimensions.dropLast(2) == b.dimensions.dropLast(2)
        else {
            throw ShapeError(
                description, operands, "both need the same leading axes and two more")
        }
        let inner = (transposeA ? a[-2] : a[-1], transposeB ? b[-1] : b[-2])
        guard inner.0 == inner.1 else {
            throw ShapeError(
                description, operands, "inner extents \(inner.0) and \(inner.1) differ")
        }
        return Shape(
            a.dimensions.dropLast(2)
                + [transposeA ? a[-1] : a[-2], transposeB ? b[-2] : b[-1]])
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        let (a, b) = (call.operands[0], call.operands[1])
        let left = try tangents[0].map { try $0.builder.apply(self, [$0, b]) }
        let right = try tangents[1].map { try $0.builder.apply(self, [a, $0]) }
        guard let left, let right else { return left ?? right }
        return try left + right
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        let (a, b, c) = (call.operands[0], call.operands[1], cotangent)
        if operand == 0 {
            return transposeA
                ? try b.product(c, transposeSelf: transposeB, transposeOther: true)
                : try c.product(b, transposeOther: !transposeB)
        }
        return transposeB
            ? try c.product(a, transposeSelf: true, transposeOther: transposeA)
            : try a.product(c, transposeSelf: !transposeA)
    }

    public func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing? {
        let rank = part.extents.count
        let (rows, columns) = (rank - 2, rank - 1)
        let a = part.replacing(transposeA ? columns : rows, by: rows, of: part)
            .taking(all: transposeA ? rows : columns, of: operands[0])
        let b = part.replacing(transposeB ? rows : columns, by: columns, of: part)
            .taking(all: transposeB ? columns : rows, of: operands[1])
        return Narrowing(primitive: self, operands: [a, b])
    }
}

extension Tensor {
    /// The matrix product over the last two axes.
    public func product(
        _ other: Tensor, transposeSelf: Bool = false, transposeOther: Bool = false
    ) throws -> Tensor {
        try builder.apply(
            MatrixProduct(transposeA: transposeSelf, transposeB: transposeOther), [self, other])
    }

    /// `self · weightᵀ`, with all leading axes of `self` `[..., in]` taken as rows.
    ///
    /// - Parameter weight: `[out, in]`.
    /// - Returns: `[..., out]`.
    public func linear(weight: Tensor) throws -> Tensor {
        guard shape.rank >= 1, weight.shape.rank == 2, weight.shape[1] == shape[-1] else {
            throw ShapeError(
                "linear", [shape, weight.shape], "the last extent of both must be the same")
        }
        let rows = try reshaped(
            to: [shape.dimensions.dropLast().reduce(1, *), shape[-1]])
        return try rows.product(weight, transposeOther: true)
            .reshaped(to: Shape(shape.dimensions.dropLast() + [weight.shape[0]]))
    }
}
