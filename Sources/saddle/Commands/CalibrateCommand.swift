import ArgumentParser
import Results
import Studies
import Training

/// `saddle calibrate`: how far probabilities can be trusted.
struct CalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Measure calibration and all metrics with intervals, of ensembles too.",
        discussion: """
            Example: saddle calibrate --model resnet20 --weights resnet20.th --data cifar10:DIR \
            --out calibration.h5

            The metrics of `saddle evaluate` with bootstrap intervals over examples, and a \
            reliability diagram. With --ensemble the probabilities of several checkpoints of the \
            network are averaged, with --passes those of several draws of Monte Carlo dropout. \
            What is measured is safe on the disk; the same command goes on where a stopped run was.
            """)

    @OptionGroup var options: ExperimentOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Further checkpoints of the network; default: none.", valueName: "file"))
    var ensemble: [String] = []

    @Option(help: "Forward passes with other masks of Monte Carlo dropout.")
    var passes = 1

    @Option(help: "Equal bins of confidence.")
    var bins = 10

    @OptionGroup(title: "Sharing the work") var sharing: StudyOptions

    func validate() throws {
        try NumberRange.passes.check(passes)
        try NumberRange.bins.check(bins)
    }

    func run() throws {
        let session = StudySession(command: "calibrate", options: sharing, output: options.output)
        if !sharing.merge.isEmpty { return try session.merge() }
        let read = ensemble.filter { $0 != ModelOptions.initial }
        try session.measure(
            Experiment(options, split: .test, batchSize: 500), options,
            settings: ensemble + ["\(passes)", "\(bins)"],
            reading: read
        ) { experiment in
            let members = try ensemble.enumerated().map { number, file in
                try Weights(
                    experiment.network, from: file, seed: experiment.seed + UInt64(number) + 1)
            }
            let study = try experiment.calibration(
                passes: passes, members: members, binCount: bins)
            return (
                study,
                [
                    (
                        "averaged",
                        "\(Readable.count(members.count + 1, "network")), "
                            + (passes == 1 ? "1 pass" : "\(passes) passes")
                    )
                ]
            )
        }
    }
}
