import ArgumentParser
import Studies

/// `saddle lesion`: each residual unit removed in turn.
struct LesionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lesion",
        abstract: "Remove each residual unit in turn and measure what is lost.",
        discussion: """
            Example: saddle lesion --model resnet20 --weights resnet20.th --data cifar10:DIR \
            --first 2000 --out lesion.h5

            The skip path of a removed unit stays; attention and MLP units of transformers are \
            removed apart. Intervals are bootstrap percentiles over examples. What is measured \
            is safe on the disk; the same command goes on where a stopped run was.
            """)

    @OptionGroup var options: ExperimentOptions

    @OptionGroup(title: "Sharing the work") var sharing: StudyOptions

    func run() throws {
        let session = StudySession(command: "lesion", options: sharing, output: options.output)
        if !sharing.merge.isEmpty { return try session.merge() }
        try session.measure(
            Experiment(options, split: .test, batchSize: 128), options
        ) { experiment in
            let study = try experiment.lesions()
            return (
                study,
                [("units", "\(study.itemCount - 1) residual units, each removed in turn")]
            )
        }
    }
}
