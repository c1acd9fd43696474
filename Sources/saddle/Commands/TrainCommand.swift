import ArgumentParser
import Execution
import Networks
import Records
import Results
import Storage
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

            The checkpoint holds weights, optimiser and progress, after each epoch and after the \
            step at which Ctrl-C stops; --resume goes on from it with the same bits as without \
            the interruption. With --json, `history` has the mean \
            training loss, last learning rate and seconds of each epoch of this run, `test` the \
            metrics on the test images at the end.
            """)

    @Option(
        help: ArgumentHelp(
            "The network; `saddle models` lists names and keys.", valueName: "name[,key=value...]"))
    var model: String

    @Option(help: ArgumentHelp(
            "Start from this checkpoint's weights; default: untrained ones of --seed.",
            valueName: "file"))
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
        let setup = try TrainingSetup(self, network)
        let path = try setup.path()
        // A training that was to replace the checkpoint goes on aside of it.
        let hasAside = FileStamp(path + ".new") != nil
        let isAside = output.force || (resume && hasAside)
        let session = try setup.session(
            workers: resume ? Trainer.workers(ofTrainingAt: hasAside ? path + ".new" : path) : nil)
        let trainer = session.trainer
        let file = try OutputFile(
            path, whereOccupied: isAside ? .replaced : resume ? .continued : .refused,
            inputs: [weights].compactMap { $0 } + data.inputs(trainer.examples),
            remedy: "go on from it with --resume, choose another --out")
        try file.begin(CommandText.current)
        if resume {
            try trainer.resume(from: FileStamp(file.working) == nil ? path : file.working)
        } else {
            try file.discardUnfinished()
        }
        output.report.say("saddle train", trainer.plan(self) + [("out", path)])
        if !trainer.isFinished { output.report.say(session.memory) }
        let result = try train(session, file.working)
        if trainer.isFinished { try file.finish() }
        let metrics = try test ? tested(session) : nil
        let found = metrics.map { metrics in
            [
                ("test accuracy", Readable.percentage(metrics.accuracy)),
                ("test NLL", Readable.number(metrics.negativeLogLikelihood)),
            ]
        }
        output.report.say("result", [("stored", trainer.isFinished ? path : file.working)] + (found ?? []))
        output.report.document(session.document(result, metrics, path))
        if !trainer.isFinished {
            throw RunFailure(
                "\(path): stopped after \(Readable.count(trainer.finishedEpochs, "epoch")) of"
                    + " \(session.epochs)"
                    + (trainer.unfinished.steps > 0
                        ? " and \(Readable.count(trainer.unfinished.steps, "step"))" : "")
                    + "; go on with --resume")
        }
    }

    /// Trains to the end or to an interruption.
    private func train(_ session: TrainingSession, _ path: String) throws -> TrainingResult {
        Interruption.watch(finishing: "this step")
        let (trainer, epochs) = (session.trainer, session.epochs)
        let progress = ProgressLine(
            "train", unit: "step", total: epochs * trainer.stepsPerEpoch,
            already: trainer.finishedEpochs * trainer.stepsPerEpoch + trainer.unfinished.steps)
        return try progress.watching {
            try session.run(
                to: path, commandLine: CommandText.current,
                shouldStop: { Interruption.isRequested },
                onStep: { step in
                    let loss = Readable.number(step.loss)
                    progress.advance(note: "epoch \(step.epoch + 1) of \(epochs), loss \(loss)")
                },
                onEpoch: { epoch in
                    progress.finish()
                    let loss = Readable.number(epoch.loss)
                    output.report.say("  epoch \(epoch.epoch + 1) of \(epochs): mean loss \(loss)")
                })
        }
    }

    private func tested(_ session: TrainingSession) throws -> Metrics {
        let examples = try session.testExamples()
        let progress = ProgressLine("test", unit: "image", total: examples.count)
        return try progress.watching {
            try session.metrics(on: examples) { progress.advance(by: $0) }
        }
    }
}
