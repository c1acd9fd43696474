import Lesions
import Networks
import Training

extension Experiment {
    /// The study of the network with each residual unit removed in turn.
    ///
    /// - Throws: `NetworkError` where the network has no residual unit; `ObjectiveError`.
    public func lesions() throws -> LesionStudy {
        let found = try network.units().compactMap { unit in
            unit.isResidual ? LesionKind(unit.kind).map { (unit: unit, kind: $0) } : nil
        }
        guard !found.isEmpty else {
            throw NetworkError(
                "\(network.name) has no residual unit to remove; choose a --model with skip paths")
        }
        let whole = try objective()
        var study = LesionStudy(
            units: found.map { ($0.unit.name, $0.kind) }, exampleCount: examples.count, seed: seed
        ) { place in
            let objective = try place.map { try whole.removing([found[$0].unit.index]) } ?? whole
            let evaluation = try objective.evaluate(at: weights.vector)
            return ExampleOutcomes(
                correct: evaluation.isCorrect, negativeLogLikelihood: evaluation.exampleLosses)
        }
        // Beside the whole network that of one lesion is kept.
        study.foresee = {
            var memory = try memory(of: whole, for: LikelihoodQuestion(), vectors: 1)
            memory.programs *= 2
            return memory
        }
        return study
    }
}
