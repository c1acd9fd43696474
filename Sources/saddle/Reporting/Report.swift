import Foundation
import Records
import Results
import Studies

/// What a command says: plain lines for people, or one JSON document for programs.
///
/// With JSON, standard output holds the document alone and the lines go to standard error.
struct Report {
    let isJSON: Bool

    /// Says one line.
    func say(_ line: String = "") {
        if isJSON {
            StandardError.write(line + "\n")
        } else {
            StandardOutput.write(line + "\n")
        }
    }

    /// Says a plan or a result: names in one column, values in the next.
    func say(_ title: String, _ entries: [(name: String, value: String)]) {
        say(title)
        let width = entries.map(\.name.count).max() ?? 0
        for (name, value) in entries {
            say("  " + name.padding(toLength: width, withPad: " ", startingAt: 0) + "  " + value)
        }
    }

    /// Says what memory is foreseen to be taken, in all and in parts, and what should be known of
    /// how programs run.
    func say(_ memory: MemoryForecast) {
        say(
            "  memory foreseen: \(Readable.bytes(memory.total)): programs"
                + " \(Readable.bytes(memory.programs)), vectors"
                + " \(Readable.bytes(memory.vectors)), images"
                + " \(Readable.bytes(memory.images))")
        for note in memory.notes { say("  \(note)") }
    }

    /// Says a table; the first row holds the headings.
    ///
    /// - Parameter alignsRight: whether all columns but the first stand on the right, as numbers
    ///   do.
    func say(table rows: [[String]], alignsRight: Bool = true) {
        guard let first = rows.first else { return }
        let widths = first.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column > 0 && alignsRight ? space + cell : cell + space
            }
            var line = "  " + cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            say(line)
        }
    }

    /// Says a result: its single values and those given, then its tables.
    func say(_ title: String, _ record: Record, _ further: [(name: String, value: String)] = []) {
        let text = RecordText(record)
        say(title, text.facts + further)
        for table in text.tables {
            say(table.name)
            say(table: table.rows)
        }
    }

    /// Prints the document, if that is what was asked for.
    func document(_ value: @autoclosure () -> JSONValue) {
        if isJSON { StandardOutput.write(value().text + "\n") }
    }
}

/// Sizes, times and counts as people read them.
extension Readable {
    /// Bytes in binary units.
    static func bytes(_ count: Int) -> String {
        var value = Double(count)
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if value < 1024 { return String(format: unit == "B" ? "%.0f " : "%.1f ", value) + unit }
            value /= 1024
        }
        return String(format: "%.1f TiB", value)
    }

    /// Seconds as the two largest of hours, minutes and seconds.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "unknown" }
        if seconds < 9.95 { return String(format: "%.1f s", seconds) }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    /// "1 point", "2 points".
    static func count(_ number: Int, _ unit: String) -> String {
        "\(number) \(number == 1 ? unit : plural(unit))"
    }

    /// "points", "epochs", "minibatches".
    static func plural(_ unit: String) -> String { unit + (unit.hasSuffix("tch") ? "es" : "s") }
}
