import Execution
import Figures
import Results
import Spectra
import Training

/// Measures of sharpness: ascents and the line search are items.
public struct SharpnessStudy: Study {
    public let measurement: SharpnessMeasurement
    public let header: SharpnessResult
    /// What tells the memory that is foreseen.
    var foresee: () throws -> MemoryForecast? = { nil }
    private let loss: DifferentiableLoss
    private let point: ParameterVector

    /// A study of the loss near a point.
    public init(
        _ measurement: SharpnessMeasurement, of loss: DifferentiableLoss, at point: ParameterVector
    ) {
        (self.measurement, self.loss, self.point) = (measurement, loss, point)
        header = measurement.emptyResult
    }

    public var itemCount: Int { measurement.itemCount }
    public var valuesPerItem: Int { measurement.rowLength }

    public var settings: [String: String] {
        [
            "sharpness": "radii \(measurement.radii), \(measurement.steps) steps, precision"
                + " \(measurement.precision)"
        ]
    }

    public func memory() throws -> MemoryForecast? { try foresee() }

    public func measure(
        _ item: Int, after rows: [[Double]?]
    ) throws -> (values: [Double], note: String)? {
        (try measurement.measure(item, of: loss, at: point), header.name(ofItem: item))
    }
}

extension Experiment {
    /// The study of the sharpness of the objective, penalty included, at the weights.
    ///
    /// - Throws: `ObjectiveError`, and what compiling throws.
    public func sharpness(_ measurement: SharpnessMeasurement) throws -> SharpnessStudy {
        let objective = try objective()
        let penalty = objective.penalty
        let loss = DifferentiableLoss(
            value: { w in
                try onProduct()
                return try objective.evaluate(at: w).negativeLogLikelihood + penalty.value(at: w)
            },
            gradient: { w in
                try onProduct()
                var (value, gradient) = try objective.gradient(at: w)
                penalty.addGradient(at: w, to: &gradient)
                value += penalty.value(at: w)
                return (value, gradient)
            })
        var study = SharpnessStudy(measurement, of: loss, at: weights.vector)
        study.foresee = {
            try memory(of: objective, for: GradientQuestion(), vectors: 5)
        }
        return study
    }
}

extension Analysis {
    static let sharpness = measured(SharpnessResult.self) {
        try CurveFigure(.sharpness, $0, $1)
    }
}
