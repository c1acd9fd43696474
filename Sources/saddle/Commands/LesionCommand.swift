import ArgumentParser
import Autodiff
import Lesions
import Networks
import Records
import Training

/// `saddle lesion`: each residual unit removed in turn.
struct LesionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lesion",
        abstract: "Remove each residual unit in turn and measure what is lost.",
        discussion: """
            Example: saddle lesion --model resnet20 --weights resnet20.th --data cifar10:DIR \
            --first 2000 --out lesion.h5

            The skip path of a removed unit stays; attention and MLP units of transformers are \
            removed apart. Intervals are bootstrap percentiles over examples. What is measured \
            is safe on the disk; the same command goes on where a stopped run was.
            """)

    @OptionGroup var options: ExperimentOptions

    func run() throws {
        var experiment = try Experiment(options, split: .test, batchSize: 128)
        let report = options.output.report
        let path = options.output.path(model: experiment.network.name, command: "lesion")
        let units = try residualUnits(experiment.network)
        experiment.description.settings["study"] = "each residual unit removed in turn"
        report.say(
            "saddle lesion",
            experiment.plan + [
                ("units", "\(units.count) residual units, each removed in turn"), ("out", path),
            ])
        try OutputFile.prepare(path, for: experiment.description, force: options.output.force)
        try OutputFile.prepareToResume(path, force: options.output.force)
        let recording = try LesionRecording(path, experiment.description)
        let start = ContinuousClock.now
        let result = try recording.complete ?? study(units, experiment, recording)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        tell(result, experiment.description, path, seconds)
    }

    private typealias ResidualUnit = (unit: UnitDescription, kind: LesionKind)

    /// Measures what no earlier run has, and stores the study.
    private func study(
        _ units: [ResidualUnit], _ experiment: Experiment, _ recording: LesionRecording
    ) throws -> LesionResult {
        Interruption.watch()
        let total = units.count + 1
        let already = ([nil] + units.map(\.unit.index)).count {
            recording.outcomes(without: $0) != nil
        }
        if already > 0 {
            options.output.report.say("going on: \(already) of \(total) networks are there")
        }
        let progress = ProgressLine("lesion", unit: "network", total: total, already: already)
        defer { progress.finish() }
        func outcomes(without unit: UnitDescription?) throws -> ExampleOutcomes {
            if let found = recording.outcomes(without: unit?.index) { return found }
            if Interruption.isRequested {
                throw RunFailure(
                    "\(recording.path): stopped before all units were measured; run the same"
                        + " command again to go on")
            }
            let evaluation = try experiment.objective(lesions: Set([unit?.index].compactMap { $0 }))
                .evaluate(at: experiment.weights.vector)
            let found = ExampleOutcomes(
                correct: evaluation.isCorrect, negativeLogLikelihood: evaluation.exampleLosses)
            try recording.record(found, without: unit?.index)
            progress.advance(note: unit?.name ?? "")
            return found
        }
        let baseline = try outcomes(without: nil)
        let targets = try units.map { unit, kind in
            LesionTarget(name: unit.name, kind: kind, outcomes: try outcomes(without: unit))
        }
        let result = try LesionMeasurement.study(
            baseline: baseline, targets: targets, seed: options.machine.seed)
        try recording.finish(result)
        return result
    }

    private func residualUnits(_ network: any Network) throws -> [ResidualUnit] {
        let units = try network.trace(in: GraphBuilder(), batch: 1).units
        let found = units.compactMap { unit in
            unit.isResidual ? LesionKind(unit.kind).map { (unit, $0) } : nil
        }
        guard !found.isEmpty else {
            throw UsageError(
                "--model", network.name,
                "the network has no residual unit to remove; choose one with skip paths")
        }
        return found
    }

    private func tell(
        _ result: LesionResult, _ description: RunDescription, _ path: String, _ seconds: Double
    ) {
        let report = options.output.report
        report.say("result")
        report.say(
            table: [["unit", "kind", "accuracy", "drop", "95% interval", "NLL", "rise"]]
                + result.units.map { unit in
                    let drop = unit.accuracyDrop
                    return [
                        unit.name, unit.kind.rawValue, Readable.percentage(unit.accuracy),
                        Readable.percentage(drop.value),
                        "\(Readable.percentage(drop.lower)) to \(Readable.percentage(drop.upper))",
                        Readable.number(unit.negativeLogLikelihood),
                        Readable.number(unit.lossRise.value),
                    ]
                })
        report.say(
            "of the whole network",
            [
                ("accuracy", Readable.percentage(result.baselineAccuracy)),
                ("NLL", Readable.number(result.baselineNegativeLogLikelihood)),
                (
                    "random unit",
                    "accuracy drop \(Readable.percentage(result.randomUnitAccuracyDrop.value))"
                ),
                ("time", Readable.duration(seconds)), ("stored", path),
            ])
        report.document(
            [
                "command": "lesion", "out": .text(path), "run": description.document,
                "seconds": .number(seconds), "examples": .integer(result.exampleCount),
                "accuracy": .number(result.baselineAccuracy),
                "nll": .number(result.baselineNegativeLogLikelihood),
                "random_unit_accuracy_drop": JSONValue(result.randomUnitAccuracyDrop),
                "random_unit_nll_rise": JSONValue(result.randomUnitLossRise),
                "units": .array(
                    result.units.map { unit in
                        [
                            "name": .text(unit.name), "kind": .text(unit.kind.rawValue),
                            "depth": .number(unit.depth), "accuracy": .number(unit.accuracy),
                            "nll": .number(unit.negativeLogLikelihood),
                            "accuracy_drop": JSONValue(unit.accuracyDrop),
                            "nll_rise": JSONValue(unit.lossRise),
                        ]
                    }),
            ])
    }
}
