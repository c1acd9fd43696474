import Randomness
import Results

/// What a network says after a number of steps of an attack.
public struct AttackStep: Fillable, Codable, Hashable {
    /// The number of steps that were taken; 0 is the start.
    public var step = 0
    public var outcome = PerturbedAccuracy()

    public init() {}
}

/// The accuracy under an attack along the gradient, and how the loss grows from step to step.
///
/// Bounds are in grey levels from 0 to 1, and attacked images stay in that range.
///
/// - Source: Goodfellow et al. 2015 (arXiv 1412.6572) for FGSM, Madry et al. 2018 (arXiv 1706.06083)
///   for PGD; Croce & Hein 2020 (arXiv 2003.01690) for L2 steps of the normalised gradient.
public struct AdversarialResult: Sendable, Codable, Hashable {
    public var attack = AttackKind.pgd
    public var norm = AttackNorm.linf
    /// The bound of the change, in grey levels from 0 to 1.
    public var epsilon = 0.0
    /// The length of a step, in grey levels from 0 to 1.
    public var stepSize = 0.0
    /// Whether the attack begins at a random place.
    public var startsAtRandom = false
    /// The number of examples.
    public var exampleCount = 0
    /// The number of examples that have been measured so far.
    public var measuredCount = 0
    /// The number of examples that are attacked at a time.
    public var batchSize = 1
    /// The seed of starts and resamples.
    public var seed: UInt64 = 0
    /// The images as they are.
    public var clean = PerturbedAccuracy()
    /// From the start of the attack to its end.
    public var steps: [AttackStep] = []

    public init() {}

    /// A result of which nothing has been measured yet.
    public init(_ attack: Attack, exampleCount: Int, batchSize: Int, seed: UInt64) {
        (self.attack, norm, epsilon) = (attack.kind, attack.norm, attack.epsilon)
        stepSize = attack.kind == .fgsm ? attack.epsilon : attack.stepSize
        startsAtRandom = attack.kind == .pgd && attack.startsAtRandom
        self.exampleCount = exampleCount
        self.batchSize = batchSize
        self.seed = seed
        steps = (0...attack.gradientCount).map { number in
            var step = AttackStep()
            step.step = number
            return step
        }
    }

    /// The positions of a minibatch's examples.
    public func positions(ofItem item: Int) -> Range<Int> {
        item * batchSize..<min((item + 1) * batchSize, exampleCount)
    }

    /// The numbers of one example: NLL and whether it was right, of the clean image, then of each step.
    public var valuesPerExample: Int { 2 * (1 + steps.count) }
}

extension AdversarialResult: MeasuredResult {
    public static let kind = "adversarial"
    public static let item = "minibatch"

    public var finding: String {
        guard measuredCount > 0, let last = steps.last else { return "nothing measured" }
        return "accuracy \(Readable.percentage(clean.accuracy.value)), under \(attack.rawValue)"
            + " \(Readable.percentage(last.outcome.accuracy.value))"
    }

    public static var schema: Schema<AdversarialResult> {
        Schema(
            .field("attack", \.attack, "the attack"),
            .field("norm", \.norm, "what bounds the change"),
            .field("epsilon", \.epsilon, unit: StoredUnit("grey level, 0 to 1"), "bound of the change"),
            .field("step_size", \.stepSize, unit: StoredUnit("grey level, 0 to 1"), "length of a step"),
            .field("starts_at_random", \.startsAtRandom, "whether it begins at a random place"),
            .field("examples", \.exampleCount, unit: .one, "number of examples"),
            .field("measured", \.measuredCount, unit: .one, "number of examples that have been measured"),
            .field("batch_size", \.batchSize, unit: .one, "number of examples of a minibatch"),
            .field("seed", \.seed, unit: .one, "seed of starts and resamples"),
            .field("clean_accuracy", \.clean.accuracy, unit: .share, "accuracy on clean images"),
            .field("clean_nll", \.clean.negativeLogLikelihood, unit: .nats, "mean NLL of clean images"),
            .table(
                "steps", axis: "step", \.steps,
                [
                    .column("step", \.step, unit: .one, "steps that were taken; 0 is the start"),
                    .column(
                        "nll", \.outcome.negativeLogLikelihood, unit: .nats, "mean NLL after the step"),
                    .column(
                        "accuracy", \.outcome.accuracy, unit: .share, "accuracy after the step"),
                    .column(
                        "accuracy_change", \.outcome.accuracyChange, unit: .share,
                        "accuracy after the step minus that on clean images"),
                ]))
    }

    /// A row holds the numbers of the first example, then of the next.
    public mutating func assemble(_ rows: [[Double]?]) throws {
        let examples = try PerturbedAccuracy.examples(rows, width: valuesPerExample) { item in
            (name(ofItem: item), positions(ofItem: item).count)
        }
        measuredCount = examples.count
        let outcomes = PerturbedAccuracy.all(of: examples, seed: seed)
        clean = outcomes.first ?? PerturbedAccuracy()
        for index in steps.indices {
            steps[index].outcome = outcomes.isEmpty ? PerturbedAccuracy() : outcomes[index + 1]
        }
    }
}
