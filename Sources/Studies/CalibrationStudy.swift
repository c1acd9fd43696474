import Autodiff
import Calibration
import Figures
import Networks
import Training

extension Experiment {
    /// The study of the network's probabilities, or of their mean over passes and over members of
    /// an ensemble.
    ///
    /// - Parameters:
    ///   - passes: forward passes, each with other masks of Monte Carlo dropout.
    ///   - members: weights of further members.
    ///   - binCount: bins of confidence.
    /// - Throws: `NetworkError` where nothing is random and several passes are asked for;
    ///   `ObjectiveError`.
    public func calibration(
        passes: Int = 1, members: [Weights] = [], binCount: Int = 10
    ) throws -> ExampleStudy<CalibrationResult> {
        let isRandom = try network.trace(in: GraphBuilder(), batch: 1).exampleNumbers != nil
        guard passes == 1 || isRandom else {
            throw NetworkError(
                "\(network.name) has no Monte Carlo dropout, so that \(passes) passes are equal;"
                    + " leave out --passes or choose a network with mcdo")
        }
        let all = [weights] + members.map { $0.stored(in: weights.vector.storage) }
        // Members may differ in their buffers.
        let objectives = try all.map { member in
            try Objective(
                network, examples: examples, weights: member, options: options, machine: machine)
        }
        let total = examples.count
        let header = CalibrationResult(
            classCount: network.classes, memberCount: all.count, passCount: passes,
            binCount: binCount, exampleCount: total, batchSize: examples.options.batchSize,
            seed: seed)
        let names = members.map { $0.sha256 ?? "initial" }
        var study = ExampleStudy(
            header,
            subject: "calibration of \(passes) passes"
                + (names.isEmpty ? "" : " with members \(names.joined(separator: ", "))")
        ) { positions in
            let evaluations = try zip(objectives, all).flatMap { objective, member in
                try objective.setExamples(positions)
                return try (0..<passes).map { pass in
                    objective.maskOffset = pass * total
                    return try objective.evaluate(at: member.vector)
                }
            }
            return Evaluation.mean(of: evaluations).scored.map(CalibrationResult.row)
        }
        study.foresee = {
            try objectives[0].setExamples(header.positions(ofItem: 0))
            var forecast = try memory(
                of: objectives[0], for: LikelihoodQuestion(), vectors: all.count)
            forecast.programs *= all.count
            return forecast
        }
        return study
    }
}

extension Analysis {
    static let calibration = measured(CalibrationResult.self) {
        try CurveFigure(.calibration, $0, $1)
    }
}
