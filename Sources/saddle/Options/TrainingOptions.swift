import ArgumentParser
import Training

/// The rules that move weights.
enum OptimizerName: String, ExpressibleByArgument, CaseIterable {
    case sgd
    case adamw
}

/// How the learning rate changes.
enum ScheduleName: String, ExpressibleByArgument, CaseIterable {
    case cosine
    case constant
}

/// How a network is trained.
struct TrainingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Epochs after the warm-up.", valueName: "n"))
    var epochs = 10

    @Option(help: ArgumentHelp("Epochs of warm-up before them.", valueName: "n"))
    var warmUp = 0

    @Option(help: "The optimiser.")
    var optimizer = OptimizerName.sgd

    @Option(
        name: [.long, .customLong("lr")],
        help: ArgumentHelp("The highest learning rate; default: 0.1 (sgd), 0.001 (adamw).", valueName: "rate"))
    var learningRate: Double?

    @Option(help: ArgumentHelp("SGD's momentum.", valueName: "mu"))
    var momentum = 0.9

    @Option(help: ArgumentHelp("Its coefficient; default: 5e-4 (sgd), 0.05 (adamw).", valueName: "lambda"))
    var weightDecay: Double?

    @Option(help: "The course of the learning rate.")
    var schedule = ScheduleName.cosine

    @Option(help: ArgumentHelp("Shorten gradients to this norm; default: never.", valueName: "norm"))
    var clip: Double?

    /// λ of weight decay.
    var decay: Double { weightDecay ?? (optimizer == .sgd ? 5e-4 : 0.05) }

    func validate() throws {
        try NumberRange.epochs.check(epochs)
        try NumberRange.warmUp.check(warmUp)
        try NumberRange.learningRate.check(learningRate)
        try NumberRange.momentum.check(momentum)
        try NumberRange.weightDecay.check(weightDecay)
        try NumberRange.clip.check(clip)
    }

    /// The trainer's options.
    func trainerOptions(batchSize: Int, workers: Int, seed: UInt64) -> TrainerOptions {
        var options = TrainerOptions()
        let base = learningRate ?? (optimizer == .sgd ? 0.1 : 1e-3)
        switch optimizer {
        case .sgd:
            options.optimizer = .sgd(SGDOptions(momentum: momentum, weightDecay: decay))
        case .adamw: options.optimizer = .adamW(AdamWOptions(weightDecay: decay))
        }
        options.schedule = Schedule(
            base: base, course: schedule == .cosine ? .cosine(minimum: 0) : .constant,
            epochs: epochs, warmUpEpochs: warmUp, granularity: .step)
        options.batchSize = batchSize
        options.gradientLimit = clip
        options.workers = workers
        options.seed = seed
        return options
    }
}
