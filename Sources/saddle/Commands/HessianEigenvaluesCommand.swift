import ArgumentParser
import Spectra
import Studies
import Training

extension EigenvalueResult.Method: ExpressibleByArgument {}

/// `saddle hessian eigenvalues`: the extreme eigenvalues of one Hessian.
struct HessianEigenvaluesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eigenvalues",
        abstract: "Compute extreme eigenvalues, each with its residual.",
        discussion: """
            Example: saddle hessian eigenvalues --model resnet20 --weights resnet20.th \
            --data cifar10:DIR --first 128 --top 5 --store-vectors

            A pair has converged, whatever the method, when its residual ‖Hv - λv‖ is at most \
            the tolerance times the larger of |λ| and a hundredth of the largest |λ|. What is found \
            is safe on the disk, with vectors aside in FILE.basis until the end; Ctrl-C stops after \
            the product at hand, and the same command goes on from there. Stored eigenvectors are landscape \
            directions: --directions FILE.h5#0,FILE.h5#1.
            """)

    @OptionGroup var options: ExperimentOptions

    @OptionGroup(title: "Matrix") var curvature: CurvatureOptions

    @Option(help: "lanczos: both ends; power: largest magnitudes, with deflation.")
    var method = EigenvalueResult.Method.lanczos

    @Option(help: ArgumentHelp("How many, at each end that is computed.", valueName: "k"))
    var top = 5

    @Option(help: ArgumentHelp("How many at the lower end (lanczos); default: --top.", valueName: "k"))
    var bottom: Int?

    @Option(help: ArgumentHelp("Tolerance of the residual; default: 1e-4.", valueName: "t"))
    var tolerance: Double?

    @Option(
        help: ArgumentHelp(
            "Products at most: per eigenvalue (power, default 100), in all (lanczos, 500).",
            valueName: "n"))
    var maxIterations: Int?

    @Flag(help: "Store the eigenvectors too.")
    var storeVectors = false

    @OptionGroup(visibility: .hidden) var sharing: StudyOptions

    func validate() throws {
        try NumberRange.top.check(top)
        try NumberRange.bottom.check(bottom)
        try NumberRange.maxIterations.check(maxIterations)
        try NumberRange.tolerance.check(tolerance)
        try sharing.refuseMerge("eigenvalues are")
    }

    func run() throws {
        let session = StudySession(
            command: "hessian eigenvalues", options: sharing, output: options.output)
        var experiment = try curvature.apply(
            to: Experiment(options, split: .train, batchSize: 128))
        let request = EigenvalueRequest(
            method, largest: top, smallest: bottom, tolerance: tolerance,
            maximumProducts: maxIterations, storesVectors: storeVectors)
        let path = try options.output.path(
            of: experiment, "eigenvalues", [request.text, "\(storeVectors)"])
        var counter: WorkCounter?
        experiment.onProduct = { counter?.progress?.advance() }
        let file = try options.output.file(
            path, inputs: options.inputs(experiment), continues: true)
        let run = try session.open(file, &experiment) { experiment in
            try experiment.eigenvalues(request, path: file.working)
        }
        let study = run.study
        study.observer = SearchObserver(
            shouldStop: { Interruption.isRequested },
            onForecast: { counter?.progress?.expect($0) })
        counter = WorkCounter("product", done: study.products)
        options.output.report.say(
            "saddle hessian eigenvalues",
            experiment.plan + [
                ("matrix", experiment.curvature.text),
                ("eigenvalues", request.text + (study.basis?.text.map { ", \($0)" } ?? "")),
                ("out", path),
            ])
        try session.measure(run, file, experiment.description, counter: counter)
    }
}
