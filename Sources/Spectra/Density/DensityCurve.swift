import Foundation
import Randomness
import Results

/// A point of the curve of a spectral density.
public struct DensityPoint: Fillable, Hashable {
    /// λ, in loss per squared weight.
    public var eigenvalue = Double.nan
    /// The density of eigenvalues there, smoothed.
    public var density = Double.nan
    /// The share of eigenvalues up to there, not smoothed, with its band.
    public var cumulative = Estimate()

    public init() {}
}

/// The mean over probes of what their quadratures see.
struct QuadratureMean {
    let quadratures: [GaussQuadrature]

    /// The lowest and the highest node, each the mean over probes.
    var ends: (low: Double, high: Double) {
        let count = Double(quadratures.count)
        return (
            quadratures.reduce(0) { $0 + ($1.nodes.first ?? .nan) } / count,
            quadratures.reduce(0) { $0 + ($1.nodes.last ?? .nan) } / count
        )
    }

    /// The lowest and the highest node of all.
    var range: ClosedRange<Double> {
        let nodes = quadratures.flatMap(\.nodes)
        return (nodes.min() ?? .nan)...(nodes.max() ?? .nan)
    }

    /// The mean over probes of Σ ω f(θ).
    func mean(_ function: (Double) -> Double) -> Double {
        quadratures.reduce(0) { total, quadrature in
            zip(quadrature.nodes, quadrature.weights).reduce(total) { $0 + $1.1 * function($1.0) }
        } / Double(quadratures.count)
    }

    /// The smoothed density: each node a Gaussian of the given variance.
    func density(at x: Double, variance: Double) -> Double {
        let scale = 1 / (2 * Double.pi * variance).squareRoot()
        return mean { scale * exp(-(x - $0) * (x - $0) / (2 * variance)) }
    }

    /// The share of eigenvalues up to x, with bounds that the quadratures give.
    func cumulative(at x: Double) -> (value: Double, lower: Double, upper: Double) {
        let count = Double(quadratures.count)
        return quadratures.reduce(into: (value: 0.0, lower: 0.0, upper: 0.0)) { sum, quadrature in
            let part = quadrature.cumulative(at: x)
            sum.value += part.value / count
            sum.lower += part.lower / count
            sum.upper += part.upper / count
        }
    }
}

extension DensityMeasurement.Preset {
    /// The abscissas of a curve and the variance of its kernel.
    func abscissas(
        of mean: QuadratureMean, points: Int, kernelVariance: Double
    ) -> (values: [Double], variance: Double) {
        let (low, high, variance): (Double, Double, Double)
        switch self {
        case .default:
            let range = mean.range
            // One node has no range: its own magnitude stands for it.
            let width = range.upperBound > range.lowerBound
                ? range.upperBound - range.lowerBound : max(abs(range.upperBound), 1e-300)
            variance = kernelVariance * width * width
            let margin = 4 * variance.squareRoot()
            (low, high) = (range.lowerBound - margin, range.upperBound + margin)
        case .pyhessian:
            let ends = mean.ends
            (low, high) = (ends.low - 0.01, ends.high + 0.01)
            variance = kernelVariance * max(1, high - low)
        }
        let step = (high - low) / Double(max(points - 1, 1))
        return ((0..<points).map { low + Double($0) * step }, variance)
    }
}
