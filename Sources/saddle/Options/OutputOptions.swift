import ArgumentParser
import Storage

/// Where the result goes, and how it is told.
struct OutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The file of the result; default: MODEL-COMMAND.h5, of weights and vectors .safetensors, \
            of CSV NAME-TABLE.csv, of evaluate and predict none.
            """, valueName: "file"))
    var out: String?

    @Flag(help: "Replace a file that is there, once the new one is complete.")
    var force = false

    @Flag(help: "Print one JSON document with every number.")
    var json = false

    /// A file that the command writes, checked against what is there and what it reads.
    ///
    /// - Parameters:
    ///   - inputs: the files that it reads, and its other outputs.
    ///   - continues: whether a file that is there may be gone on with.
    /// - Throws: `StorageError`, one line.
    func file(_ path: String, inputs: [String], continues: Bool = false) throws -> OutputFile {
        try OutputFile(
            path, whereOccupied: force ? .replaced : continues ? .continued : .refused,
            inputs: inputs)
    }

    /// What the command says.
    var report: Report { Report(isJSON: json) }

    /// The file of the result: the one asked for, or one named after network and command.
    func path(model: String, command: String) -> String {
        out ?? "\(model.prefix { $0 != "," })-\(command).h5"
    }
}
