import Foundation
import Results

@testable import Figures
@testable import Spectra

/// Results of curvature with known numbers, made without randomness; `scale` is that of eigenvalues.
extension Samples {
    static func density(_ scale: Double = 1) throws -> DensityResult {
        var measurement = DensityMeasurement(dimension: 100_000)
        (measurement.probes, measurement.points) = (3, 200)
        var result = measurement.emptyResult
        try result.assemble(
            (0..<3).map { probe in
                let places = (0..<12).map { Double($0) - 3 + 0.1 * Double(probe) }
                let weights = places.map { exp(-3 * abs($0)) }
                let total = weights.reduce(0, +)
                return GaussQuadrature(
                    nodes: places.map { scale * $0 * abs($0) }, weights: weights.map { $0 / total }
                ).row
            })
        return result
    }

    static func trace(_ scale: Double = 1) throws -> TraceResult {
        var result = TraceEstimation(.hutchinson, dimension: 100).emptyResult
        try result.assemble((0..<25).map { [scale * (900 + 60 * sin(Double($0))), scale * scale] })
        return result
    }

    static func blocks(_ scale: Double = 1) throws -> BlockResult {
        let measurement = BlockMeasurement(
            blocks: (0..<9).map { ParameterBlock(name: "block\($0)", ranges: [$0..<$0 + 1]) },
            probes: 4)
        var result = measurement.emptyResult
        try result.assemble(
            (0..<4).map { probe in
                (0..<9).map { scale * (Double(10 - $0) + sin(Double(probe))) }
            } + (0..<9).map { [8, scale * Double(20 + $0), 0.1, 1, -scale * Double($0), 0.1, 1] })
        return result
    }

    static func bias(_ scale: Double = 1) throws -> BiasResult {
        let measurement = BiasMeasurement(
            sizes: [(16, 6), (64, 4), (256, 2)], exampleCount: 1024)
        var result = measurement.emptyResult
        let sizes = [16.0, 64, 256].enumerated().flatMap { number, size in
            (0..<(6 - 2 * number)).map { (size, Double($0)) }
        }
        try result.assemble(
            sizes.map { size, number in
                let top = scale * (40 + 900 / size + 2 * number)
                return [20, top, 1e-3, 1, scale * (40 - 300 / size + number)]
            } + [[30, 41 * scale, 1e-3, 1, .nan]])
        return result
    }

    static func sharpness(_ scale: Double = 1) throws -> SharpnessResult {
        let measurement = SharpnessMeasurement(radii: [0.01, 0.05, 0.1, 0.5], steps: 3)
        var result = measurement.emptyResult
        let radii = [0.01, 0.05, 0.1, 0.5]
        try result.assemble(
            [1.0, 0.2].flatMap { share in
                radii.map { radius in
                    [0, 2.0, 3, 3.5].map { 1 + scale * share * radius * $0 }
                }
            } + [[1, 5, 0.25, 0.8, 1, 1.7]])
        return result
    }
}
