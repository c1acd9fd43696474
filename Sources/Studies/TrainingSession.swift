import Datasets
import Execution
import Networks
import Results
import Storage
import Training

/// What a training run did.
public struct TrainingResult: StoredFields, Hashable {
    /// One epoch of the run.
    public struct Epoch: Fillable, Hashable {
        /// From 1, the warm-up counted.
        public var number = 0
        /// The mean loss over its steps, in nats.
        public var loss = Double.nan
        /// The learning rate of its last step.
        public var rate = Double.nan
        public var isWarmUp = false
        public var seconds = Double.nan

        public init() {}
    }

    /// The number of epochs that the checkpoint has behind it.
    public var epochs = 0
    /// The epochs of this run.
    public var history: [Epoch] = []

    public init() {}

    public static var schema: Schema<TrainingResult> {
        Schema(
            .field("epochs", \.epochs, unit: .one, "epochs behind the checkpoint"),
            .table(
                "history", axis: "epoch", \.history,
                [
                    .column("epoch", \.number, unit: .one, "number of the epoch"),
                    .column("loss", \.loss, unit: .nats, "mean loss over its steps"),
                    .column("learning_rate", \.rate, unit: .one, "learning rate of its last step"),
                    .column("warm_up", \.isWarmUp, "whether it is of the warm-up"),
                    .column("seconds", \.seconds, unit: .seconds, "how long it took"),
                ]))
    }
}

/// A training with a checkpoint after each epoch, and within one where it is stopped.
public struct TrainingSession {
    public let trainer: Trainer
    private let source: DataSource

    /// A training on examples of a source, which has the test images too.
    public init(_ trainer: Trainer, source: DataSource) {
        (self.trainer, self.source) = (trainer, source)
    }

    /// The number of epochs of the whole training.
    public var epochs: Int { trainer.options.schedule.totalEpochs }

    /// The memory that is foreseen: weights, gradient, averages of the optimiser and one vector of a
    /// step, which are in double precision.
    public var memory: MemoryForecast {
        let vectors = 3 + trainer.optimizer.state.count
        return MemoryForecast(
            programs: trainer.memory.total,
            vectors: vectors * trainer.weights.layout.count * Precision.double.bytes,
            images: trainer.examples.images.bytes, notes: trainer.notes)
    }

    /// Trains to the end, or to an interruption, with a checkpoint after each epoch.
    ///
    /// - Parameters:
    ///   - path: the checkpoint.
    ///   - commandLine: what made it.
    ///   - shouldStop: asked before each step; where it stops within an epoch, that is stored too.
    ///   - onStep: called after each step.
    ///   - onEpoch: called when the checkpoint of an epoch is safe.
    /// - Throws: `TrainingError.diverged`; `StorageError` where the checkpoint cannot be written or
    ///   another program has changed it.
    public func run(
        to path: String, commandLine: String, shouldStop: () -> Bool = { false },
        onStep: (TrainingStep) -> Void = { _ in }, onEpoch: (TrainingEpoch) -> Void = { _ in }
    ) throws -> TrainingResult {
        let metadata = [
            "saddle_version": Experiment.version, "command_line": commandLine,
            "kernels": KernelSet.current.rawValue, "model": trainer.network.name, "data": trainer.examples.images.source,
        ]
        var result = TrainingResult()
        var stamp = FileStamp(path)
        try trainer.run(
            shouldStop: shouldStop, onStep: onStep,
            onEpoch: { epoch in
                try FileStamp.check(path, is: stamp)
                try trainer.save(to: path, metadata: metadata)
                stamp = FileStamp(path)
                var told = TrainingResult.Epoch()
                told.number = epoch.epoch + 1
                (told.loss, told.rate) = (epoch.loss, epoch.rate)
                (told.isWarmUp, told.seconds) = (epoch.isWarmUp, epoch.seconds)
                result.history.append(told)
                onEpoch(epoch)
            })
        if trainer.unfinished.steps > 0 { try trainer.save(to: path, metadata: metadata) }
        result.epochs = trainer.finishedEpochs
        return result
    }

    /// The test images of the source, normalised like those that were learnt from.
    ///
    /// - Throws: `StorageError` or `DatasetError` where they cannot be read.
    public func testExamples() throws -> ExampleSet {
        try ExampleSet(
            source.load(.test).withClassCount(trainer.network.classes), selection: Selection(),
            options: ExampleOptions(), normalization: trainer.examples.normalization)
    }

    /// How good the trained network is on some examples.
    ///
    /// - Parameter onPiece: called with the number of examples of each piece.
    public func metrics(
        on examples: ExampleSet, onPiece: (_ count: Int) -> Void
    ) throws -> Metrics {
        var options = ObjectiveOptions()
        options.workers = trainer.options.workers
        return try Objective(
            trainer.network, examples: examples, weights: trainer.weights, options: options,
            machine: trainer.machine
        ).evaluate(at: trainer.weights.vector, onPiece: onPiece).metrics
    }
}
