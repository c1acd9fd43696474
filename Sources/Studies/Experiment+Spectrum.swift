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
    ///   - path: the file of the result, in which an earlier run may have stopped; nil for none.
    ///   - configure: changes the protocol's numbers.
    /// - Throws: `ObjectiveError`, `DatasetError`, and what compiling throws.
    public func spectrum(
        _ preset: SpectrumResult.Preset = .default, minibatches: [[Range<Int>]], path: String? = nil,
        configure: (inout SpectrumMeasurement) -> Void = { _ in }
    ) throws -> SpectrumStudy {
        let decay = decay
        var measurements = minibatches.map { minibatches in
            var measurement = SpectrumMeasurement(
                preset: preset, batchSize: minibatches.first?.count ?? 0,
                minibatchCount: minibatches.count, l2: decay.weight,
                decayed: decay.parameters, seed: seed)
            configure(&measurement)
            return measurement
        }
        guard let largest = minibatches.indices.max(by: {
            measurements[$0].batchSize < measurements[$1].batchSize
        }), let first = minibatches[largest].first else {
            throw ObjectiveError.positions(0..<0, count: examples.count)
        }
        let (planned, basis): (Objective, KrylovBasis?)
        if preset == .default {
            let measurement = measurements[largest]
            (planned, basis) = try krylov(
                wanted: measurement.largest + measurement.smallest,
                ideal: measurement.basisLimit, goingOn: path, batchSize: first.count,
                positions: first)
        } else {
            (planned, basis) = (
                try objective(batchSize: first.count, positions: first), nil
            )
        }
        for index in measurements.indices {
            measurements[index].basisLimit = basis?.limit ?? measurements[index].basisLimit
        }
        // One batch size is measured after the other, so that one set of programs is kept.
        var current: (spectrum: Int, objective: Objective)? = (largest, planned)
        var study = SpectrumStudy(measurements) { spectrum, minibatch in
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
            return ObservedOperator(
                try objective.linearize(at: weights.vector), observe: onProduct)
        }
        let measurement = measurements[largest]
        // Point, iterate, product and a difference, and what is kept.
        let kept = basis.map { min($0.limit, measurement.maximumProducts) } ?? measurement.largest
        study.basis = basis
        study.foresee = {
            try current.map {
                try memory(of: $0.objective, for: HessianQuestion(), vectors: kept + 4)
            }
        }
        return study
    }
}
