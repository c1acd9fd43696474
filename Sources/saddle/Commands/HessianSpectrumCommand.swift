import ArgumentParser
import Datasets
import Spectra
import Studies

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

    @OptionGroup(title: "Sharing the work") var sharing: StudyOptions

    func validate() throws {
        try EigenvalueLimits.check(
            [("--top", top), ("--max-iterations", maxIterations ?? 1), ("--batches", batches ?? 1)],
            tolerance: tolerance)
    }

    func run() throws {
        let session = StudySession(
            command: "hessian spectrum", options: sharing, output: options.output)
        if !sharing.merge.isEmpty { return try session.merge() }
        let sizes = try sizes()
        if options.loss.l2Convention == .park2022, options.loss.l2 != 0 {
            throw UsageError(
                "--l2-convention", "park2022",
                "a spectrum takes optimizer or none; the first adds --l2 to each eigenvalue")
        }
        var experiment = try Experiment(options, split: .train, batchSize: sizes[0])
        experiment.description.settings["protocol"] = `protocol`.rawValue
        let path = options.output.path(model: experiment.network.name, command: "spectrum")
        let minibatches = try sizes.map { try self.minibatches(of: $0, experiment) }
        let study = experiment.spectrum(`protocol`, minibatches: minibatches) { measurement in
            measurement.largest = top
            if `protocol` == .default { measurement.smallest = top }
            if let tolerance { measurement.tolerance = tolerance }
            if let maxIterations { measurement.maximumProducts = maxIterations }
        }
        sayPlan(experiment, study.measurements, path)
        let run = try session.open(study, path, experiment.description)
        try session.measure(run, experiment.description)
        options.output.report.say(
            "  NEP: proportion of negative ones among the eigenvalues of largest magnitude of each"
                + " minibatch. APE: mean of the positive ones.\n  Brackets: 95% intervals over"
                + " minibatches; what has not converged is counted and left out.")
    }

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

    private func minibatches(
        of size: Int, _ experiment: Experiment
    ) throws -> [Range<Int>] {
        let whole = experiment.minibatches(of: size)
        guard !whole.isEmpty else {
            throw UsageError(
                "--batch-size", "\(size)",
                "there are \(experiment.examples.count) examples; choose more or a smaller size")
        }
        guard let batches else { return whole }
        guard batches <= whole.count else {
            throw UsageError(
                "--batches", "\(batches)",
                "the examples make \(whole.count) whole minibatches of \(size)")
        }
        return Array(whole.prefix(batches))
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
