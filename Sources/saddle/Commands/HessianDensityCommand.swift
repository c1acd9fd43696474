import ArgumentParser
import Spectra
import Studies

extension DensityMeasurement.Preset: ExpressibleByArgument {}

/// `saddle hessian density`: the density of the whole spectrum.
struct HessianDensityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "density",
        abstract: "Compute the density of all eigenvalues, with an error band.",
        discussion: """
            Example: saddle hessian density --model resnet20 --weights resnet20.th \
            --data cifar10:DIR --first 128 --probes 10 --steps 50 --out density.h5

            Stochastic Lanczos quadrature with full reorthogonalisation. The band of the share of \
            eigenvalues below each number holds at all numbers at once with 95% probability \
            (arXiv 2105.06595). What is measured is safe on the disk; the same command goes on \
            where a stopped run was.
            """)

    @OptionGroup var options: ExperimentOptions

    @OptionGroup(title: "Matrix") var curvature: CurvatureOptions

    @Option(
        help: """
            default: Gaussian probes and kernels of 1/200 of the range; pyhessian: its probes of \
            random signs, kernel, grid and scaling.
            """)
    var `protocol` = DensityMeasurement.Preset.default

    @Option(help: ArgumentHelp("Random vectors; default 10, pyhessian 1.", valueName: "n"))
    var probes: Int?

    @Option(help: ArgumentHelp("Lanczos steps of each; default 50, pyhessian 100.", valueName: "n"))
    var steps: Int?

    @Option(
        help: ArgumentHelp("Points of the curve; default 1000, pyhessian 10000.", valueName: "n"))
    var points: Int?

    @OptionGroup(title: "Sharing the work") var sharing: StudyOptions

    func validate() throws {
        try NumberRange.probes.check(probes)
        try NumberRange.steps.check(steps)
        try NumberRange.points.check(points)
    }

    func run() throws {
        let session = StudySession(
            command: "hessian density", options: sharing, output: options.output)
        if !sharing.merge.isEmpty { return try session.merge() }
        let experiment = try curvature.apply(
            to: Experiment(options, split: .train, batchSize: 128))
        let settings = [probes, steps, points].map { $0.map(String.init) ?? "default" }
        try session.measure(
            experiment, options, settings: [`protocol`.rawValue] + settings
        ) { experiment in
            let study = try experiment.density(`protocol`) { measurement in
                measurement.probes = probes ?? measurement.probes
                measurement.steps = steps ?? measurement.steps
                measurement.points = points ?? measurement.points
            }
            let measurement = study.measurement
            return (
                study,
                [
                    ("matrix", experiment.curvature.text),
                    (
                        "density",
                        "\(measurement.preset.rawValue), \(measurement.probes) probes of"
                            + " \(measurement.steps) steps"
                    ),
                ]
            )
        }
    }
}
