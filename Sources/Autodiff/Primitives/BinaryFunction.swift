/// A function of two numbers, applied to each pair of elements.
public enum BinaryFunction: String, Hashable, Sendable, CaseIterable {
    case add, subtract, multiply, divide, maximum, minimum, power
    /// 1 where the relation holds, else 0.
    case greater, greaterOrEqual, equal
}

/// `BinaryFunction` applied to two operands of one shape.
public struct Binary: Primitive {
    public let function: BinaryFunction

    public init(_ function: BinaryFunction) {
        self.function = function
    }

    public var description: String { function.rawValue }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(2, operands)
        guard operands[0] == operands[1] else {
            throw ShapeError(description, operands, "the shapes must be equal")
        }
        return operands[0]
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        let (a, b) = (call.operands[0], call.operands[1])
        switch function {
        case .add: return try sum(tangents[0], tangents[1])
        case .subtract: return try sum(tangents[0], tangents[1].map { try -$0 })
        case .multiply:
            return try sum(
                tangents[0].map { try b.factor(of: $0) }, tangents[1].map { try a.factor(of: $0) })
        case .divide:
            let inverse = try b.applying(.reciprocal)
            return try sum(
                tangents[0].map { try $0 * inverse },
                tangents[1].map { try $0 * -(call.output * inverse) })
        case .power:
            return try sum(
                tangents[0].map { try $0 * (b * a.power(b.affine(1, -1))) },
                tangents[1].map { try $0 * (call.output * a.applying(.logarithm)) })
        case .maximum, .minimum:
            // Each of two equal arguments gets half, as in a symmetric subgradient.
            let first = function == .maximum ? try a.greater(b) : try b.greater(a)
            let share = try first + a.equal(b).scaled(by: 0.5)
            return try sum(
                tangents[0].map { try $0 * share }, tangents[1].map { try $0 * share.affine(-1, 1) })
        case .greater, .greaterOrEqual, .equal: return nil
        }
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        let other = call.operands[1 - operand]
        switch (function, operand) {
        case (.add, _), (.subtract, 0): return cotangent
        case (.subtract, _): return try -cotangent
        case (.multiply, _): return try cotangent * other
        case (.divide, 0): return try cotangent * other.applying(.reciprocal)
        default: throw NotLinearError(primitive: description, operand: operand)
        }
    }

    public func simplified(_ operands: [Tensor]) throws -> Tensor? {
        let (a, b) = (operands[0], operands[1])
        switch function {
        case .add:
            if a.uniformValue == 0 { return b }
            if let value = b.uniformValue { return try a.affine(1, value) }
            if let value = a.uniformValue { return try b.affine(1, value) }
            return try Padding.joined(a, b) ?? Padding.joined(b, a)
        case .subtract:
            if a.uniformValue == 0 { return try -b }
            if let value = b.uniformValue { return try a.affine(1, -value) }
        case .multiply:
            if let value = a.uniformValue { return try b.scaled(orZero: value) }
            if let value = b.uniformValue { return try a.scaled(orZero: value) }
        case .divide:
            if let value = b.uniformValue, value != 0 { return try a.scaled(by: 1 / value) }
        default: break
        }
        return nil
    }

    public func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing? {
        narrowed(inPlaceTo: part, operands)
    }

    private func sum(_ a: Tensor?, _ b: Tensor?) throws -> Tensor? {
        guard let a, let b else { return a ?? b }
        return try a + b
    }
}

/// The second operand where the first is not zero, else the third.
public struct Select: Primitive {
    public init() {}

    public var description: String { "select" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(3, operands)
        guard operands[0] == operands[1], operands[1] == operands[2] else {
            throw ShapeError(description, operands, "the shapes must be equal")
        }
        return operands[0]
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        guard tangents[1] != nil || tangents[2] != nil else { return nil }
        let zero = try call.output.builder.fill(0, call.output.shape)
        return try call.operands[0].select(tangents[1] ?? zero, tangents[2] ?? zero)
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        let zero = try cotangent.builder.fill(0, cotangent.shape)
        switch operand {
        case 1: return try call.operands[0].select(cotangent, zero)
        case 2: return try call.operands[0].select(zero, cotangent)
        default: throw NotLinearError(primitive: description, operand: operand)
        }
    }

    public func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing? {
        narrowed(inPlaceTo: part, operands)
    }
}

extension Tensor {
    /// This tensor times a tangent.
    ///
    /// A tangent that is itself a product `t · p`, in the order in which tangent rules write it,
    /// becomes `t · (p · self)`: the factors that do not move meet first, so that one residual is
    /// kept in place of two. Broadcasts and masks are left alone: the former cost nothing to keep,
    /// the latter have other uses.
    fileprivate func factor(of tangent: Tensor) throws -> Tensor {
        guard let inner = tangent.primitive as? Binary, inner.function == .multiply,
            ![self, tangent.operands[1]].contains(where: {
                $0.primitive is Broadcast || $0.primitive as? Unary == Unary(.step)
            })
        else { return try tangent * self }
        return try tangent.operands[0] * (tangent.operands[1] * self)
    }

    fileprivate func scaled(orZero scale: Double) throws -> Tensor {
        scale == 0 ? try builder.fill(0, shape) : try scaled(by: scale)
    }

    /// Applies a function of two numbers, after broadcasting both operands to a common shape.
    public func combined(_ function: BinaryFunction, _ other: Tensor) throws -> Tensor {
        let shape = try Shape.broadcast(shape, other.shape, operation: function.rawValue)
        return try builder.apply(
            Binary(function), [broadcast(to: shape), other.broadcast(to: shape)])
    }

    public static func + (a: Tensor, b: Tensor) throws -> Tensor { try a.combined(.add, b) }
    public static func - (a: Tensor, b: Tensor) throws -> Tensor { try a.combined(.subtract, b) }
    public static func * (a: Tensor, b: Tensor) throws -> Tensor { try a.combined(.multiply, b) }
    public static func / (a: Tensor, b: Tensor) throws -> Tensor { try a.combined(.divide, b) }

    /// `selfᵉˣᵖᵒⁿᵉⁿᵗ`, element by element.
    public func power(_ exponent: Tensor) throws -> Tensor { try combined(.power, exponent) }

    /// `selfᵉˣᵖᵒⁿᵉⁿᵗ`, with one exponent for all elements.
    public func power(_ exponent: Double) throws -> Tensor {
        try power(builder.fill(exponent, shape))
    }

    public func maximum(_ other: Tensor) throws -> Tensor { try combined(.maximum, other) }
    public func minimum(_ other: Tensor) throws -> Tensor { try combined(.minimum, other) }

    /// 1 where `self > other`, else 0.
    public func greater(_ other: Tensor) throws -> Tensor { try combined(.greater, other) }

    /// 1 where `self ≥ other`, else 0.
    public func greaterOrEqual(_ other: Tensor) throws -> Tensor {
        try combined(.greaterOrEqual, other)
    }

    /// 1 where `self = other`, else 0.
    public func equal(_ other: Tensor) throws -> Tensor { try combined(.equal, other) }

    /// `a` where `self` is not zero, else `b`; the three are broadcast to a common shape.
    public func select(_ a: Tensor, _ b: Tensor) throws -> Tensor {
        let pair = try Shape.broadcast(a.shape, b.shape, operation: "select")
        let shape = try Shape.broadcast(shape, pair, operation: "select")
        return try builder.apply(
            Select(),
            [broadcast(to: shape), a.broadcast(to: shape), b.broadcast(to: shape)])
    }
}
