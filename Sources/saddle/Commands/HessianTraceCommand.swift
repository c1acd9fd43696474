import ArgumentParser
import Spectra
import Studies

extension TraceEstimation.Method: ExpressibleByArgument {}

/// `saddle hessian trace`: the trace and the Frobenius norm.
struct HessianTraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Estimate trace and Frobenius norm, to a standard error.",
        discussion: """
            Example: saddle hessian trace --model resnet20 --weights resnet20.th \
            --data cifar10:DIR --first 128 --tolerance 0.01 --out trace.h5

            Random vectors are taken until the standard error is at most the tolerance times the \
            trace, at least ten of them. hutchinson: one product each; hutch++ (arXiv 2010.09649) \
            and xtrace (arXiv 2301.07825) take the range of the matrix out, two products for each \
            vector of it. The same command goes on where a stopped run was.
            """)

    @OptionGroup var options: ExperimentOptions

    @OptionGroup(title: "Matrix") var curvature: CurvatureOptions

    @Option(help: "hutchinson, hutch++ or xtrace.")
    var method = TraceEstimation.Method.xtrace

    @Option(help: ArgumentHelp("Standard error relative to the trace.", valueName: "t"))
    var tolerance = 0.01

    @Option(help: ArgumentHelp("Products at most.", valueName: "n"))
    var maxIterations = 500

    @Option(help: ArgumentHelp("Vectors whose range hutch++ takes out.", valueName: "n"))
    var range = 20

    @OptionGroup(visibility: .hidden) var sharing: StudyOptions

    func validate() throws {
        try NumberRange.tolerance.check(tolerance)
        try NumberRange.maxIterations.check(maxIterations)
        try NumberRange.rangeSize.check(range)
        try sharing.refuseMerge("a trace is")
    }

    func run() throws {
        let session = StudySession(
            command: "hessian trace", options: sharing, output: options.output)
        let experiment = try curvature.apply(
            to: Experiment(options, split: .train, batchSize: 128))
        try session.measure(
            experiment, options,
            settings: [method.rawValue, "\(tolerance)", "\(maxIterations)", "\(range)"],
            counter: WorkCounter("vector") { $0.count { $0 != nil } }
        ) { experiment in
            (
                try experiment.trace(
                    method, tolerance: tolerance, maximumProducts: maxIterations, rangeSize: range),
                [
                    ("matrix", experiment.curvature.text),
                    (
                        "trace",
                        "\(method.rawValue), to a standard error of \(tolerance) of it,"
                            + " \(maxIterations) products at most"
                    ),
                ]
            )
        }
    }
}
