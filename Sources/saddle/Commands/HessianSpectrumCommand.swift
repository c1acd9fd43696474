import ArgumentParser
import Datasets
import Execution
import Records
import Spectra
import Training

extension SpectrumResult.Preset: ExpressibleByArgument {}

/// `saddle hessian spectrum`: extreme eigenvalues pooled over minibatches.
struct HessianSpectrumCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spectrum",
        abstract: "Compute the Hessian max-eigenvalue spectrum over minibatches.",
        discussion: """
            Example: saddle hessian spectrum --model vit_tiny --weights vit.safetensors \
            --data cifar10:DIR --share 0.01 --augment standard --label-smoothing 0.1 --l2 0.05 \
            --protocol park2022

            Each finished minibatch is safe on the disk; the same command goes on where a stopped \
            run was. Minibatch curvature is inflated (arXiv 2410.14325): compare models at equal \
            batch size only.
            """)

    @OptionGroup var options: ExperimentOptions

    @Option(
        help: """
            default: both ends by Lanczos; park2022: largest magnitudes by power iteration, 100 \
            iterations, tolerance 1e-3.
            """)
    var `protocol` = SpectrumResult.Preset.default

    @Option(help: ArgumentHelp("Eigenvalues at each end of a minibatch.", valueName: "k"))
    var top = 5

    @Option(help: ArgumentHelp("Products at most; default 100.", valueName: "n"))
    var maxIterations: Int?

    @Option(help: ArgumentHelp("Tolerance; default 1e-2, park2022 1e-3.", valueName: "t"))
    var tolerance: Double?

    @Option(help: ArgumentHelp("Minibatches; default: all that are whole.", valueName: "n"))
    var batches: Int?

    @Option(help: ArgumentHelp("Measure with several sizes of minibatches.", valueName: "n,n..."))
    var batchSizes: String?

    func validate() throws {
        try EigenvalueLimits.check(
            [("--top", top), ("--max-iterations", maxIterations ?? 1), ("--batches", batches ?? 1)],
            tolerance: tolerance)
    }

    func run() throws {
        let sizes = try sizes()
        if options.loss.l2Convention == .park2022, options.loss.l2 != 0 {
            throw UsageError(
                "--l2-convention", "park2022",
                "a spectrum takes optimizer or none; the first adds --l2 to each eigenvalue")
        }
        var experiment = try Experiment(options, split: .train, batchSize: sizes[0])
        experiment.description.settings["protocol"] = `protocol`.rawValue
        let path = options.output.path(model: experiment.network.name, command: "spectrum")
        let plans = try sizes.map { size in try plan(size, experiment) }
        sayPlan(experiment, plans.map(\.measurement), path)

        try OutputFile.prepareToResume(path, force: options.output.force)
        let recording = try SpectrumRecording(
            path, plans.map(\.measurement), experiment.description)
        let start = ContinuousClock.now
        let results = try recording.complete ?? measure(plans, experiment, recording)
        try recording.finish(results)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        SpectrumSummary.tell(
            results, experiment.description, path: path, seconds: seconds, options.output.report)
        guard results.count == plans.count, results.allSatisfy(\.isComplete) else {
            throw RunFailure(
                "\(path): stopped before all minibatches were done; run the same command again"
                    + " to go on")
        }
    }

    private typealias Plan = (measurement: SpectrumMeasurement, minibatches: [Range<Int>])

    private func sizes() throws -> [Int] {
        guard let batchSizes else { return [options.data.batchSize ?? 16] }
        if options.data.batchSize != nil {
            throw UsageError("--batch-size", "", "say either --batch-size or --batch-sizes")
        }
        let sizes = try CommaList.integers(batchSizes, flag: "--batch-sizes", atLeast: 1)
        guard Set(sizes).count == sizes.count else {
            throw UsageError("--batch-sizes", batchSizes, "a size is given twice")
        }
        return sizes
    }

    private func plan(_ size: Int, _ experiment: Experiment) throws -> Plan {
        var minibatches = try experiment.minibatches(of: size)
        guard !minibatches.isEmpty else {
            throw UsageError(
                "--batch-size", "\(size)",
                "there are \(experiment.exampleCount) examples; choose more or a smaller size")
        }
        if let batches {
            guard batches <= minibatches.count else {
                throw UsageError(
                    "--batches", "\(batches)",
                    "the examples make \(minibatches.count) whole minibatches of \(size)")
            }
            minibatches = Array(minibatches.prefix(batches))
        }
        let layout = experiment.weights.layout
        var measurement = SpectrumMeasurement(
            preset: `protocol`, batchSize: size, minibatchCount: minibatches.count,
            weightDecay: options.loss.l2Convention == .optimizer ? options.loss.l2 : 0,
            decayed: layout.decayedRanges == [0..<layout.count]
                ? .all : .ranges(layout.decayedRanges),
            seed: options.machine.seed)
        measurement.largest = top
        if `protocol` == .default { measurement.smallest = top }
        if let tolerance { measurement.tolerance = tolerance }
        if let maxIterations { measurement.maximumProducts = maxIterations }
        return (measurement, minibatches)
    }

    private func measure(
        _ plans: [Plan], _ experiment: Experiment, _ recording: SpectrumRecording
    ) throws -> [SpectrumResult] {
        Interruption.watch()
        let total = plans.reduce(0) { $0 + $1.minibatches.count }
        let already = plans.reduce(0) {
            $0 + recording.finished(batchSize: $1.measurement.batchSize).count
        }
        if already > 0 {
            options.output.report.say("going on: \(already) of \(total) minibatches are there")
        }
        let progress = ProgressLine("spectrum", unit: "minibatch", total: total, already: already)
        defer { progress.finish() }
        var results: [SpectrumResult] = []
        for (measurement, minibatches) in plans {
            let size = measurement.batchSize
            let objective = try experiment.objective(batchSize: size, positions: minibatches[0])
            results.append(
                try measurement.measure(
                    finished: recording.finished(batchSize: size),
                    operators: { number in
                        try objective.setExamples(minibatches[number])
                        return try objective.linearize(
                            at: experiment.weights.vector, includingPenalty: false)
                    },
                    shouldStop: { Interruption.isRequested },
                    onFinished: { part in
                        try recording.record(part, batchSize: size)
                        let highest = part.samples.map(\.value).max() ?? .nan
                        progress.advance(note: "largest \(Readable.number(highest))")
                    }))
            if Interruption.isRequested { break }
        }
        return results
    }

    private func sayPlan(
        _ experiment: Experiment, _ measurements: [SpectrumMeasurement], _ path: String
    ) {
        let sizes = measurements.map { "\($0.minibatchCount) of \($0.batchSize)" }
        let first = measurements[0]
        let method = `protocol` == .default
            ? "\(first.largest) largest and \(first.smallest) smallest eigenvalues by Lanczos"
            : "\(first.largest) eigenvalues of largest magnitude by power iteration"
        options.output.report.say(
            "saddle hessian spectrum",
            experiment.plan + [
                ("protocol", `protocol`.rawValue),
                ("minibatches", sizes.joined(separator: ", ")),
                (
                    "eigenvalues",
                    "\(method), tolerance \(first.tolerance), \(first.maximumProducts) products"
                ),
                ("out", path),
            ])
        if `protocol` == .park2022 {
            options.output.report.say(
                "  RandAugment, which the published protocol uses, is not part of this yet.")
        }
    }
}
