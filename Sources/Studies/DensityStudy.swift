import Execution
import Figures
import Results
import Spectra
import Training

/// The density of a spectrum: probes are items.
public struct DensityStudy: Study {
    public let measurement: DensityMeasurement
    public let header: DensityResult
    /// What tells the memory that is foreseen.
    var foresee: () throws -> MemoryForecast? = { nil }
    private let target: () throws -> any SymmetricOperator

    /// A study of the density.
    ///
    /// - Parameters:
    ///   - l2: λ of the penalty in the operator, which the result names.
    ///   - target: the operator, asked for where something is to be measured.
    public init(
        _ measurement: DensityMeasurement, l2: Double = 0,
        target: @escaping () throws -> any SymmetricOperator
    ) {
        (self.measurement, self.target) = (measurement, target)
        var header = measurement.emptyResult
        header.l2 = l2
        self.header = header
    }

    public var itemCount: Int { measurement.probes }
    public var valuesPerItem: Int { measurement.rowLength }

    public var settings: [String: String] {
        [
            "density": "preset \(measurement.preset.rawValue), \(measurement.probes) probes of"
                + " \(measurement.steps) steps, \(measurement.points) points, kernel"
                + " \(measurement.kernelVariance)"
        ]
    }

    public func memory() throws -> MemoryForecast? { try foresee() }

    public func measure(
        _ item: Int, after rows: [[Double]?]
    ) throws -> (values: [Double], note: String)? {
        let found = try measurement.measure(item, of: target())
        return (found.row, "largest \(Readable.number(found.nodes.last ?? .nan))")
    }
}

extension Experiment {
    /// The study of the density of the spectrum of the curvature matrix.
    ///
    /// - Parameter configure: changes the protocol's numbers.
    /// - Throws: `ObjectiveError`, and what compiling throws.
    public func density(
        _ preset: DensityMeasurement.Preset = .default,
        configure: (inout DensityMeasurement) -> Void = { _ in }
    ) throws -> DensityStudy {
        var measurement = DensityMeasurement(preset, dimension: curvatureDimension, seed: seed)
        configure(&measurement)
        // All vectors are kept, because each is orthogonalised against all before it.
        let kept = min(measurement.steps, curvatureDimension)
        let objective = try krylov(wanted: kept, ideal: kept + 1, goingOn: nil).objective
        var study = DensityStudy(
            measurement, l2: curvatureL2, target: curvatureOperator(of: objective))
        study.foresee = {
            try memory(of: objective, for: curvature.question, vectors: kept + 4)
        }
        return study
    }
}

extension Analysis {
    static let density = measured(DensityResult.self) { try CurveFigure(.density, $0, $1) }
}
