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
            with every number; `saddle help metrics` explains them. Exit codes: 0 done, 1 failed or \
            stopped, 2 wrong usage.
            """,
        version: "saddle \(Experiment.version)",
        groupedSubcommands: [
            CommandGroup(
                name: "Which network, with which weights?",
                subcommands: [TrainCommand.self, ModelsCommand.self, IdentifyCommand.self]),
            CommandGroup(
                name: "How good is it?",
                subcommands: [EvaluateCommand.self, CalibrateCommand.self, PredictCommand.self]),
            CommandGroup(
                name: "How flat is the loss, and how convex?",
                subcommands: [
                    LandscapeCommand.self, TrajectoryCommand.self, HessianCommand.self,
                    SharpnessCommand.self,
                ]),
            CommandGroup(
                name: "What do its layers do?",
                subcommands: [
                    LesionCommand.self, VarianceCommand.self, FourierCommand.self,
                    OversmoothingCommand.self, SimilarityCommand.self,
                ]),
            CommandGroup(
                name: "How robust is it?",
                subcommands: [RobustnessCommand.self, CorruptCommand.self]),
            CommandGroup(
                name: "What was found?",
                subcommands: [InspectCommand.self, PlotCommand.self, ExportCommand.self]),
            CommandGroup(name: "How fast is it?", subcommands: [BenchCommand.self, ManualCommand.self]),
        ])
}
