import Foundation
import Landscapes
import Lesions
import Randomness
import Spectra

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
            axes: [axis, axis], weightDecay: 5e-4, directions: [direction, direction])
        for index in grid.points.indices where !missing.contains(index) {
            let (x, y) = (grid.offsets(index)[0], grid.offsets(index)[1])
            let loss = 1 + steepness * (x * x + y * y / 2)
            grid.points[index] = PointMetrics(
                negativeLogLikelihood: holes.contains(index) ? .infinity : loss, l2: 3,
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
                    minibatch: minibatch, end: .largestMagnitude, rank: rank, value: value, residual: 1e-4,
                    converged: converged, valueWithL2: value + 5e-4, residualWithL2: 1e-4,
                    convergedWithL2: converged, iterations: 20)
            }
        }
        let summary = SpectrumSummary(
            negativeProportion: Estimate(value: 0.49, lower: 0.41, upper: 0.55),
            averagePositive: Estimate(value: 157.5, lower: 131, upper: 180),
            convergedCount: 2 * minibatchCount - 1, unconvergedCount: 1)
        return SpectrumResult(
            preset: .park2022, method: .power, batchSize: batchSize,
            minibatchCount: minibatchCount, weightDecay: 5e-4, tolerance: 1e-3, samples: samples,
            products: 800, summary: summary, summaryWithL2: summary)
    }

    /// A lesion study of units of the given kinds, whose drops alternate.
    static func lesion(_ kinds: [LesionKind]) -> LesionResult {
        let units = kinds.enumerated().map { index, kind in
            let drop = index % 2 == 0 ? 0.125 : 0.03125
            return LesionUnit(
                name: "unit\(index)", index: index, kind: kind,
                depth: kinds.count > 1 ? Double(index) / Double(kinds.count - 1) : 0,
                accuracy: 0.75 - drop, negativeLogLikelihood: 1,
                accuracyDrop: Estimate(value: drop, lower: drop - 0.0625, upper: drop + 0.0625),
                lossRise: Estimate(value: 0.1, lower: 0, upper: 0.2))
        }
        return LesionResult(
            baselineAccuracy: 0.75, baselineNegativeLogLikelihood: 0.8, exampleCount: 500,
            units: units,
            randomUnitAccuracyDrop: Estimate(value: 0.078125, lower: 0.05, upper: 0.1),
            randomUnitLossRise: Estimate(value: 0.1, lower: 0.05, upper: 0.15))
    }
}
