import Foundation
import Randomness

@testable import Figures
@testable import Landscapes
@testable import Lesions
@testable import Spectra

/// Small results with known numbers, made without randomness.
enum Samples {
    /// A 2D grid of a bowl with curvature `steepness`; points of `holes` are infinite.
    static func grid(
        steepness: Double = 5, count: Int = 5, holes: Set<Int> = [], missing: Set<Int> = [],
        normalization: String = "filter"
    ) -> LandscapeGrid {
        let axis = LandscapeAxis(start: -1, end: 1, count: count)
        let direction = DirectionProperties(
            source: "gaussian", normalization: normalization, seed: 1, norm: 1, ratioToWeights: 1)
        var grid = LandscapeGrid(
            axes: [axis, axis], l2: 5e-4, directions: [direction, direction])
        for index in grid.points.indices where !missing.contains(index) {
            let (x, y) = (grid.offsets(index)[0], grid.offsets(index)[1])
            let loss = 1 + steepness * (x * x + y * y / 2)
            grid.points[index] = PointMetrics(
                negativeLogLikelihood: holes.contains(index) ? .infinity : loss, l2Penalty: 3,
                sumOfNorms: 38_000, accuracy: exp(-loss))
        }
        return grid
    }

    /// A profile of a parabola; points of `holes` are NaN.
    static func profile(steepness: Double = 5, holes: Set<Int> = []) -> LandscapeGrid {
        var grid = LandscapeGrid(axes: [LandscapeAxis(start: -1, end: 1, count: 11)])
        for index in grid.points.indices {
            let x = grid.offsets(index)[0]
            grid.points[index] = PointMetrics(
                negativeLogLikelihood: holes.contains(index) ? .nan : 1 + steepness * x * x,
                accuracy: exp(-steepness * x * x))
        }
        return grid
    }

    /// A spectrum whose positive values run evenly up to `top` and negative ones down to `-bottom`.
    static func spectrum(
        top: Double = 300, bottom: Double = 40, batchSize: Int = 16, minibatchCount: Int = 20
    ) -> SpectrumResult {
        let samples = (0..<minibatchCount).flatMap { minibatch in
            (0..<2).map { rank in
                let share = Double(minibatch + 1) / Double(minibatchCount)
                let value = rank == 0 ? top * share : -bottom * share * share
                let converged = !(rank == 1 && minibatch == 0)
                return SpectrumSample(
                    minibatch: minibatch, end: .largestMagnitude, rank: rank, value: value,
                    residual: 1e-4, converged: converged, valueWithL2: value + 5e-4,
                    residualWithL2: 1e-4, convergedWithL2: converged, iterations: 20)
            }
        }
        let summary = SpectrumSummary(
            negativeProportion: Estimate(value: 0.49, lower: 0.41, upper: 0.55),
            averagePositive: Estimate(value: 157.5, lower: 131, upper: 180),
            convergedCount: 2 * minibatchCount - 1, unconvergedCount: 1)
        return SpectrumResult(
            preset: .park2022, method: .power, batchSize: batchSize,
            minibatchCount: minibatchCount, l2: 5e-4, tolerance: 1e-3,
            eigenvaluesPerMinibatch: 2, seed: 0, samples: samples, products: 800,
            summary: summary, summaryWithL2: summary)
    }

    /// A lesion study of units of the given kinds, whose drops alternate.
    static func lesion(_ kinds: [LesionKind]) -> LesionResult {
        var result = LesionResult(
            units: kinds.enumerated().map { ("unit\($0)", $1) }, exampleCount: 500)
        result.baselineAccuracy = 0.75
        result.baselineNegativeLogLikelihood = 0.8
        for index in kinds.indices {
            let drop = index % 2 == 0 ? 0.125 : 0.03125
            result.units[index].accuracy = 0.75 - drop
            result.units[index].negativeLogLikelihood = 1
            result.units[index].accuracyDrop =
                Estimate(value: drop, lower: drop - 0.0625, upper: drop + 0.0625)
            result.units[index].lossRise = Estimate(value: 0.1, lower: 0, upper: 0.2)
        }
        result.randomUnitAccuracyDrop = Estimate(value: 0.078125, lower: 0.05, upper: 0.1)
        result.randomUnitLossRise = Estimate(value: 0.1, lower: 0.05, upper: 0.15)
        return result
    }

    /// Two panels of a lesion study's units over depth, told apart by kind.
    static func curves(
        _ interval: CurveStatement.Interval, kind: String? = "kind"
    ) -> CurveStatement {
        CurveStatement(
            "Accuracy and loss", table: "units", abscissa: "depth", kind: kind,
            panels: [.init("accuracy_drop"), .init("nll", label: "NLL", scale: .logarithmic)],
            interval: interval, notes: ["Each unit removed in turn."])
    }
}

extension Samples {
    /// Eigenvalues of both ends, the last of which has not converged.
    static func eigenvalues(_ count: Int, l2: Double = 5e-4) -> EigenvalueResult {
        let pairs = (0..<count).map { number in
            let isTop = number < (count + 1) / 2
            let rank = isTop ? number : number - (count + 1) / 2
            let value = isTop ? 120 / Double(rank + 1) : -9 / Double(rank + 1)
            let converged = number < count - 1
            return Eigenpair(
                value: value, residual: converged ? 1e-5 * abs(value) : 0.1 * abs(value),
                iterations: 30, converged: converged, bound: 1e-4 * max(abs(value), 1.2),
                end: isTop ? .largest : .smallest, rank: rank)
        }
        return EigenvalueResult(
            method: .lanczos, pairs: pairs, products: 40, dimension: 100, tolerance: 1e-4,
            l2: l2)
    }
}
