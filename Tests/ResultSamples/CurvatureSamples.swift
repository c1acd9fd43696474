import Execution
import Spectra
import Studies

/// Studies of the curvature of diagonal operators.
extension Samples {
    public static func densityStudy(
        _ preset: DensityMeasurement.Preset = .default
    ) -> DensityStudy {
        var measurement = DensityMeasurement(preset, dimension: 12, seed: 3)
        (measurement.probes, measurement.steps, measurement.points) = (4, 6, 30)
        return DensityStudy(measurement, l2: 0.1) { Diagonal(minibatch: 2) }
    }

    public static func traceStudy(
        _ method: TraceEstimation.Method,
        target: @escaping () throws -> any SymmetricOperator = { Diagonal(minibatch: 8) }
    ) -> TraceStudy {
        TraceStudy(
            TraceEstimation(
                method, tolerance: 0.2, maximumProducts: 60, rangeSize: 4, dimension: 12, seed: 2),
            target: target)
    }

    public static func blockStudy() -> BlockStudy {
        let blocks = [
            ParameterBlock(name: "a", ranges: [0..<5]),
            ParameterBlock(name: "b", ranges: [5..<6, 8..<12]),
            ParameterBlock(name: "c", ranges: [6..<8]),
        ]
        return BlockStudy(BlockMeasurement(blocks: blocks, probes: 3, maximumProducts: 20)) {
            Diagonal(minibatch: 1)
        }
    }

    public static func biasStudy() -> BiasStudy {
        let measurement = BiasMeasurement(
            sizes: [.init(batchSize: 4, count: 3), .init(batchSize: 8, count: 2)], exampleCount: 16, top: 2, maximumProducts: 12, seed: 1)
        return BiasStudy(measurement) { size, minibatch in
            Diagonal(minibatch: (size ?? 7) * 5 + minibatch)
        }
    }

    public static func sharpnessStudy() -> SharpnessStudy {
        func value(_ w: ParameterVector) -> Double { w.reduce(0) { $0 + $1 * $1 + $1 } }
        let loss = DifferentiableLoss(
            value: value, gradient: { (value($0), ParameterVector($0.map { 2 * $0 + 1 })) })
        return SharpnessStudy(
            SharpnessMeasurement(radii: [0.1, 1], steps: 3), of: loss, at: [1, -2, 0.5])
    }
}
