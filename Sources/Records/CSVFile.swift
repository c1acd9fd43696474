import Foundation
import Results
import Storage

/// Tables of results as comma-separated values (RFC 4180).
///
/// The first line names the columns. Missing numbers are empty, infinities are `inf` and `-inf`,
/// flags are `true` and `false`; text is quoted where it has to be. Lines end in CR LF.
public enum CSVFile {
    /// The text of one table.
    public static func text(_ table: Record.Table) -> String {
        let lines = [table.columns.map { quoted($0.info.name) }]
            + (0..<table.count).map { row in table.columns.map { cell($0.values[row]) } }
        return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    /// Writes one table, whole or not at all.
    ///
    /// - Throws: `StorageError` where the file cannot be written; the old one is unchanged.
    public static func write(_ path: String, _ table: Record.Table) throws {
        try AtomicFile.write(path, Data(text(table).utf8))
    }

    private static func cell(_ value: StoredScalar) -> String {
        if case .real(let number) = value, number.isNaN { return "" }
        return quoted(value.text)
    }

    /// A cell in quotation marks, where it holds a comma, a quotation mark or a line break.
    private static func quoted(_ text: String) -> String {
        let isPlain = !text.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
        return isPlain ? text : "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
