import Execution
import Landscapes
import Randomness
import Spectra
import Training

extension WeightLayout {
    /// The trainable tensors as directions see them.
    public var directionTensors: [DirectionTensor] {
        tensors.map { DirectionTensor(name: $0.name, shape: $0.shape, kind: $0.kind) }
    }
}

extension PointMetrics {
    /// The metrics of an objective at one point.
    public init(_ objective: Objective, at parameters: ParameterVector) throws {
        let metrics = try objective.evaluate(at: parameters).metrics
        let penalties = objective.penalties(at: parameters)
        self.init(
            negativeLogLikelihood: metrics.negativeLogLikelihood, l2Penalty: penalties.l2Penalty,
            l1: penalties.l1, sumOfNorms: penalties.sumOfNorms, accuracy: metrics.accuracy,
            top5Accuracy: metrics.top5Accuracy, brier: metrics.brier,
            expectedCalibrationError: metrics.expectedCalibrationError)
        accuracy90 = metrics.accuracy90
        (unconfidence, unconfidence90) = (metrics.unconfidence, metrics.unconfidence90)
        intersectionOverUnion = metrics.intersectionOverUnion
        intersectionOverUnion90 = metrics.intersectionOverUnion90
        (frequency, frequency90) = (metrics.frequency, metrics.frequency90)
        signedCalibrationError = metrics.signedCalibrationError
    }
}

extension Experiment {
    /// Gaussian directions of the experiment's seed, normalised.
    ///
    /// - Throws: `DirectionError` where the weights are not finite or all zero.
    public func gaussianDirections(
        _ count: Int, normalization: DirectionNormalization = .filter,
        includesVectors: Bool = false
    ) throws -> [Direction] {
        try (0..<count).map {
            try .gaussian(
                $0, seed: seed, weights: weights.vector, tensors: weights.layout.directionTensors,
                normalization: normalization, includesVectors: includesVectors)
        }
    }

    /// A direction from a vector: taken whole and as it is, unless a normalisation is asked for.
    ///
    /// - Throws: `DirectionError` where it does not fit the weights.
    public func direction(
        _ raw: ParameterVector, source: String, normalization: DirectionNormalization? = nil,
        includesVectors: Bool = false
    ) throws -> Direction {
        let normalization = normalization ?? DirectionNormalization.none
        return try Direction(
            raw, source: source, weights: weights.vector,
            tensors: weights.layout.directionTensors, normalization: normalization,
            includesVectors: includesVectors || normalization == .none)
    }

    /// The eigenpairs of the largest eigenvalues of the Hessian with the penalty, for directions.
    ///
    /// - Parameters:
    ///   - path: the file of the landscape, in which an earlier run may have stopped; nil for none.
    ///   - telling: what is told of the basis before the products are made.
    public mutating func leadingEigenpairs(
        _ count: Int, goingOn path: String? = nil, telling: (KrylovBasis) -> Void = { _ in }
    ) throws -> [Eigenpair] {
        let (objective, basis) = try krylov(wanted: count, ideal: 100, goingOn: path)
        description.settings[KrylovBasis.setting] = "\(basis.limit)"
        telling(basis)
        let hessian = try objective.linearize(at: weights.vector, includingPenalty: true)
        return try Lanczos(
            largest: count, smallest: 0, tolerance: 1e-3, basisLimit: basis.limit,
            verification: .recurrence, stream: RandomStream(seed: seed, name: "directions"),
            keepsVectors: true
        ).eigenvalues(of: ObservedOperator(hessian, observe: onProduct)).pairs
    }

    /// The study of the loss at the points w + x·d₀ (+ y·d₁).
    ///
    /// - Parameters:
    ///   - objective: what is measured, by default `objective()`.
    ///   - certifies: whether differences of the loss are held against its derivatives.
    /// - Throws: `LandscapeError` where axes and directions do not fit; `ObjectiveError`.
    public func landscape(
        of objective: Objective? = nil, directions: [Direction], axes: [LandscapeAxis],
        certifies: Bool = true, path: TrajectoryPath? = nil
    ) throws -> LandscapeStudy {
        let objective = try objective ?? self.objective()
        var measurement = try LandscapeMeasurement(
            centre: weights.vector, directions: directions, axes: axes,
            l2: options.l2Convention == .none ? 0 : options.l2)
        measurement.path = path
        let measured = measurement
        let certifies = certifies && options.batchNorm != .recalibrated
        var study = LandscapeStudy(
            measured, evaluate: { try PointMetrics(objective, at: $0) },
            certify: certifies ? { try certificate(measured) } : nil)
        study.foresee = {
            // Weights, directions, the point and a sum on its way to it.
            var memory = try memory(
                of: objective, for: LikelihoodQuestion(), vectors: 3 + directions.count)
            guard certifies else { return memory }
            let certified = try certifiedObjective()
            for bytes in [
                try certified.memory(for: HessianQuestion()).total,
                try certified.memory(for: LikelihoodQuestion()).total,
            ] { memory.programs += bytes }
            // Centre, directions, a point, a gradient and a product.
            memory.vectors += (4 + directions.count) * weights.layout.count * Precision.double.bytes
            return memory
        }
        return study
    }

    /// The examples of which a landscape is certified: few, because second differences across the
    /// kinks of ReLU measure their curvature too, which no Hessian contains.
    public var certifiedExamples: Range<Int> {
        let limit = min(examples.count, 8)
        guard let batch = options.batchSize else { return 0..<limit }
        return 0..<min(examples.count, max(limit / batch, 1) * batch)
    }

    private func certifiedObjective() throws -> Objective {
        try objective(on: machine.inPrecision(.double), positions: certifiedExamples)
    }

    /// Differences of the loss against gradient and Hessian products, in double precision:
    /// differences need more digits than single precision has.
    private func certificate(_ measurement: LandscapeMeasurement) throws -> Certificate {
        let objective = try certifiedObjective()
        let penalty = objective.penalty
        let centre = measurement.centre.stored(in: .double)
        let directions = measurement.directions.map { $0.values.stored(in: .double) }
        let hessian = try objective.linearize(at: centre, includingPenalty: true)
        return try Certification(largestStep: 1e-4, factor: 4, steps: 8).certify(
            directions: directions,
            loss: { number, offset in
                var parameters = centre
                parameters.add(offset, directions[number])
                return try objective.evaluate(at: parameters).negativeLogLikelihood
                    + penalty.value(at: parameters)
            },
            gradient: { try hessian.gradient() }, hessianVector: { try hessian.apply($0) })
    }
}
