import ArgumentParser
import Foundation
import Records
import Storage

/// `saddle export csv`: the tables of a result as comma-separated values.
struct ExportCSVCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv",
        abstract: "Write the tables of a result as CSV files.",
        discussion: """
            Example: saddle export csv lesion.h5
            Example: saddle export csv spectrum.h5 --table spectra/samples --out samples.csv

            Without --table each table becomes a file NAME-TABLE.csv beside the result. Missing \
            numbers are empty.
            """)

    @Argument(help: "A result: an HDF5 file.")
    var file: String

    @Option(help: ArgumentHelp("Only this table; `saddle inspect` names them; default: all.", valueName: "name"))
    var table: String?

    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        let record = try RecordFile.read(file).record
        let tables = record.allTables.filter { table == nil || $0.name == table }
        guard !tables.isEmpty else {
            let names = record.allTables.map(\.name).joined(separator: ", ")
            throw RunFailure("\(file): holds no table \(table ?? ""); it holds \(names)")
        }
        guard output.out == nil || tables.count == 1 else {
            throw UsageError("--out", output.out ?? "", "name one of the tables with --table")
        }
        let base = URL(fileURLWithPath: file).deletingPathExtension().relativePath
        let paths = tables.map { table in
            output.out ?? "\(base)-\(table.name.replacingOccurrences(of: "/", with: "-")).csv"
        }
        let outputs = try paths.enumerated().map { number, path in
            try output.file(path, inputs: [file] + paths[..<number])
        }
        for (output, table) in zip(outputs, tables) {
            try output.replace { try CSVFile.write($0, table) }
            self.output.report.say("stored \(output.path): \(table.count) rows of \(table.name)")
        }
        output.report.document(
            ["command": "export csv", "files": .array(paths.map { .text($0) })])
    }
}
