import ArgumentParser
import Records
import Results
import Storage
import Studies
import Training

/// `saddle predict`: what the network says about each image.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Print class, probability and logits of each image.",
        discussion: """
            Example: saddle predict --model resnet20 --weights resnet20.th --data cifar10:DIR \
            --first 8 --json

            With --out the tensors logits, probabilities, labels, losses and predictions are \
            stored there as safetensors. An image with a logit that is NaN has no prediction: \
            none in the table, null in JSON, -1 in the file.
            """)

    @OptionGroup var options: ExperimentOptions

    /// Rows that are printed for people.
    private static let rowLimit = 64

    func run() throws {
        let experiment = try Experiment(options, split: .test, batchSize: 128)
        let report = options.output.report
        report.say(
            "saddle predict", experiment.plan + [("out", options.output.out ?? "printed only")])
        let inputs = try options.inputs(experiment)
        let file = try options.output.out.map { try options.output.file($0, inputs: inputs) }

        let progress = ProgressLine("predict", unit: "image", total: experiment.examples.count)
        let evaluation = try progress.watching {
            try experiment.objective().evaluate(at: experiment.weights.vector) {
                progress.advance(by: $0)
            }
        }
        let probabilities = evaluation.probabilities
        let classes = evaluation.classCount
        let names = experiment.examples.images.classNames
        let predictions = evaluation.predictions.map { $0 < 0 ? nil : $0 }
        let targets = evaluation.targets
        let rows = predictions.enumerated().map { index, said in
            let probability = said.map { probabilities[index * classes + $0] } ?? .nan
            return [
                "\(index)", said.map { names[$0] } ?? "none", Readable.percentage(probability),
                names[targets[index]], Readable.number(evaluation.exampleLosses[index]),
            ]
        }
        let headings = [["image", "prediction", "probability", "label", "NLL"]]
        report.say(table: headings + rows.prefix(Self.rowLimit))
        if rows.count > Self.rowLimit {
            report.say("  and \(rows.count - Self.rowLimit) more; --json or --out have all of them")
        }
        let missing = predictions.count { $0 == nil }
        if missing > 0 {
            report.say(
                "  \(missing) of \(Readable.count(evaluation.count, "image")) have a logit that is"
                    + " NaN and no prediction; try --precision f64 or check the weights")
        }
        try file?.replace { try store(evaluation, probabilities, $0) }
        report.document(
            [
                "command": "predict", "run": experiment.description.document,
                "classes": .array(names.map { .text($0) }),
                "predictions": .array(predictions.map { $0.map { .integer($0) } ?? .null }),
                "without_prediction": .integer(missing), "targets": .integers(targets),
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
            ],
            metadata: [
                "content": "axes image and class, or image; losses in nats",
                "saddle_version": Experiment.version, "command_line": CommandText.current,
            ])
    }
}
