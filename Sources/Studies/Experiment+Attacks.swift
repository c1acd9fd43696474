import Datasets
import Execution
import Randomness
import Robustness
import Training

/// Attacks on the examples of a minibatch.
final class Attacker {
    private let objective: Objective
    private let weights: ParameterVector
    private let stream: RandomStream
    /// What one unit of a change is in normalised grey levels, by channel.
    private let scale: [Double]
    /// Whether attacked images stay between black and white.
    private let hasBounds: Bool

    /// - Parameter inGreyLevels: whether changes are in grey levels from 0 to 1, which attacked images
    ///   do not leave, instead of normalised ones.
    init(_ objective: Objective, at weights: ParameterVector, seed: UInt64, inGreyLevels: Bool) {
        (self.objective, self.weights) = (objective, weights)
        stream = RandomStream(seed: seed, name: "attack")
        let channels = objective.examples.imageShape[0]
        let deviations = objective.examples.normalization?.standardDeviation
            ?? [Double](repeating: 1, count: channels)
        scale = inGreyLevels
            ? deviations.map { 1 / $0 } : [Double](repeating: 1, count: channels)
        hasBounds = inGreyLevels
    }

    /// What the network says of the examples in use: the NLL of each, then 1 for right and 0 for wrong.
    ///
    /// - Parameter change: by position, in the units of attacks.
    func outcome(_ change: (@Sendable (_ position: Int) -> [Double])? = nil) throws -> [Double] {
        defer { objective.change = nil }
        objective.change = imageChange(change)
        let evaluation = try objective.evaluate(at: weights)
        return evaluation.exampleLosses + evaluation.isCorrect.map { $0 ? 1 : 0 }
    }

    /// The change that an attack makes of each example in use.
    ///
    /// - Parameter onStep: called with the outcome at each gradient, in the form of `outcome(_:)`.
    func changes(
        _ attack: Attack, onStep: (_ outcome: [Double]) -> Void = { _ in }
    ) throws -> [[Double]] {
        defer { objective.change = nil }
        let positions = objective.positions
        let size = objective.examples.imageShape.reduce(1, *)
        let bounds = hasBounds ? self.bounds(positions) : nil
        var changes = positions.map { attack.start(size, stream.substream($0)) }
        if let bounds { changes = zip(changes, bounds).map(Self.clamped) }
        for _ in 0..<attack.gradientCount {
            let (outcome, gradients) = try gradients(changes, positions)
            onStep(outcome)
            changes = zip(changes, gradients).map { attack.step($0, along: $1) }
            if let bounds { changes = zip(changes, bounds).map(Self.clamped) }
        }
        return changes
    }

    private func gradients(
        _ changes: [[Double]], _ positions: Range<Int>
    ) throws -> (outcome: [Double], gradients: [[Double]]) {
        objective.change = imageChange { changes[$0 - positions.lowerBound] }
        let size = changes[0].count
        var (losses, logits): ([Double], [Double]) = ([], [])
        var gradients: [[Double]] = []
        try objective.ask(ImageGradientQuestion(), at: weights) { answer in
            losses += try answer.rows(LikelihoodQuestion.losses)
            logits += try answer.rows(LikelihoodQuestion.logits)
            let all = try answer.rows(ImageGradientQuestion.gradient)
            for start in stride(from: 0, to: all.count, by: size) {
                gradients.append(scaled(Array(all[start..<start + size])))
            }
        }
        let evaluation = objective.evaluation(losses: losses, logits: logits)
        return (losses + evaluation.isCorrect.map { $0 ? 1 : 0 }, gradients)
    }

    private func imageChange(_ change: (@Sendable (Int) -> [Double])?) -> ImageChange? {
        let scale = scale
        return change.map { change in
            ImageChange(adding: { Self.scaled(change($0), by: scale) })
        }
    }

    private func scaled(_ image: [Double]) -> [Double] { Self.scaled(image, by: scale) }

    private static func scaled(_ image: [Double], by scale: [Double]) -> [Double] {
        guard scale.contains(where: { $0 != 1 }) else { return image }
        let size = image.count / scale.count
        return image.indices.map { image[$0] * scale[$0 / size] }
    }

    /// How far each value of each image may go down and up, in grey levels.
    private func bounds(_ positions: Range<Int>) -> [[(down: Double, up: Double)]] {
        let examples = objective.examples
        let images = examples.minibatch(positions, as: Double.self).images
        let size = images.count / positions.count
        let plane = size / scale.count
        let means = examples.normalization?.mean ?? [Double](repeating: 0, count: scale.count)
        return (0..<positions.count).map { place in
            (0..<size).map { index in
                let channel = index / plane
                let level = images[place * size + index] / scale[channel] + means[channel]
                return (min(-level, 0), max(1 - level, 0))
            }
        }
    }

    private static func clamped(
        _ change: [Double], _ bounds: [(down: Double, up: Double)]
    ) -> [Double] {
        zip(change, bounds).map { min(max($0, $1.down), $1.up) }
    }
}

extension Experiment {
    /// The study of the accuracy under attacks that are passed through rings of frequencies.
    ///
    /// - Parameter frequencies: the middles of the rings in units of π.
    /// - Throws: `ObjectiveError`.
    public func frequencyRobustness(
        _ attacks: [Attack], frequencies: [Double] = (1...9).map { Double($0) / 10 },
        halfWidth: Double = 0.2
    ) throws -> PerturbationStudy<FrequencyResult> {
        let objective = try objective()
        let attacker = Attacker(
            objective, at: weights.vector, seed: seed, inGreyLevels: false)
        let shape = examples.imageShape
        let filters = frequencies.map {
            RingFilter(
                FrequencyRing(frequency: $0 * Double.pi, halfWidth: halfWidth), height: shape[1],
                width: shape[2])
        }
        var study = PerturbationStudy(
            FrequencyResult(
                attacks, frequencies: frequencies, halfWidth: halfWidth,
                exampleCount: examples.count, batchSize: examples.options.batchSize, seed: seed),
            settings: Self.settings(attacks, "in normalised grey levels, through rings \(halfWidth) around \(frequencies) π")
        ) { positions in
            try objective.setExamples(positions)
            var columns = [try attacker.outcome()]
            for attack in attacks {
                let changes = try attacker.changes(attack)
                for filter in filters {
                    columns.append(
                        try attacker.outcome {
                            filter.filtered(changes[$0 - positions.lowerBound])
                        })
                }
            }
            return columns
        }
        study.foresee = { try forecast(attacks, objective, study.header.positions(ofItem: 0)) }
        return study
    }

    /// The study of the accuracy under an attack, step by step.
    ///
    /// - Throws: `ObjectiveError`; `DatasetError` where the images have no black and no white.
    public func adversarial(_ attack: Attack) throws -> PerturbationStudy<AdversarialResult> {
        guard examples.normalization != nil else {
            throw DatasetError.invalidOption(
                name: "--data", value: examples.images.source,
                reason: "attacks are bounded in grey levels; give images as uint8")
        }
        let objective = try objective()
        let attacker = Attacker(objective, at: weights.vector, seed: seed, inGreyLevels: true)
        var study = PerturbationStudy(
            AdversarialResult(
                attack, exampleCount: examples.count, batchSize: examples.options.batchSize,
                seed: seed), settings: Self.settings([attack], "in grey levels from 0 to 1")
        ) { positions in
            try objective.setExamples(positions)
            var columns = [try attacker.outcome()]
            let changes = try attacker.changes(attack) { columns.append($0) }
            columns.append(try attacker.outcome { changes[$0 - positions.lowerBound] })
            return columns
        }
        study.foresee = { try forecast([attack], objective, study.header.positions(ofItem: 0)) }
        return study
    }

    private static func settings(_ attacks: [Attack], _ place: String) -> [String: String] {
        ["study": attacks.map(\.text).joined(separator: "; ") + "; " + place]
    }

    private func forecast(
        _ attacks: [Attack], _ objective: Objective, _ positions: Range<Int>
    ) throws -> MemoryForecast {
        try objective.setExamples(positions)
        var forecast = try memory(of: objective, for: LikelihoodQuestion(), vectors: 1)
        if attacks.contains(where: { $0.gradientCount > 0 }) {
            forecast.programs += try objective.memory(for: ImageGradientQuestion()).total
        }
        // Changes, gradients and bounds of a minibatch, in double precision.
        forecast.images += 4 * positions.count * examples.imageShape.reduce(8, *)
        return forecast
    }
}
