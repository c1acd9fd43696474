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
            examples is told with a bootstrap interval over examples. Class tokens are left out. \
            What is measured is safe on the disk; the same command goes on where a stopped run was.
            """)

    @OptionGroup var options: ExperimentOptions

    @OptionGroup(title: "Sharing the work") var sharing: StudyOptions

    func run() throws {
        let session = StudySession(command: "variance", options: sharing, output: options.output)
        if !sharing.merge.isEmpty { return try session.merge() }
        var experiment = try Experiment(options, split: .test, batchSize: 128)
        let path = try options.output.path(of: experiment, "variance", part: sharing.part)
        let file = try options.output.file(
            path, inputs: options.inputs(experiment), continues: true)
        let run = try session.open(file, &experiment) { try $0.variance() }
        options.output.report.say(
            "saddle variance",
            experiment.plan + [
                ("units", "\(run.study.header.units.count) feature maps"), ("out", path),
            ])
        try session.measure(run, file, experiment.description)
    }
}
