import ArgumentParser

/// Where the result goes, and how it is told.
struct OutputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The file in which the result is stored.", valueName: "file"))
    var out: String?

    @Flag(help: "Replace a file at --out that holds the result of another run.")
    var force = false

    @Flag(help: "Print one JSON document with every number.")
    var json = false

    /// What the command says.
    var report: Report { Report(isJSON: json) }

    /// The file of the result: the one asked for, or one named after network and command.
    func path(model: String, command: String) -> String {
        out ?? "\(model.prefix { $0 != "," })-\(command).h5"
    }
}
