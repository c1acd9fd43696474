import ArgumentParser
import Datasets
import Execution
import Networks
import Records
import Results
import Studies
import Training

/// `saddle train`: weights for a network.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a network and store a checkpoint after each epoch.",
        discussion: """
            Example: saddle train --model resnet20 --data cifar10:DIR --augment standard \
            --epochs 20 --warm-up 1 --out resnet20.safetensors

            The checkpoint holds weights, optimiser and progress; --resume goes on from it with \
            the same bits as without the interruption. With --json, `history` has the mean \
            training loss, last learning rate and seconds of each epoch of this run, `test` the \
            metrics on the test images at the end.
            """)

    @Option(
        help: ArgumentHelp(
            "The network; `saddle models` lists names and keys.", valueName: "name[,key=value...]"))
    var model: String

    @Option(help: ArgumentHelp("Start from this checkpoint's weights.", valueName: "file"))
    var weights: String?

    @OptionGroup(title: "Data") var data: DataOptions
    @OptionGroup(title: "Training") var training: TrainingOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "The number type in which programs run.")
    var precision = Precision.single

    @Flag(help: "Go on from the checkpoint at --out.")
    var resume = false

    @Flag(inversion: .prefixedNo, help: "Evaluate on the test images at the end.")
    var test = true

    func run() throws {
        let network = try ModelRegistry.network(model)
        let source = try data.source()
        let batchSize = data.batchSize ?? 128
        let options = training.trainerOptions(
            batchSize: batchSize, threads: machine.threadCount, seed: machine.seed)
        let path = output.out ?? "\(network.name.prefix { $0 != "," }).safetensors"
        try OutputFile.checkFolder(path)
        if OutputFile.exists(path), !resume, !output.force {
            throw RunFailure(
                "\(path): exists; go on from it with --resume, choose another --out, or --force to"
                    + " replace it")
        }
        let set = try source.examples(
            data.split ?? .train, classCount: network.classes, selection: data.selection(),
            options: data.exampleOptions(seed: machine.seed, batchSize: batchSize),
            normalization: Normalization(data.normalization))
        let trainer = try Trainer(
            network, examples: set,
            weights: Weights(network, from: weights ?? ModelOptions.initial, seed: machine.seed),
            options: options, machine: machine.backend.machine(precision))
        if resume { try trainer.resume(from: path) }
        sayPlan(trainer, source, path)
        let history = try run(trainer, path)
        let accuracy = try test ? tested(trainer, source) : nil
        output.report.say(
            "result",
            [("stored", path)]
                + (accuracy.map { metrics in
                    [
                        ("test accuracy", Readable.percentage(metrics.accuracy)),
                        ("test NLL", Readable.number(metrics.negativeLogLikelihood)),
                    ]
                } ?? []))
        output.report.document(
            document(path, network, trainer.finishedEpochs, history, accuracy))
        if !trainer.isFinished {
            throw RunFailure(
                "\(path): stopped after \(Readable.count(trainer.finishedEpochs, "epoch")) of"
                    + " \(options.schedule.totalEpochs); go on with --resume")
        }
    }

    /// Trains to the end or to an interruption, and returns the epochs of this run.
    private func run(
        _ trainer: Trainer, _ path: String
    ) throws -> [TrainingEpoch] {
        Interruption.watch()
        let epochs = trainer.options.schedule.totalEpochs
        let progress = ProgressLine(
            "train", unit: "step", total: epochs * trainer.stepsPerEpoch,
            already: trainer.finishedEpochs * trainer.stepsPerEpoch)
        defer { progress.finish() }
        let metadata = [
            "saddle_version": Experiment.version, "command_line": CommandText.current,
            "model": trainer.network.name, "data": trainer.examples.images.source,
        ]
        var history: [TrainingEpoch] = []
        try trainer.run(
            shouldStop: { Interruption.isRequested },
            onStep: { step in
                let loss = Readable.number(step.loss)
                progress.advance(note: "epoch \(step.epoch + 1) of \(epochs), loss \(loss)")
            },
            onEpoch: { epoch in
                try trainer.save(to: path, metadata: metadata)
                history.append(epoch)
                progress.finish()
                output.report.say(
                    "  epoch \(epoch.epoch + 1) of \(epochs): mean loss"
                        + " \(Readable.number(epoch.loss))")
            })
        return history
    }

    private func tested(_ trainer: Trainer, _ source: DataSource) throws -> Metrics {
        let network = trainer.network
        let images = try source.load(.test).withClassCount(network.classes)
        let set = try ExampleSet(
            images, selection: Selection(), options: ExampleOptions(),
            normalization: trainer.examples.normalization)
        var options = ObjectiveOptions()
        options.threads = machine.threadCount
        let objective = try Objective(
            network, examples: set, weights: trainer.weights, options: options,
            machine: trainer.machine)
        let progress = ProgressLine("test", unit: "image", total: set.count)
        return try progress.watching {
            try objective.evaluate(at: trainer.weights.vector) { progress.advance(by: $0) }
        }.metrics
    }

    private func sayPlan(
        _ trainer: Trainer, _ source: DataSource, _ path: String
    ) {
        let options = trainer.options
        let set = trainer.examples
        let rate = Readable.number(options.schedule.base)
        output.report.say(
            "saddle train",
            [
                (
                    "model",
                    "\(trainer.network.name), \(trainer.weights.layout.count) parameters,"
                        + " \(precision.rawValue)"
                ),
                ("start", weights ?? "untrained weights of seed \(machine.seed)"),
                ("data", "\(source.text), \(set.indices.count) images"),
                ("augmentation", set.options.augmentation.text),
                (
                    "optimiser",
                    "\(options.optimizer.name), learning rate \(rate)"
                        + " (\(training.schedule.rawValue)), weight decay"
                        + " \(Readable.number(training.decay))"
                ),
                (
                    "epochs",
                    "\(options.schedule.epochs) after \(options.schedule.warmUpEpochs) of warm-up,"
                        + " \(trainer.stepsPerEpoch) steps of \(options.batchSize) each"
                        + (resume ? ", \(trainer.finishedEpochs) done before" : "")
                ),
                ("machine", Readable.count(options.threads, "thread")),
                ("out", path),
            ])
    }

    private func document(
        _ path: String, _ network: any Network, _ epochs: Int, _ history: [TrainingEpoch],
        _ metrics: Metrics?
    ) -> JSONValue {
        let test: JSONValue =
            metrics.map { metrics in
                .object(metrics.columns.map { ($0.name, .number($0.value)) })
            } ?? .null
        return [
            "command": "train", "out": .text(path), "model": .text(network.name),
            "version": .text(Experiment.version), "command_line": .text(CommandText.current),
            "epochs": .integer(epochs), "seed": .text(String(machine.seed)),
            "history": .array(
                history.map { epoch in
                    [
                        "epoch": .integer(epoch.epoch + 1), "loss": .number(epoch.loss),
                        "learning_rate": .number(epoch.rate), "warm_up": .bool(epoch.isWarmUp),
                        "seconds": .number(epoch.seconds),
                    ]
                }),
            "test": test,
        ]
    }
}
