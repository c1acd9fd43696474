import ArgumentParser
import Foundation
import Records
import Storage
import Studies

/// Where the result goes, and how it is told.
struct OutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The file of the result; default of what takes long: out/NETWORK-COMMAND-DIGEST, with a \
            digest of all that decides the result; of CSV NAME-TABLE.csv, of evaluate and predict \
            none.
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

    /// The file of a measurement: the one asked for, or one under `out` whose name differs by
    /// network, command and all that decides the result, so that sweeps do not collide.
    ///
    /// - Parameters:
    ///   - settings: what decides the result beside the experiment.
    ///   - part: of the study that is measured.
    /// - Throws: `RunFailure` where there is no folder `out` and none can be made.
    func path(
        of experiment: Experiment, _ command: String, _ settings: [String] = [],
        part: String? = nil, ending: String = "h5"
    ) throws -> String {
        var identity = experiment.description.identity
        // Other threads go on with the run, with its order of sums.
        if !experiment.fixesWorkers { identity["workers"] = nil }
        identity["command"] = ([command] + settings).joined(separator: " ")
        let division = part.map { "-part-" + $0.replacingOccurrences(of: "/", with: "-of-") }
        return try path(
            model: experiment.network.name, "-" + command, identity,
            ending: (division ?? "") + "." + ending)
    }

    /// The same for what is no measurement, with all that decides the result.
    func path(
        model: String, _ command: String, _ identity: [String: String], ending: String
    ) throws -> String {
        if let out { return out }
        do {
            try FileManager.default.createDirectory(
                atPath: "out", withIntermediateDirectories: true)
        } catch {
            throw RunFailure("out: the folder cannot be made; name a file with --out")
        }
        let digest = RunIdentity.digest(identity).prefix(8)
        return "out/\(model.prefix { $0 != "," })\(command)-\(digest)\(ending)"
            .replacingOccurrences(of: ":", with: "-")
    }
}
