import ArgumentParser
import Foundation
import Records
import Results
import Storage
import Studies
import Training

/// `saddle evaluate`: likelihood, accuracy and calibration.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure likelihood, accuracy and calibration on a set of images.",
        discussion: """
            Example: saddle evaluate --model resnet20 --weights resnet20.th --data cifar10:DIR

            With --out the document of --json is stored there.
            """)

    @OptionGroup var options: ExperimentOptions

    func run() throws {
        let experiment = try Experiment(options, split: .test, batchSize: 128)
        let report = options.output.report
        report.say(
            "saddle evaluate", experiment.plan + [("out", options.output.out ?? "printed only")])
        let inputs = try options.inputs(experiment)
        let file = try options.output.out.map { try options.output.file($0, inputs: inputs) }

        let (evaluation, penalties, seconds) = try measure(experiment)
        let columns = evaluation.metrics.columns
        let rate = Double(evaluation.count) / seconds
        report.say(
            "result",
            columns.map { ($0.name, Readable.number($0.value)) } + [
                ("L2", Readable.number(penalties.l2Penalty)),
                ("L1", Readable.number(penalties.l1)),
                ("sum of norms", Readable.number(penalties.sumOfNorms)),
                (
                    "time",
                    "\(Readable.duration(seconds)), \(Readable.number(rate)) images/s"
                ),
            ])
        let document: JSONValue = [
            "command": "evaluate", "run": experiment.description.document,
            "seconds": .number(seconds), "examples": .integer(evaluation.count),
            "correct": .integer(evaluation.isCorrect.count { $0 }),
            "metrics": .object(columns.map { ($0.name, .number($0.value)) }),
            "penalties": [
                "l2_penalty": .number(penalties.l2Penalty), "l1": .number(penalties.l1),
                "sum_of_norms": .number(penalties.sumOfNorms),
                "squared_norm": .number(penalties.squaredNorm),
            ],
        ]
        try file?.replace { try AtomicFile.write($0, Data((document.text + "\n").utf8)) }
        if let file { report.say("stored \(file.path)") }
        report.document(document)
    }

    private func measure(
        _ experiment: Experiment
    ) throws -> (Evaluation, Penalties, seconds: Double) {
        let objective = try experiment.objective()
        let start = ContinuousClock.now
        let progress = ProgressLine("evaluate", unit: "image", total: experiment.examples.count)
        let evaluation = try progress.watching {
            try objective.evaluate(
                at: experiment.weights.vector,
                onProgram: { memory in
                    options.output.report.say(
                        experiment.memory(
                            programs: memory.total, notes: objective.notes, vectors: 1))
                }, onPiece: { progress.advance(by: $0) })
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return (evaluation, objective.penalties(at: experiment.weights.vector), seconds)
    }
}
