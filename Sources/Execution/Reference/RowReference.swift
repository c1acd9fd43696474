import Autodiff
import Foundation

/// Softmax, standardization and their derivatives: each works on groups of elements.
func rowReference(
    _ primitive: any Primitive, _ operands: [ReferenceOperand], _ shape: Shape
) -> [Double]? {
    switch primitive {
    case is Softmax:
        return eachGroup([shape.rank - 1], operands) { softmax($0[0]) }
    case is LogSoftmax:
        return eachGroup([shape.rank - 1], operands) { logSoftmax($0[0]) }
    case is SoftmaxJacobian:
        return eachGroup([shape.rank - 1], operands) { softmaxJacobian($0[0], $0[1]) }
    case is SoftmaxJacobianTangent:
        return eachGroup([shape.rank - 1], operands) {
            softmaxJacobianTangent($0[0], $0[1], $0[2], $0[3])
        }
    case let standardization as Standardization:
        return eachGroup(standardization.axes, operands) {
            Standardized($0[0], standardization.epsilon).unit
        }
    case let jacobian as StandardizationJacobian:
        return eachGroup(jacobian.axes, operands) {
            Standardized($0[0], jacobian.epsilon).jacobian($0[1])
        }
    case let hessian as StandardizationHessian:
        return eachGroup(hessian.axes, operands) {
            Standardized($0[0], hessian.epsilon).hessian($0[1], $0[2])
        }
    default:
        return nil
    }
}

/// Applies a function to the elements of each group, the groups lying along `axes`.
private func eachGroup(
    _ axes: [Int], _ operands: [ReferenceOperand], _ function: ([[Double]]) -> [Double]
) -> [Double] {
    let shape = operands[0].shape
    func part(_ chosen: [Int], start: Int = 0) -> [Int] {
        positions(
            Shape(chosen.map { shape[$0] }), strides: chosen.map { shape.strides[$0] },
            start: start)
    }
    let others = (0..<shape.rank).filter { !axes.contains($0) }
    var result = [Double](repeating: 0, count: shape.count)
    for start in part(others) {
        let places = part(axes, start: start)
        let values = function(operands.map { operand in places.map { operand.values[$0] } })
        for (place, value) in zip(places, values) { result[place] = value }
    }
    return result
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).map { $0 * $1 }.reduce(0, +)
}

private func mean(_ a: [Double]) -> Double {
    a.reduce(0, +) / Double(a.count)
}

private func softmax(_ x: [Double]) -> [Double] {
    // The maximum is taken off so that no exponential overflows.
    let largest = x.max() ?? 0
    let exponentials = x.map { exp($0 - largest) }
    let total = exponentials.reduce(0, +)
    return exponentials.map { $0 / total }
}

private func logSoftmax(_ x: [Double]) -> [Double] {
    let largest = x.max() ?? 0
    let total = x.map { exp($0 - largest) }.reduce(0, +)
    return x.map { $0 - largest - log(total) }
}

private func softmaxJacobian(_ y: [Double], _ u: [Double]) -> [Double] {
    let projection = dot(y, u)
    return zip(y, u).map { $0 * ($1 - projection) }
}

private func softmaxJacobianTangent(
    _ y: [Double], _ dy: [Double], _ u: [Double], _ du: [Double]
) -> [Double] {
    let (yu, dyu, ydu) = (dot(y, u), dot(dy, u), dot(y, du))
    return y.indices.map { dy[$0] * (u[$0] - yu) + y[$0] * (du[$0] - dyu - ydu) }
}

/// One standardized group, with the derivatives of standardization there.
private struct Standardized {
    /// x̂ = (x − μ) / σ
    let unit: [Double]
    /// σ = √(mean((x − μ)²) + ε)
    let deviation: Double

    init(_ x: [Double], _ epsilon: Double) {
        let center = mean(x)
        let deviation = (mean(x.map { ($0 - center) * ($0 - center) }) + epsilon).squareRoot()
        self.deviation = deviation
        unit = x.map { ($0 - center) / deviation }
    }

    /// (u − mean(u) − x̂ mean(x̂ u)) / σ
    func jacobian(_ u: [Double]) -> [Double] {
        let (center, slope) = (mean(u), meanProduct(unit, u))
        return u.indices.map { (u[$0] - center - unit[$0] * slope) / deviation }
    }

    /// −(â β + b̂ α + x̂ (mean(ab) − mean(a) mean(b) − 3 α β)) / σ²
    func hessian(_ a: [Double], _ b: [Double]) -> [Double] {
        let (alpha, beta) = (meanProduct(unit, a), meanProduct(unit, b))
        let (meanA, meanB) = (mean(a), mean(b))
        let axial = meanProduct(a, b) - meanA * meanB - 3 * alpha * beta
        return a.indices.map {
            let terms = (a[$0] - meanA) * beta + (b[$0] - meanB) * alpha + unit[$0] * axial
            return -terms / (deviation * deviation)
        }
    }

    private func meanProduct(_ a: [Double], _ b: [Double]) -> Double {
        dot(a, b) / Double(a.count)
    }
}
