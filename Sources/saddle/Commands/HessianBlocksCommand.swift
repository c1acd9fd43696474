import ArgumentParser
import Studies

extension BlockGrouping: ExpressibleByArgument {}

/// `saddle hessian blocks`: the curvature of each block of parameters.
struct HessianBlocksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blocks",
        abstract: "Compute extreme eigenvalues and trace of every block of parameters.",
        discussion: """
            Example: saddle hessian blocks --model vit_tiny --weights vit.safetensors \
            --data cifar10:DIR --first 128 --by qkv --out blocks.h5

            A block is what the matrix is where all other parameters are held fixed. Traces of all \
            blocks come from the same products, with a standard error; the ends of each spectrum \
            from Lanczos runs of their own. The same command goes on where a stopped run was.
            """)

    @OptionGroup var options: ExperimentOptions

    @OptionGroup(title: "Matrix") var matrix: MatrixOption

    @Option(
        help: """
            What a block is: unit, tensor, qkv (tensors, attentions cut into queries, keys and \
            values) or head (each attention head).
            """)
    var by = BlockGrouping.unit

    @Option(help: ArgumentHelp("Random vectors for the traces.", valueName: "n"))
    var probes = 30

    @Option(help: ArgumentHelp("Tolerance of the residual of an eigenvalue.", valueName: "t"))
    var tolerance = 1e-3

    @Option(help: ArgumentHelp("Products at most for a block.", valueName: "n"))
    var maxIterations = 60

    @OptionGroup(title: "Sharing the work") var sharing: StudyOptions

    func validate() throws {
        try NumberRange.probes.check(probes)
        try NumberRange.tolerance.check(tolerance)
        try NumberRange.blockIterations.check(maxIterations)
    }

    func run() throws {
        let session = StudySession(
            command: "hessian blocks", options: sharing, output: options.output)
        if !sharing.merge.isEmpty { return try session.merge() }
        let experiment = try Experiment(options, split: .train, batchSize: 128)
            .measuring(CurvatureTarget(matrix.matrix))
        try session.measure(
            experiment, options,
            settings: [by.rawValue, "\(probes)", "\(tolerance)", "\(maxIterations)"]
        ) { experiment in
            let study = try experiment.blocks(by: by) { measurement in
                (measurement.probes, measurement.tolerance) = (probes, tolerance)
                measurement.maximumProducts = maxIterations
            }
            return (
                study,
                [
                    ("matrix", experiment.curvature.text),
                    ("blocks", "\(study.measurement.blocks.count), by \(by.rawValue)"),
                ]
            )
        }
    }
}
