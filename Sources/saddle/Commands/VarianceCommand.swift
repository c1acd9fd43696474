import ArgumentParser
import Studies

/// `saddle variance`: how much feature maps vary over their pixels.
struct VarianceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "variance",
        abstract: "Measure the variance of feature maps, unit by unit.",
        discussion: """
            Example: saddle variance --model vit_tiny --weights vit.safetensors \
            --data cifar10:DIR --first 1000 --out variance.h5

            The variance is over the pixels of a map, unbiased, and its mean over channels and \
            examples is told with a bootstrap interval over examples, beside the share of \
            channels that carry it. Class tokens are left out, and so are maps of one pixel. \
            What is measured is safe on the disk; the same command goes on where a stopped run was.
            """)

    @OptionGroup var options: ExperimentOptions

    @OptionGroup(title: "Sharing the work") var sharing: StudyOptions

    func run() throws {
        let session = StudySession(command: "variance", options: sharing, output: options.output)
        if !sharing.merge.isEmpty { return try session.merge() }
        try session.measure(
            Experiment(options, split: .test, batchSize: 128), options
        ) { experiment in
            (try experiment.variance(), try experiment.featurePlan())
        }
    }
}
