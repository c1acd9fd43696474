/// Normalised exponentials along the last axis.
///
///     yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)
///
/// Its derivatives are primitives of their own, so that first and second derivatives of an
/// attention are a few passes over rows.
public struct Softmax: Primitive {
    public var description: String { "softmax" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(1, operands)
        return try rowShape(operands, description)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try tangents[0].map { try call.output.softmaxJacobian($0) }
    }

    public func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing? {
        narrowed(inPlaceTo: part, operands, coupling: [part.extents.count - 1])
    }
}

/// The Jacobian of softmax times a vector, which is symmetric.
///
///     J(y) u = y ∘ (u − ⟨y, u⟩)
///
/// Operands: the softmax `y` itself, and `u`, of one shape.
public struct SoftmaxJacobian: Primitive {
    public var description: String { "softmax Jacobian" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(2, operands)
        return try rowShape(operands, description)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        let (y, u) = (call.operands[0], call.operands[1])
        guard let moving = tangents[0] else {
            return try tangents[1].map { try y.softmaxJacobian($0) }
        }
        let zero = try y.builder.fill(0, y.shape)
        return try y.builder.apply(
            SoftmaxJacobianTangent(), [y, moving, u, tangents[1] ?? zero])
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        guard operand == 1 else { throw NotLinearError(primitive: description, operand: operand) }
        return try call.operands[0].softmaxJacobian(cotangent)
    }
}

/// The tangent of the softmax Jacobian product, in one pass.
///
///     ẏ ∘ (u − ⟨y, u⟩) + y ∘ (u̇ − ⟨ẏ, u⟩ − ⟨y, u̇⟩)
///
/// Operands: `y`, `ẏ`, `u`, `u̇`, of one shape; linear in the pair of tangents.
public struct SoftmaxJacobianTangent: Primitive {
    public var description: String { "tangent of softmax Jacobian" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(4, operands)
        return try rowShape(operands, description)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        let (y, dy) = (call.operands[0], call.operands[1])
        let (u, du) = (call.operands[2], call.operands[3])
        let terms = try dy * (u - y.rowDot(u)) + y * (du - dy.rowDot(u) - y.rowDot(du))
        return try call.output.builder.pushforward(
            of: terms, throughOperandsOf: call, along: tangents)
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        let (y, u) = (call.operands[0], call.operands[2])
        switch operand {
        case 1: return try cotangent * (u - y.rowDot(u)) - u * y.rowDot(cotangent)
        case 3: return try y.softmaxJacobian(cotangent)
        default: throw NotLinearError(primitive: description, operand: operand)
        }
    }
}

/// The logarithm of softmax along the last axis, finite wherever its operand is.
public struct LogSoftmax: Primitive {
    public var description: String { "log-softmax" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(1, operands)
        return try rowShape(operands, description)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        let probabilities = try call.output.applying(.exponential)
        return try tangents[0].map { try $0 - probabilities.rowDot($0) }
    }

    public func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing? {
        narrowed(inPlaceTo: part, operands, coupling: [part.extents.count - 1])
    }
}

private func rowShape(_ operands: [Shape], _ operation: String) throws -> Shape {
    guard operands[0].rank >= 1, operands[0][-1] > 0, operands.allSatisfy({ $0 == operands[0] })
    else { throw ShapeError(operation, operands, "equal shapes with a last axis are needed") }
    return operands[0]
}

extension Tensor {
    /// Normalised exponentials along the last axis.
    public func softmax() throws -> Tensor { try builder.apply(Softmax(), [self]) }

    /// The logarithm of softmax along the last axis.
    public func logSoftmax() throws -> Tensor { try builder.apply(LogSoftmax(), [self]) }

    fileprivate func softmaxJacobian(_ vector: Tensor) throws -> Tensor {
        try builder.apply(SoftmaxJacobian(), [self, vector])
    }

    /// The inner product along the last axis, which stays with extent 1.
    func rowDot(_ other: Tensor) throws -> Tensor {
        try (self * other).sum(over: [-1], keepingAxes: true)
    }
}

extension GraphBuilder {
    /// The tangent of `call`, written through an equal expression in simpler primitives.
    func pushforward(
        of expression: Tensor, throughOperandsOf call: Call, along tangents: [Tensor?]
    ) throws -> Tensor? {
        // Operands that do not move are leaves too, so that nothing behind them is walked.
        var inputs: [Tensor] = []
        var directions: [Tensor] = []
        for case let (operand, tangent?) in zip(call.operands, tangents) {
            inputs.append(operand)
            directions.append(tangent)
        }
        return try pushforward(of: [expression], from: inputs, along: directions)[0]
    }
}
