import ArgumentParser
import Landscapes
import Results
import Studies
import Training

/// `saddle trajectory`: the loss under the path of a training run.
struct TrajectoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trajectory",
        abstract: "Measure the loss under the path of a training run, or between checkpoints.",
        discussion: """
            Example: saddle trajectory --model resnet20 --weights end.safetensors \
            --checkpoints init.safetensors epoch1.safetensors epoch2.safetensors \
            --data cifar10:DIR --first 256 --out trajectory.h5

            --weights is the end of the path. The plane is that of the two principal components of \
            all checkpoints (Li et al. 2018); --form interpolation takes the line or the plane \
            through two or three checkpoints, the others at offset 1. The polar form of the path, \
            which the first paper's authors have withdrawn, is stored beside. The result is a \
            landscape; each finished point is safe on the disk, and the same command goes on.
            """)

    @OptionGroup var options: ExperimentOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Checkpoints before --weights, from the first on; required.", valueName: "file"))
    var checkpoints: [String] = []

    @Option(
        help: ArgumentHelp(
            TrajectoryPath.Form.allCases.map(\.rawValue).joined(separator: " or "),
            valueName: "form"))
    var form = TrajectoryPath.Form.pca

    @Option(help: "Points along each axis.")
    var points = 21

    @OptionGroup(title: "Sharing the work") var sharing: StudyOptions

    func validate() throws { try NumberRange.points.check(points) }

    func run() throws {
        let session = StudySession(command: "trajectory", options: sharing, output: options.output)
        if !sharing.merge.isEmpty { return try session.merge() }
        guard !checkpoints.isEmpty else {
            throw UsageError("--checkpoints", "", "name the checkpoints before --weights")
        }
        let read = checkpoints.filter { $0 != ModelOptions.initial }
        try session.measure(
            Experiment(options, split: .train, batchSize: 128), options,
            settings: checkpoints + [form.rawValue, "\(points)"],
            reading: read
        ) { experiment in
            let others = try checkpoints.map { file in
                (
                    name: file,
                    weights: try Weights(experiment.network, from: file, seed: experiment.seed)
                )
            }
            let study = try experiment.trajectory(
                others, form: form, counts: [points, points])
            let path = study.header.path
            return (
                study,
                [
                    ("path", "\(Readable.count(checkpoints.count + 1, "checkpoint")), \(form.rawValue)"),
                    (
                        "explained",
                        [path?.explainedX, path?.explainedY].compactMap { $0 }
                            .filter(\.isFinite).map(Readable.percentage).joined(separator: ", ")
                    ),
                ].filter { !$0.1.isEmpty }
            )
        }
    }
}

extension TrajectoryPath.Form: ExpressibleByArgument {}
