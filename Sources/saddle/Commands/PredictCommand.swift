import ArgumentParser
import Storage
import Training

/// `saddle predict`: what the network says about each image.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Print class, probability and logits of each image.",
        discussion: """
            Example: saddle predict --model resnet20 --weights resnet20.th --data cifar10:DIR \
            --first 8 --json

            With --out the tensors logits, probabilities, labels and losses are stored there as \
            safetensors.
            """)

    @OptionGroup var options: ExperimentOptions

    /// Rows that are printed for people.
    private static let rowLimit = 64

    func run() throws {
        let experiment = try Experiment(options, split: .test, batchSize: 128)
        let report = options.output.report
        report.say(
            "saddle predict", experiment.plan + [("out", options.output.out ?? "printed only")])
        try DocumentFile.prepare(options.output)

        let evaluation = try Progressively.evaluate(
            experiment.objective(), at: experiment.weights.vector, what: "predict")
        let probabilities = evaluation.probabilities
        let classes = evaluation.classCount
        let names = experiment.images.classNames
        let rows = (0..<evaluation.count).map { index in
            let (said, target) = (evaluation.predictions[index], evaluation.targets[index])
            return [
                "\(index)", names[said], Readable.percentage(probabilities[index * classes + said]),
                names[target], Readable.number(evaluation.exampleLosses[index]),
            ]
        }
        let headings = [["image", "prediction", "probability", "label", "NLL"]]
        report.say(table: headings + rows.prefix(Self.rowLimit))
        if rows.count > Self.rowLimit {
            report.say("  and \(rows.count - Self.rowLimit) more; --json or --out have all of them")
        }
        if let path = options.output.out { try store(evaluation, probabilities, path) }
        report.document(
            [
                "command": "predict", "run": experiment.description.document,
                "classes": .array(names.map { .text($0) }),
                "predictions": .integers(evaluation.predictions),
                "targets": .integers(evaluation.targets),
                "logits": .rows(evaluation.logits, width: classes),
                "probabilities": .rows(probabilities, width: classes),
                "labels": .rows(evaluation.labels, width: classes),
                "losses": .numbers(evaluation.exampleLosses),
                "nll": .number(evaluation.negativeLogLikelihood),
            ])
    }

    private func store(
        _ evaluation: Evaluation, _ probabilities: [Double], _ path: String
    ) throws {
        let shape = [evaluation.count, evaluation.classCount]
        try Safetensors.write(
            path,
            tensors: [
                StoredTensor(name: "logits", shape: shape, doubles: evaluation.logits),
                StoredTensor(name: "probabilities", shape: shape, doubles: probabilities),
                StoredTensor(name: "labels", shape: shape, doubles: evaluation.labels),
                StoredTensor(
                    name: "losses", shape: [evaluation.count], doubles: evaluation.exampleLosses),
                StoredTensor(
                    name: "predictions", shape: [evaluation.count],
                    integers: evaluation.predictions.map { Int64($0) }),
            ], metadata: ["saddle_version": Saddle.version, "command_line": CommandText.current])
    }
}
