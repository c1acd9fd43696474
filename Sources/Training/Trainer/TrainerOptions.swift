import Execution

/// How a network is trained.
public struct TrainerOptions: Sendable {
    public var optimizer = Optimizer.Method.sgd(SGDOptions(weightDecay: 5e-4))
    public var schedule = Schedule(base: 0.1, course: .cosine(minimum: 0), epochs: 10)
    /// Examples of a step; what is left of an epoch is not seen.
    public var batchSize = 128
    /// The longest gradient, or nil where none is too long.
    public var gradientLimit: Double?
    /// Into how many parts sums over examples are divided, each with a worker of its own; at least
    /// 1. The last bits depend on it, on the threads that run the workers they do not.
    public var workers = 1
    /// Bytes of examples in memory at a time.
    public var chunkBytes = ObjectiveOptions.standardChunkBytes
    /// The share of a batch in running statistics.
    public var statisticsShare = 0.1
    /// Seeds the masks of dropout and drop path.
    public var seed: UInt64 = 0

    /// SGD with momentum 0.9, weight decay 5e-4 and a cosine schedule over 10 epochs.
    public init() {}

    /// - Throws: `TrainingError.option` for a value out of range.
    func validate(examples: Int) throws {
        func require(_ holds: Bool, _ name: String, _ value: Any, _ reason: String) throws {
            if !holds {
                throw TrainingError.option(name: name, value: "\(value)", reason: reason)
            }
        }
        try require(
            batchSize >= 1 && batchSize <= examples, "--batch-size", batchSize,
            "expected 1 to the \(examples) training images")
        try require(workers >= 1, "--workers", workers, "expected at least 1")
        try require(
            schedule.epochs >= 1, "--epochs", schedule.epochs, "expected at least 1")
        try require(
            schedule.warmUpEpochs >= 0, "--warm-up", schedule.warmUpEpochs,
            "expected at least 0")
        try require(
            schedule.base > 0 && schedule.base.isFinite, "--learning-rate", schedule.base,
            "expected a number above 0")
        try require(
            (gradientLimit ?? 1) > 0, "--clip", gradientLimit ?? 0, "expected a number above 0")
    }
}

/// One step of training, as it is reported.
public struct TrainingStep: Sendable, Hashable {
    /// The epoch and the step within it, both from 0.
    public let epoch: Int
    public let step: Int
    public let stepsPerEpoch: Int
    /// The mean loss of the minibatch before the step, in nats.
    public let loss: Double
    public let rate: Double
    /// The norm of the gradient before it is shortened.
    public let gradientNorm: Double
}

/// What is done of an epoch.
public struct UnfinishedEpoch: Sendable, Hashable {
    /// The number of its steps.
    public var steps = 0
    /// The sum of their losses, in nats.
    public var loss = 0.0

    /// An epoch without a step.
    public init() {}
}

/// One finished epoch.
public struct TrainingEpoch: Sendable, Hashable {
    /// From 0, the warm-up counted.
    public let epoch: Int
    /// The mean loss over its steps, in nats.
    public let loss: Double
    /// The learning rate of its last step.
    public let rate: Double
    public let isWarmUp: Bool
    /// How long its steps took, those before a stop apart.
    public let seconds: Double
}

/// Training that cannot start or go on.
public enum TrainingError: Error, CustomStringConvertible, Equatable {
    /// An option is out of range.
    case option(name: String, value: String, reason: String)
    /// The loss or gradient is NaN or infinite.
    case diverged(epoch: Int, step: Int, loss: Double, gradientNorm: Double, rate: Double)
    /// A file is no checkpoint of this training.
    case foreignCheckpoint(file: String, reason: String)

    public var description: String {
        switch self {
        case .option(let name, let value, let reason): "\(name) \(value): \(reason)"
        case .diverged(let epoch, let step, let loss, let norm, let rate):
            "training stopped in epoch \(epoch), step \(step): loss \(loss), gradient norm"
                + " \(norm) at learning rate \(rate); lower --learning-rate or set --clip"
        case .foreignCheckpoint(let file, let reason):
            "\(file): cannot resume from it: \(reason); name a checkpoint of this training or"
                + " start anew"
        }
    }
}
