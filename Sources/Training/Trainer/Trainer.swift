import Datasets
import Execution
import Networks
import Storage

/// Trains a network by minibatches.
///
/// Batch norm normalises with the minibatch and updates its running statistics; dropout and drop
/// path act with masks that no step shares with another. Weights are rounded to the working type
/// after each step, so that a checkpoint holds all of them.
public final class Trainer {
    public let network: any Network
    public let examples: ExampleSet
    public let options: TrainerOptions
    public private(set) var weights: Weights
    public private(set) var optimizer: Optimizer
    /// The number of finished epochs, the warm-up counted.
    public private(set) var finishedEpochs = 0
    /// What is done of the epoch at hand, where the training was stopped within it.
    public private(set) var unfinished = UnfinishedEpoch()
    /// The machine that steps run on; weights are rounded to its working type.
    public let machine: any Machine
    private let inquiry: Inquiry

    /// A training that starts at `weights`.
    ///
    /// - Throws: `TrainingError.option`, `ObjectiveError.dataDoesNotFit`, and what tracing and
    ///   compiling throw.
    public init(
        _ network: any Network, examples: ExampleSet, weights: Weights, options: TrainerOptions,
        machine: any Machine = CPUMachine(precision: .single)
    ) throws {
        try Objective.check(network, examples)
        try options.validate(examples: examples.indices.count)
        if examples.options.mixing.isOn, examples.options.batchSize != options.batchSize {
            throw TrainingError.option(
                name: "--batch-size", value: "\(options.batchSize)",
                reason: "Mixup and CutMix pair examples in minibatches of "
                    + "\(examples.options.batchSize); use one size for both")
        }
        self.network = network
        self.examples = examples
        self.options = options
        self.machine = machine
        // What a checkpoint holds, so that a run stopped before its first step goes on as it began.
        self.weights = weights.stored(in: machine.precision).stored(in: .double)
        optimizer = Optimizer(
            options.optimizer, count: weights.layout.count,
            decayedRanges: weights.layout.decayedRanges)
        let hasBatchNorm = weights.layout.buffers.contains { $0.kind == .statistic }
        let grouping = hasBatchNorm
            ? Grouping(
                coupled: options.batchSize, batchSize: options.batchSize,
                workers: options.workers)
            : Grouping(
                count: options.batchSize, workers: options.workers, groupSize: nil,
                footprint: try Footprint(network, weights: weights.layout.count))
        var trace = TraceOptions()
        trace.batchNormalization = hasBatchNorm ? .batch : .running
        trace.mode = .training
        trace.maskSeed = options.seed
        inquiry = try Inquiry(
            network, TrainingQuestion(), layout: weights.layout, grouping: grouping,
            options: trace, machine: machine, chunkBytes: options.chunkBytes)
    }

    /// Bytes that the program of a step takes.
    public var memory: ProgramMemory { inquiry.program.memory }
    /// What a user should know of how steps run, one sentence each; usually empty.
    public var notes: [String] { inquiry.program.notes }

    /// Steps of an epoch.
    public var stepsPerEpoch: Int { examples.indices.count / options.batchSize }
    /// Whether all epochs are done.
    public var isFinished: Bool { finishedEpochs >= options.schedule.totalEpochs }

    /// Trains until the last epoch.
    ///
    /// - Parameters:
    ///   - shouldStop: asked before each step; true ends the run with what there is.
    ///   - onStep: called after each step.
    ///   - onEpoch: called after each epoch, for example to save a checkpoint.
    /// - Throws: `TrainingError.diverged`, and what `onEpoch` throws.
    public func run(
        shouldStop: () -> Bool = { false }, onStep: (TrainingStep) -> Void = { _ in },
        onEpoch: (TrainingEpoch) throws -> Void = { _ in }
    ) throws {
        while !isFinished, let epoch = try runEpoch(shouldStop: shouldStop, onStep: onStep) {
            try onEpoch(epoch)
        }
    }

    /// Trains one epoch to its end, from the step at which it was stopped.
    ///
    /// - Returns: what the epoch came to; nil where it was stopped.
    /// - Throws: `TrainingError.diverged`; the weights are those before the step that failed.
    @discardableResult
    public func runEpoch(
        shouldStop: () -> Bool = { false }, onStep: (TrainingStep) -> Void = { _ in }
    ) throws -> TrainingEpoch? {
        let epoch = finishedEpochs
        let start = ContinuousClock.now
        let shuffled = examples.epoch(epoch)
        var rate = 0.0
        while unfinished.steps < stepsPerEpoch {
            if shouldStop() { return nil }
            let report = try runStep(epoch, unfinished.steps, shuffled)
            unfinished.steps += 1
            unfinished.loss += report.loss
            rate = report.rate
            onStep(report)
        }
        let loss = unfinished.loss / Double(stepsPerEpoch)
        unfinished = UnfinishedEpoch()
        finishedEpochs += 1
        return TrainingEpoch(
            epoch: epoch, loss: loss, rate: rate,
            isWarmUp: epoch < options.schedule.warmUpEpochs,
            seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    /// Takes up a stored state, where the optimiser's averages are of this rule.
    func restore(
        _ weights: Weights, _ averages: [String: ParameterVector], steps: Int, epochs: Int,
        unfinished: UnfinishedEpoch
    ) -> Bool {
        guard optimizer.restore(averages, steps: steps) else { return false }
        self.weights = weights
        self.unfinished = unfinished
        finishedEpochs = epochs
        return true
    }

    private func runStep(
        _ epoch: Int, _ step: Int, _ shuffled: ExampleSet
    ) throws -> TrainingStep {
        let size = options.batchSize
        let number = epoch * stepsPerEpoch + step
        try inquiry.setWeights(weights.vector, buffers: weights.buffers)
        var loss = 0.0
        var summed: ParameterVector?
        var moments: [BatchMoments] = []
        try inquiry.forEachChunk(
            of: shuffled, step * size..<(step + 1) * size, numbers: epoch * stepsPerEpoch * size
        ) { chunk in
            try inquiry.runPoint()
            loss += try inquiry.rows(LikelihoodQuestion.losses, chunk.count).reduce(0, +)
                / Double(size)
            summed = try inquiry.vector(
                GradientQuestion.gradient, times: 1 / Double(size), storage: .double,
                addedTo: summed.take())
            moments += try inquiry.batchMoments(1)
        }
        var gradient = summed ?? ParameterVector(zeros: weights.layout.count)
        let rate = options.schedule.rate(step: number, stepsPerEpoch: stepsPerEpoch)
        let norm = gradient.norm()
        guard loss.isFinite, norm.isFinite else {
            throw TrainingError.diverged(
                epoch: epoch, step: step, loss: loss, gradientNorm: norm, rate: rate)
        }
        if let limit = options.gradientLimit { clip(&gradient, norm: limit) }
        try optimizer.step(
            &weights.vector, gradient: gradient, rate: rate, rounding: machine.precision,
            program: inquiry.program)
        // A minibatch whose examples are coupled is never cut into chunks.
        if let moments = moments.first { updateStatistics(moments) }
        return TrainingStep(
            epoch: epoch, step: step, stepsPerEpoch: stepsPerEpoch, loss: loss, rate: rate,
            gradientNorm: norm)
    }

    private func updateStatistics(_ moments: BatchMoments) {
        moments.update(&weights.buffers, share: options.statisticsShare)
        for buffer in weights.layout.buffers where buffer.kind == .statistic {
            weights.buffers[buffer.name] = weights.buffers[buffer.name].map { values in
                machine.precision == .single ? values.map { Double(Float($0)) } : values
            }
        }
        for buffer in weights.layout.buffers where buffer.name.hasSuffix("num_batches_tracked") {
            weights.buffers[buffer.name] = weights.buffers[buffer.name]?.map { $0 + 1 }
        }
    }
}
