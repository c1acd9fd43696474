import Execution
import Landscapes
import Training

/// Certifies a landscape: differences of the loss against gradient and Hessian products.
///
/// Differences need more digits than single precision has, so it is always made in double
/// precision. Steps are small and examples few because a second difference across the kinks of
/// ReLU measures their curvature too, which no Hessian contains.
struct LandscapeCertificate {
    /// Examples of which a landscape is certified.
    static let exampleLimit = 8

    let experiment: Experiment

    /// On what the certificate rests, for the summary.
    var basis: String {
        "first \(positions.count) of \(experiment.exampleCount) examples, f64"
    }

    /// The certificate, or nil where constants of derivatives move with the weights.
    func make(_ measurement: LandscapeMeasurement) throws -> Certificate? {
        guard experiment.objectiveOptions.batchNorm != .recalibrated else { return nil }
        let objective = try experiment.objective(precision: .double, positions: positions)
        let penalty = objective.penalty
        let hessian = try objective.linearize(at: measurement.centre, includingPenalty: true)
        return try Certification(largestStep: 1e-4, factor: 4, steps: 8).certify(
            directions: measurement.directions.map(\.values),
            loss: { number, offset in
                var parameters = measurement.centre
                VectorMath.add(offset, measurement.directions[number].values, to: &parameters)
                return try objective.evaluate(at: parameters).negativeLogLikelihood
                    + penalty.value(at: parameters)
            },
            gradient: { hessian.gradient }, hessianVector: { try hessian.apply($0) })
    }

    /// The first examples; whole minibatches where batch statistics couple them.
    private var positions: Range<Int> {
        let count = experiment.exampleCount
        let limit = min(count, Self.exampleLimit)
        guard let batch = experiment.objectiveOptions.batchSize else { return 0..<limit }
        return 0..<min(count, max(limit / batch, 1) * batch)
    }
}
