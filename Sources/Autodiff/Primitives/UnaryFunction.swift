/// A function of one number, applied to each element.
public enum UnaryFunction: String, Hashable, Sendable, CaseIterable {
    case absolute, sign, square, squareRoot, reciprocalSquareRoot, reciprocal
    case exponential, logarithm, hyperbolicTangent, errorFunction, logistic
    case relu
    /// 1 where the argument is positive, else 0: the derivative of `relu`.
    case step
    /// x Φ(x), with Φ the standard normal distribution function.
    case gelu
    /// Φ(x) + x φ(x).
    case geluDerivative
    /// φ(x) (2 − x²).
    case geluSecondDerivative
}

/// `UnaryFunction` applied to each element of the operand.
public struct Unary: Primitive {
    public let function: UnaryFunction

    public init(_ function: UnaryFunction) {
        self.function = function
    }

    public var description: String { function.rawValue }

    public func outputShape(_ operands: [Shape]) -> Shape {
        expect(1, operands)
        return operands[0]
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        guard let moving = tangents[0] else { return nil }
        let x = call.operands[0]
        let y = call.output
        switch function {
        case .absolute: return try moving * x.applying(.sign)
        case .sign, .step: return nil
        case .square: return try moving * x.scaled(by: 2)
        case .squareRoot: return try moving * y.applying(.reciprocal).scaled(by: 0.5)
        case .reciprocalSquareRoot: return try moving * (y * y.applying(.square)).scaled(by: -0.5)
        case .reciprocal: return try moving * -y.applying(.square)
        case .exponential: return try moving * y
        case .logarithm: return try moving * x.applying(.reciprocal)
        case .hyperbolicTangent: return try moving * y.applying(.square).affine(-1, 1)
        case .errorFunction:
            let density = try x.applying(.square).scaled(by: -1).applying(.exponential)
            return try moving * density.scaled(by: 2 / Double.pi.squareRoot())
        case .logistic: return try moving * (y * y.affine(-1, 1))
        case .relu: return try moving * x.applying(.step)
        case .gelu: return try moving * x.applying(.geluDerivative)
        case .geluDerivative: return try moving * x.applying(.geluSecondDerivative)
        case .geluSecondDerivative:
            // d/dx φ(x) (2 − x²) = φ(x) (x³ − 4x)
            let squared = try x.applying(.square)
            let density = try squared.scaled(by: -0.5).applying(.exponential)
                .scaled(by: 1 / (2 * Double.pi).squareRoot())
            return try moving * (density * (x * squared.affine(1, -4)))
        }
    }

    public func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing? {
        narrowed(inPlaceTo: part, operands)
    }
}

/// `scale · x + offset`, with two numbers that are part of the program.
public struct Affine: Primitive {
    public let scale: Double
    public let offset: Double

    public var description: String { "affine(\(scale), \(offset))" }

    public func outputShape(_ operands: [Shape]) -> Shape {
        expect(1, operands)
        return operands[0]
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try tangents[0]?.scaled(by: scale)
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        guard offset == 0 else { throw NotLinearError(primitive: description, operand: operand) }
        return try cotangent.scaled(by: scale)
    }

    public func simplified(_ operands: [Tensor]) throws -> Tensor? {
        let x = operands[0]
        if scale == 1 && offset == 0 { return x }
        if let value = x.uniformValue {
            return try x.builder.fill(scale * value + offset, x.shape)
        }
        if let inner = x.primitive as? Affine, inner.offset == 0 {
            return try x.operands[0].affine(scale * inner.scale, offset)
        }
        return nil
    }

    public func narrowed(to part: Slice, _ operands: [Shape]) -> Narrowing? {
        narrowed(inPlaceTo: part, operands)
    }
}

extension Tensor {
    /// The function of each element.
    public func applying(_ function: UnaryFunction) throws -> Tensor {
        try builder.apply(Unary(function), [self])
    }

    /// `scale · self + offset`.
    public func affine(_ scale: Double, _ offset: Double) throws -> Tensor {
        try builder.apply(Affine(scale: scale, offset: offset), [self])
    }

    /// `scale · self`.
    public func scaled(by scale: Double) throws -> Tensor {
        try affine(scale, 0)
    }

    public static prefix func - (operand: Tensor) throws -> Tensor {
        try operand.scaled(by: -1)
    }
}
