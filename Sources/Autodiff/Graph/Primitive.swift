/// One kind of operation: its shape rule, its tangent rule and, where it is linear, its transpose.
///
/// These three are all that differentiation needs. Reverse mode is the transpose of the linear
/// program that forward mode writes, and second derivatives are forward mode applied to that.
/// A primitive is a value: two calls with equal primitives and equal operands are one node.
public protocol Primitive: Hashable, Sendable, CustomStringConvertible {
    /// The shape of the result.
    ///
    /// - Throws: `ShapeError` where the operands do not fit.
    func outputShape(_ operands: [Shape]) throws -> Shape

    /// The tangent of the output, given the tangents of the operands (nil where zero).
    ///
    /// - Returns: nil where the output does not move.
    func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor?

    /// The cotangent of one operand in which the primitive is linear.
    ///
    /// The value of that operand must not be used; those of the other operands may.
    func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor?

    /// An equal but simpler tensor, or nil where there is none; the operands fit.
    func simplified(_ operands: [Tensor]) throws -> Tensor?

    /// How `part` of the output comes from parts of the operands.
    ///
    /// - Returns: nil where all of the operands are needed.
    func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing?
}

/// A part of a call's output, made from no more of the operands than it needs.
public struct Narrowing {
    /// What makes the part.
    let primitive: any Primitive
    /// What it takes of each operand, nil for nothing.
    let operands: [Slice?]
}

/// One use of a primitive in a graph under construction.
public struct Call {
    /// The operands, in order.
    public let operands: [Tensor]
    /// The result.
    public let output: Tensor
}

/// A cotangent was asked of an operand in which the primitive is not linear.
public struct NotLinearError: Error, CustomStringConvertible {
    let primitive: String
    let operand: Int

    public var description: String {
        "\(primitive) is not linear in operand \(operand) and has no transpose there"
    }
}

extension Primitive {
    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        throw NotLinearError(primitive: description, operand: operand)
    }

    public func simplified(_ operands: [Tensor]) throws -> Tensor? { nil }

    public func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing? { nil }

    /// The narrowing of a primitive whose output elements need those of the operands at the same
    /// place and, along `axes`, all others in line.
    func narrowed(inPlaceTo part: Slice, _ operands: [Shape], coupling axes: [Int] = [])
        -> Narrowing?
    {
        guard axes.allSatisfy({ part.extents[$0] == operands[0][$0] }) else { return nil }
        return Narrowing(primitive: self, operands: operands.map { _ in part })
    }

    /// Checks the number of operands, which only a defect of this package can get wrong.
    func expect(_ count: Int, _ operands: [Shape]) {
        precondition(operands.count == count, "\(description) takes \(count) operands.")
    }
}
