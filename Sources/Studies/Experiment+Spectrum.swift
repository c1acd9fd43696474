import Datasets
import Spectra
import Training

extension Experiment {
    /// The part of the penalty whose Hessian is a multiple of the identity: λ and where it acts.
    var decay: (weight: Double, parameters: DecayedParameters) {
        let layout = weights.layout
        return (
            options.l2Convention == .optimizer ? options.l2 : 0,
            layout.decayedRanges == [0..<layout.count] ? .all : .ranges(layout.decayedRanges)
        )
    }

    /// The whole minibatches of the given size, in the order of the examples.
    public func minibatches(of size: Int) -> [Range<Int>] {
        examples.minibatches(of: size).filter { $0.count == size }
    }

    /// The study of extreme eigenvalues of minibatches.
    ///
    /// - Parameters:
    ///   - minibatches: those of each batch size, each of a list of one size.
    ///   - configure: changes the protocol's numbers.
    /// - Throws: `ObjectiveError`, `DatasetError`.
    public func spectrum(
        _ preset: SpectrumResult.Preset = .default, minibatches: [[Range<Int>]],
        configure: (inout SpectrumMeasurement) -> Void = { _ in }
    ) -> SpectrumStudy {
        let decay = decay
        let measurements = minibatches.map { minibatches in
            var measurement = SpectrumMeasurement(
                preset: preset, batchSize: minibatches.first?.count ?? 0,
                minibatchCount: minibatches.count, weightDecay: decay.weight,
                decayed: decay.parameters, seed: seed)
            configure(&measurement)
            return measurement
        }
        // One batch size is measured after the other, so that one set of programs is kept.
        var current: (spectrum: Int, objective: Objective)?
        return SpectrumStudy(measurements) { spectrum, minibatch in
            let positions = minibatches[spectrum][minibatch]
            let objective: Objective
            if let current, current.spectrum == spectrum {
                objective = current.objective
                try objective.setExamples(positions)
            } else {
                current = nil
                objective = try self.objective(
                    batchSize: positions.count, positions: positions)
                current = (spectrum, objective)
            }
            return try objective.linearize(at: weights.vector)
        }
    }
}
