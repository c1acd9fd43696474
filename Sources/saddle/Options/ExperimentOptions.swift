import ArgumentParser
import Studies

/// What every measurement takes: a network on data, how it is computed and where the result goes.
struct ExperimentOptions: ParsableArguments {
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Data") var data: DataOptions
    @OptionGroup(title: "Objective") var loss: LossOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    /// The files that an experiment of these options has read.
    func inputs(_ experiment: Experiment) throws -> [String] {
        [model.weights ?? ModelOptions.initial].filter { $0 != ModelOptions.initial }
            + (try data.inputs(experiment.examples))
    }
}
