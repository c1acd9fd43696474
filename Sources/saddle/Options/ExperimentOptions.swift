import ArgumentParser

/// What every measurement takes: a network on data, how it is computed and where the result goes.
struct ExperimentOptions: ParsableArguments {
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Data") var data: DataOptions
    @OptionGroup(title: "Objective") var loss: LossOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions
    @OptionGroup(title: "Output") var output: OutputOptions
}
