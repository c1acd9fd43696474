import Datasets
import Networks
import Records
import Results
import Studies
import Training

/// A training as the command line asks for it.
struct TrainingSetup {
    private let command: TrainCommand
    private let network: any Network
    private let source: DataSource
    private let examples: ExampleSet
    private let weights: Weights
    private let options: TrainerOptions

    /// Reads images and weights and checks that they fit each other.
    ///
    /// - Throws: one line for each way in which files, flags and network do not fit.
    init(_ command: TrainCommand, _ network: any Network) throws {
        let (data, machine) = (command.data, command.machine)
        (self.command, self.network) = (command, network)
        source = try data.source()
        let batchSize = data.batchSize ?? 128
        examples = try source.examples(
            data.split ?? .train, classCount: network.classes, selection: data.selection(),
            options: data.exampleOptions(seed: machine.seed, batchSize: batchSize),
            normalization: data.normalization(for: network.name))
        weights = try Weights(
            network, from: command.weights ?? ModelOptions.initial, seed: machine.seed)
        options = command.training.trainerOptions(
            batchSize: batchSize, workers: machine.workers ?? machine.threadCount,
            seed: machine.seed)
    }

    /// The checkpoint: the one asked for, or one under `out` whose name differs by all that decides
    /// the training.
    ///
    /// - Throws: as `OutputOptions.path`.
    func path() throws -> String {
        var identity = Dictionary(
            examples.description.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        identity["network"] = network.name
        identity["start"] = weights.sha256 ?? ""
        identity["optimizer"] = "\(options.optimizer)"
        identity["schedule"] = "\(options.schedule)"
        identity["clip"] = "\(options.gradientLimit ?? 0)"
        identity["precision"] = command.precision.rawValue
        identity["workers"] = command.machine.workers.map { "\($0)" }
        return try command.output.path(
            model: network.name, "", identity, ending: ".safetensors")
    }

    /// The session.
    ///
    /// - Parameter workers: of the training that is gone on with, if there is one.
    /// - Throws: what making the trainer throws.
    func session(workers: Int?) throws -> TrainingSession {
        var options = options
        options.workers = command.machine.workers ?? workers ?? options.workers
        let machine = command.machine
        return TrainingSession(
            try Trainer(
                network, examples: examples, weights: weights, options: options,
                machine: machine.backend.machine(
                    command.precision, threads: machine.threadCount)),
            source: source)
    }
}

extension TrainingSession {
    /// What was done, for programs.
    func document(_ result: TrainingResult, _ metrics: Metrics?, _ path: String) -> JSONValue {
        let columns = metrics?.columns.map { ($0.name, JSONValue.number($0.value)) }
        return JSONValue.object([
            ("command", "train"), ("out", .text(path)), ("model", .text(trainer.network.name)),
            ("version", .text(Experiment.version)), ("command_line", .text(CommandText.current)),
            ("seed", trainer.options.seed.scalars.first.flatMap { $0 }.map { JSONValue($0) } ?? .null),
            ("test", columns.map { .object($0) } ?? .null),
        ]).adding(result.record.document)
    }
}

extension Trainer {
    /// What the plan says of the training.
    func plan(_ command: TrainCommand) -> [(name: String, value: String)] {
        let rate = Readable.number(options.schedule.base)
        return [
            (
                "model",
                "\(network.name), \(weights.layout.count) parameters, \(command.precision.rawValue)"
            ),
            ("start", command.weights ?? "untrained weights of seed \(options.seed)"),
            ("data", "\(examples.images.source), \(examples.indices.count) images"),
            ("augmentation", examples.options.augmentation.text),
            (
                "optimiser",
                "\(options.optimizer.name), learning rate \(rate)"
                    + " (\(command.training.schedule.rawValue)), weight decay"
                    + " \(Readable.number(command.training.decay))"
            ),
            (
                "epochs",
                "\(options.schedule.epochs) after \(options.schedule.warmUpEpochs) of warm-up,"
                    + " \(stepsPerEpoch) steps of \(options.batchSize) each"
                    + (command.resume ? ", \(finishedEpochs) done before" : "")
            ),
            (
                "machine",
                Readable.count(min(command.machine.threadCount, options.workers), "thread")
                    + ", sums in \(Readable.count(options.workers, "part"))"
            ),
        ]
    }
}
