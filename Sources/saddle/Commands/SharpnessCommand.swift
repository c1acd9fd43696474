import ArgumentParser
import Spectra
import Studies

/// `saddle sharpness`: how much the loss rises near the weights.
struct SharpnessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sharpness",
        abstract: "Measure how much the loss rises near the weights.",
        discussion: """
            Example: saddle sharpness --model resnet20 --weights resnet20.th \
            --data cifar10:DIR --first 512 --radii 0.01,0.05,0.2 --out sharpness.h5

            The largest rise within a ball (SAM's ascent, arXiv 2010.01412) and within an ellipsoid \
            of the weights' magnitudes (adaptive, arXiv 2102.11600), by several ascent steps, and \
            the critical learning rate by a line search (arXiv 2601.16979). The file has each \
            definition. None of them tells how well a network generalises (arXiv 2302.07011). The \
            same command goes on where a stopped run was.
            """)

    @OptionGroup var options: ExperimentOptions

    @Option(help: ArgumentHelp("Radii of the ascents.", valueName: "r,r..."))
    var radii = "0.01,0.02,0.05,0.1,0.2"

    @Option(help: ArgumentHelp("Steps of an ascent.", valueName: "n"))
    var steps = 10

    @OptionGroup(title: "Sharing the work") var sharing: StudyOptions

    func validate() throws { try NumberRange.ascentSteps.check(steps) }

    func run() throws {
        let session = StudySession(command: "sharpness", options: sharing, output: options.output)
        if !sharing.merge.isEmpty { return try session.merge() }
        let radii = try CommaList.numbers(radii, flag: "--radii", in: .radius)
        let experiment = try Experiment(options, split: .train, batchSize: 128)
        try session.measure(experiment, options, settings: ["\(radii)", "\(steps)"]) { experiment in
            (
                try experiment.sharpness(SharpnessMeasurement(radii: radii, steps: steps)),
                [
                    (
                        "ascents",
                        "\(steps) steps within \(radii.map { "\($0)" }.joined(separator: ", ")), plain"
                            + " and adaptive"
                    )
                ]
            )
        }
    }
}
