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
        let rows = (0..<3).map { (probe: Int) -> [Double] in
            let places = (0..<12).map { Double($0 - 3) + Double(probe) / 10 }
            let weights = places.map { exp(-3 * abs($0)) }
            let total = weights.reduce(0, +)
            return GaussQuadrature(
                nodes: places.map { scale * $0 * abs($0) }, weights: weights.map { $0 / total }
            ).row
        }
        try result.assemble(rows)
        return result
    }

    static func trace(_ scale: Double = 1) throws -> TraceResult {
        var result = TraceEstimation(.hutchinson, dimension: 100).emptyResult
        let rows = (0..<25).map { (probe: Int) -> [Double] in
            [scale * (900 + 60 * sin(Double(probe))), scale * scale]
        }
        try result.assemble(rows)
        return result
    }

    static func blocks(_ scale: Double = 1) throws -> BlockResult {
        let measurement = BlockMeasurement(
            blocks: (0..<9).map { ParameterBlock(name: "block\($0)", ranges: [$0..<$0 + 1]) },
            probes: 4)
        var rows = (0..<4).map { (probe: Int) -> [Double] in
            (0..<9).map { scale * (Double(10 - $0) + sin(Double(probe))) }
        }
        for block in 0..<9 {
            let (top, bottom) = (scale * Double(20 + block), -scale * Double(block))
            rows.append([8, top, 0.1, 1, bottom, 0.1, 1])
        }
        var result = measurement.emptyResult
        try result.assemble(rows)
        return result
    }

    static func bias(_ scale: Double = 1) throws -> BiasResult {
        let measurement = BiasMeasurement(
            sizes: [(16, 6), (64, 4), (256, 2)].map { .init(batchSize: $0, count: $1) }, exampleCount: 1024)
        var rows: [[Double]] = []
        for size in measurement.sizes {
            for number in 0..<size.count {
                let noise = Double(number) / 2
                let top = scale * (40 + 900 / Double(size.batchSize) + noise)
                let other = scale * (40 - 300 / Double(size.batchSize) + noise)
                rows.append([20, top, 1e-3, 1, other])
            }
        }
        rows.append([30, 41 * scale, 1e-3, 1, .nan])
        var result = measurement.emptyResult
        try result.assemble(rows)
        return result
    }

    static func sharpness(_ scale: Double = 1) throws -> SharpnessResult {
        let measurement = SharpnessMeasurement(radii: [0.01, 0.05, 0.1, 0.5], steps: 3)
        var rows: [[Double]] = []
        for share in [1.0, 0.2] {
            for radius in measurement.radii {
                let height = scale * share * radius
                rows.append([1, 1 + 2 * height, 1 + 3 * height, 1 + 3.5 * height])
            }
        }
        rows.append([1, 5, 0.25, 0.8, 1, 1.7])
        var result = measurement.emptyResult
        try result.assemble(rows)
        return result
    }
}
