import ArgumentParser
import Studies

/// `saddle hessian minibatch`: how much minibatches inflate curvature.
struct HessianMinibatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "minibatch",
        abstract: "Compare minibatch curvature with its debiased estimate.",
        discussion: """
            Example: saddle hessian minibatch --model resnet20 --weights resnet20.th \
            --data cifar10:DIR --first 512 --batch-sizes 16,64,256 --out minibatch.h5

            The top eigenvalue of a minibatch fits its noise. The curvature that the next minibatch \
            has along the same eigenvector does not (arXiv 2410.14325); both are shown over the \
            batch size, beside the top eigenvalue of all examples. The penalty is left out. The \
            same command goes on where a stopped run was.
            """)

    @OptionGroup var options: ExperimentOptions

    @OptionGroup(title: "Matrix") var curvature: CurvatureOptions

    @Option(help: ArgumentHelp("Largest eigenvalues of a minibatch.", valueName: "k"))
    var top = 1

    @Option(help: ArgumentHelp("Tolerance of the residual.", valueName: "t"))
    var tolerance = 1e-3

    @Option(help: ArgumentHelp("Products at most for a minibatch.", valueName: "n"))
    var maxIterations = 100

    @OptionGroup var choice: MinibatchOptions

    @OptionGroup(title: "Sharing the work") var sharing: StudyOptions

    func validate() throws {
        try NumberRange.top.check(top)
        try NumberRange.tolerance.check(tolerance)
        try NumberRange.blockIterations.check(maxIterations)
        if maxIterations < top + 4 {
            throw ValidationError(
                "--max-iterations \(maxIterations): expected at least \(top + 4), four more than"
                    + " --top")
        }
    }

    func run() throws {
        let session = StudySession(
            command: "hessian minibatch", options: sharing, output: options.output)
        if !sharing.merge.isEmpty { return try session.merge() }
        let sizes = try choice.sizes(options.data.batchSize)
        let experiment = try curvature.apply(
            to: Experiment(options, split: .train, batchSize: sizes[0]))
        let minibatches = try sizes.map { try choice.minibatches(of: $0, experiment) }
        try session.measure(
            experiment, options,
            settings: [
                "\(sizes)", "\(choice.batches ?? 0)", "\(top)", "\(tolerance)", "\(maxIterations)",
            ]
        ) { experiment in
            let study = try experiment.minibatchBias(minibatches: minibatches) { measurement in
                (measurement.top, measurement.tolerance) = (top, tolerance)
                measurement.maximumProducts = maxIterations
            }
            return (
                study,
                [
                    ("matrix", experiment.curvature.text),
                    (
                        "minibatches",
                        study.measurement.sizes.map { "\($0.count) of \($0.batchSize)" }
                            .joined(separator: ", ")
                    ),
                ]
            )
        }
    }
}
