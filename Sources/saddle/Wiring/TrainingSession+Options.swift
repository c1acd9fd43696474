import Datasets
import Networks
import Records
import Results
import Studies
import Training

extension TrainingSession {
    /// Reads images and weights and checks that they fit each other.
    ///
    /// - Parameter workers: of the training that is gone on with, if there is one.
    /// - Throws: one line for each way in which files, flags and network do not fit.
    init(_ command: TrainCommand, _ network: any Network, workers: Int?) throws {
        let (data, machine) = (command.data, command.machine)
        let source = try data.source()
        let batchSize = data.batchSize ?? 128
        let set = try source.examples(
            data.split ?? .train, classCount: network.classes, selection: data.selection(),
            options: data.exampleOptions(seed: machine.seed, batchSize: batchSize),
            normalization: data.normalization(for: network.name))
        let weights = try Weights(
            network, from: command.weights ?? ModelOptions.initial, seed: machine.seed)
        let trainer = try Trainer(
            network, examples: set, weights: weights,
            options: command.training.trainerOptions(
                batchSize: batchSize, workers: machine.workers ?? workers ?? machine.threadCount,
                seed: machine.seed),
            machine: machine.backend.machine(command.precision, threads: machine.threadCount))
        self.init(trainer, source: source)
    }

    /// What was done, for programs.
    func document(_ result: TrainingResult, _ metrics: Metrics?, _ path: String) -> JSONValue {
        let columns = metrics?.columns.map { ($0.name, JSONValue.number($0.value)) }
        return JSONValue.object([
            ("command", "train"), ("out", .text(path)), ("model", .text(trainer.network.name)),
            ("version", .text(Experiment.version)), ("command_line", .text(CommandText.current)),
            ("seed", .text(String(trainer.options.seed))),
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
