import ArgumentParser
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

    @Option(help: ArgumentHelp("Products at most; default: 100.", valueName: "n"))
    var maxIterations: Int?

    @Option(help: ArgumentHelp("Tolerance of the residual; default: 1e-2, park2022 1e-3.", valueName: "t"))
    var tolerance: Double?

    @OptionGroup var choice: MinibatchOptions

    @OptionGroup(title: "Sharing the work") var sharing: StudyOptions

    func validate() throws {
        try NumberRange.top.check(top)
        try NumberRange.maxIterations.check(maxIterations)
        try NumberRange.tolerance.check(tolerance)
    }

    func run() throws {
        let session = StudySession(
            command: "hessian spectrum", options: sharing, output: options.output)
        if !sharing.merge.isEmpty { return try session.merge() }
        let sizes = try choice.sizes(options.data.batchSize)
        if options.loss.l2Convention == .park2022, options.loss.l2 != 0 {
            throw UsageError(
                "--l2-convention", "park2022",
                "a spectrum takes optimizer or none; the first adds --l2 to each eigenvalue")
        }
        var experiment = try Experiment(options, split: .train, batchSize: sizes[0])
        experiment.description.settings["protocol"] = `protocol`.rawValue
        let path = try options.output.path(
            of: experiment, "spectrum",
            [
                "\(sizes)", "\(choice.batches ?? 0)", "\(top)",
                tolerance.map { "\($0)" } ?? "", maxIterations.map { "\($0)" } ?? "",
            ], part: sharing.part)
        let file = try options.output.file(
            path, inputs: options.inputs(experiment), continues: true)
        let minibatches = try sizes.map { try choice.minibatches(of: $0, experiment) }
        let run = try session.open(file, &experiment) { experiment in
            try experiment.spectrum(
                `protocol`, minibatches: minibatches, path: file.working
            ) { measurement in
                measurement.largest = top
                if `protocol` == .default { measurement.smallest = top }
                if let tolerance { measurement.tolerance = tolerance }
                if let maxIterations { measurement.maximumProducts = maxIterations }
            }
        }
        let report = options.output.report
        report.say(
            "saddle hessian spectrum",
            experiment.plan + run.study.plan + [("out", path)])
        if `protocol` == .park2022 {
            report.say(
                "  RandAugment, which the published protocol uses, is not part of this yet.")
        }
        try session.measure(run, file, experiment.description)
        report.say(
            "  NEP: proportion of negative ones among the eigenvalues of largest magnitude of each"
                + " minibatch. APE: mean of the positive ones.\n  Brackets: 95% intervals over"
                + " minibatches; what has not converged is counted and left out.")
    }
}
