import Calibration
import Foundation
import Randomness
import Representations
import Results

@testable import Figures
@testable import Landscapes
@testable import Lesions
import Networks
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

extension Samples {
    /// Rows of numbers between 0 and 1, for results that are made of them.
    private static func rows<R: ExampleResult>(_ result: R) -> [[Double]] {
        (0..<result.itemCount).map { item -> [Double] in
            let count = result.positions(ofItem: item).count * result.numbersPerExample
            return (0..<count).map { place -> Double in
                let step = (place * 37 + item * 11) % 101
                return 0.1 + 0.8 * Double(step) / 101
            }
        }
    }

    private static func units(_ depth: Int) throws -> [UnitDescription] {
        try ModelRegistry.network("vit,size=16,patch=4,width=12,depth=\(depth),heads=3").units()
    }

    static func fourier(depth: Int) throws -> FourierResult {
        var result = FourierResult(
            units: try units(depth), form: .diagonal, exampleCount: 6, batchSize: 4)
        try result.assemble(rows(result))
        return result
    }

    static func oversmoothing(depth: Int) throws -> OversmoothingResult {
        let units = try units(depth)
        let question = OversmoothingQuestion(units, mapped: [], keepsClassTokens: true)
        var result = OversmoothingResult(
            units: units, question: question, gains: [:], exampleCount: 6, batchSize: 4)
        try result.assemble(rows(result))
        return result
    }

    static func calibration(_ bins: Int) throws -> CalibrationResult {
        var result = CalibrationResult(
            classCount: 4, memberCount: 1, passCount: 1, binCount: bins, exampleCount: 60,
            batchSize: 60)
        let rows = (0..<60).flatMap { example -> [Double] in
            let confidence = 0.26 + 0.7 * Double(example) / 60
            let prediction = Double(example * example % 3)
            return [1, confidence, Double(example % 4), prediction, 1, 0.5]
        }
        try result.assemble([rows])
        return result
    }

    static func variance(depth: Int) throws -> VarianceResult {
        var result = VarianceResult(units: try units(depth), exampleCount: 6, batchSize: 4)
        try result.assemble(rows(result))
        return result
    }

    /// Units of one network, or of two, whose kernels drift apart.
    static func similarity(_ names: [String], depth: Int) throws -> SimilarityResult {
        let units = try units(depth)
        var result = SimilarityResult(
            networks: names.map { ($0, units) }, exampleCount: 12, batchSize: 6)
        let rows = (0..<result.itemCount).map { item in
            SimilarityResult.row(
                result.units.indices.map { unit in
                    CentredKernel(
                        (0..<36).map { place in
                            let (i, j) = (min(place / 6, place % 6), max(place / 6, place % 6))
                            return Double((i * i + 3 * j + item) % 7)
                                + Double(unit * ((5 * i + j) % 4))
                        }, count: 6)
                })
        }
        try result.assemble(rows)
        return result
    }
}
