import ArgumentParser
import Studies

/// The root of all commands.
struct Saddle: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saddle",
        abstract: "Loss landscapes, Hessian spectra and lesion studies of image classifiers.",
        discussion: """
            Example: saddle landscape --model resnet20 --weights resnet20.th --data cifar10:DIR \
            --first 256 --out landscape.h5

            Each command stores its result, prints it, and with --json prints one JSON document \
            with every number. Exit codes: 0 done, 1 failed or stopped, 2 wrong usage.
            """,
        version: "saddle \(Experiment.version)",
        subcommands: [
            TrainCommand.self, EvaluateCommand.self, PredictCommand.self, LandscapeCommand.self,
            HessianCommand.self, LesionCommand.self, VarianceCommand.self, SharpnessCommand.self, PlotCommand.self, ExportCommand.self,
            InspectCommand.self, IdentifyCommand.self,
            ModelsCommand.self, BenchCommand.self,
        ])
}
