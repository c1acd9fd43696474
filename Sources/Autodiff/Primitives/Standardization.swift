/// Zero mean and unit variance over some axes: the core of layer norm and of batch norm.
///
///     S(x) = (x − μ) / σ,   σ² = mean((x − μ)²) + ε
///
/// With n elements in a group, S = n ∇σ. So its Jacobian is symmetric and its second derivative is
/// a totally symmetric trilinear form: each transpose is the primitive itself, and the family below
/// is closed.
public struct Standardization: Primitive {
    /// The axes that form a group, in increasing order: the last for layer norm, all but the
    /// channels for batch norm with batch statistics.
    public let axes: [Int]
    /// ε, added to the variance.
    public let epsilon: Double

    public var description: String { "standardization over axes \(axes)" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(1, operands)
        return try groupShape(operands, axes, description)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try tangents[0].map {
            try $0.builder.apply(
                StandardizationJacobian(axes: axes, epsilon: epsilon), [call.operands[0], $0])
        }
    }

    public func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing? {
        narrowed(inPlaceTo: part, operands, coupling: axes)
    }
}

/// The Jacobian of standardization at `x` times `u`.
///
///     J u = (u − mean(u) − x̂ mean(x̂ u)) / σ,   x̂ = S(x)
///
/// Operands: `x` and `u`, of one shape; linear and symmetric in `u`.
public struct StandardizationJacobian: Primitive {
    public let axes: [Int]
    public let epsilon: Double

    public var description: String { "Jacobian of standardization over axes \(axes)" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(2, operands)
        return try groupShape(operands, axes, description)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        let (x, u) = (call.operands[0], call.operands[1])
        let curved = try tangents[0].map {
            try $0.builder.apply(
                StandardizationHessian(axes: axes, epsilon: epsilon), [x, $0, u])
        }
        let linear = try tangents[1].map { try $0.builder.apply(self, [x, $0]) }
        guard let curved, let linear else { return curved ?? linear }
        return try curved + linear
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        guard operand == 1 else { throw NotLinearError(primitive: description, operand: operand) }
        return try cotangent.builder.apply(self, [call.operands[0], cotangent])
    }
}

/// The second derivative of standardization at `x` along `a` and `b`.
///
///     D²S[a, b] = −( â β + b̂ α + x̂ (mean(ab) − mean(a) mean(b) − 3 α β) ) / σ²
///     α = mean(x̂ a),  β = mean(x̂ b),  â = a − mean(a),  b̂ = b − mean(b)
///
/// Operands: `x`, `a`, `b`, of one shape; linear in `a` and in `b`.
public struct StandardizationHessian: Primitive {
    public let axes: [Int]
    public let epsilon: Double

    public var description: String { "second derivative of standardization over axes \(axes)" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(3, operands)
        return try groupShape(operands, axes, description)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        let (x, a, b) = (call.operands[0], call.operands[1], call.operands[2])
        func mean(_ tensor: Tensor) throws -> Tensor {
            try tensor.mean(over: axes, keepingAxes: true)
        }
        let centred = try x - mean(x)
        let inverse = try mean(centred.applying(.square)).affine(1, epsilon)
            .applying(.reciprocalSquareRoot)
        let unit = try centred * inverse
        let (alpha, beta) = (try mean(unit * a), try mean(unit * b))
        let (meanA, meanB) = (try mean(a), try mean(b))
        let axial = try mean(a * b) - meanA * meanB - (alpha * beta).scaled(by: 3)
        let terms = try (a - meanA) * beta + (b - meanB) * alpha + unit * axial
        let expression = try -(terms * inverse.applying(.square))
        return try x.builder.pushforward(
            of: expression, throughOperandsOf: call, along: tangents)
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        guard operand > 0 else { throw NotLinearError(primitive: description, operand: operand) }
        let held = call.operands[3 - operand]
        return try cotangent.builder.apply(self, [call.operands[0], cotangent, held])
    }
}

private func groupShape(_ operands: [Shape], _ axes: [Int], _ operation: String) throws -> Shape {
    let shape = operands[0]
    guard operands.allSatisfy({ $0 == shape }) else {
        throw ShapeError(operation, operands, "the shapes must be equal")
    }
    try shape.checkAxes(axes, operation, operands)
    guard !axes.isEmpty, axes.allSatisfy({ shape[$0] > 0 }) else {
        throw ShapeError(operation, operands, "a group needs an axis that is not empty")
    }
    return shape
}

extension Tensor {
    /// Zero mean and unit (biased) variance over `axes`.
    public func standardized(over axes: [Int], epsilon: Double) throws -> Tensor {
        let axes = axes.map { $0 < 0 ? $0 + shape.rank : $0 }.sorted()
        return try builder.apply(Standardization(axes: axes, epsilon: epsilon), [self])
    }
}
