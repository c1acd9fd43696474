import Autodiff
import Foundation

/// Constants and functions of single elements.
func elementwiseReference(
    _ primitive: any Primitive, _ operands: [ReferenceOperand], _ shape: Shape
) -> [Double]? {
    switch primitive {
    case let fill as Fill:
        return [Double](repeating: fill.value, count: shape.count)
    case let constant as Constant:
        return constant.values
    case let unary as Unary:
        return operands[0].values.map { unaryReference(unary.function, $0) }
    case let affine as Affine:
        return operands[0].values.map { affine.scale * $0 + affine.offset }
    case let binary as Binary:
        return zip(operands[0].values, operands[1].values).map {
            binaryReference(binary.function, $0, $1)
        }
    case is Select:
        let (condition, a, b) = (operands[0].values, operands[1].values, operands[2].values)
        return condition.indices.map { condition[$0] != 0 ? a[$0] : b[$0] }
    default:
        return nil
    }
}

/// One function of one number.
func unaryReference(_ function: UnaryFunction, _ x: Double) -> Double {
    switch function {
    case .absolute: return abs(x)
    case .sign: return x > 0 ? 1 : x < 0 ? -1 : x
    case .square: return x * x
    case .squareRoot: return x.squareRoot()
    case .reciprocalSquareRoot: return 1 / x.squareRoot()
    case .reciprocal: return 1 / x
    case .exponential: return exp(x)
    case .logarithm: return log(x)
    case .hyperbolicTangent: return tanh(x)
    case .errorFunction: return erf(x)
    // Both forms are equal; each is used where its exponential cannot overflow.
    case .logistic: return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
    // The comparison lets a NaN through.
    case .relu: return x < 0 ? 0 : x
    case .step: return x > 0 ? 1 : 0
    case .gelu: return x * normalDistribution(x)
    case .geluDerivative: return normalDistribution(x) + x * normalDensity(x)
    case .geluSecondDerivative: return normalDensity(x) * (2 - x * x)
    }
}

/// One function of two numbers.
func binaryReference(_ function: BinaryFunction, _ a: Double, _ b: Double) -> Double {
    switch function {
    case .add: return a + b
    case .subtract: return a - b
    case .multiply: return a * b
    case .divide: return a / b
    // A NaN on either side is the result.
    case .maximum: return a.isNaN || a >= b ? a : b
    case .minimum: return a.isNaN || a <= b ? a : b
    case .power: return pow(a, b)
    case .greater: return a > b ? 1 : 0
    case .greaterOrEqual: return a >= b ? 1 : 0
    case .equal: return a == b ? 1 : 0
    }
}

/// Φ(x); the complement keeps its digits in the left tail.
private func normalDistribution(_ x: Double) -> Double {
    0.5 * erfc(-x / 2.0.squareRoot())
}

/// φ(x).
private func normalDensity(_ x: Double) -> Double {
    exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
}
