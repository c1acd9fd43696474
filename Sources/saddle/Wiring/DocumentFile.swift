import Foundation
import Records
import Storage

/// Results that are stored as the JSON document that the command prints.
enum DocumentFile {
    /// Checks, before anything is computed, that the document can be stored.
    ///
    /// - Throws: `StorageError` where the folder cannot be written, `RunFailure` where the file
    ///   is there already.
    static func prepare(_ output: OutputOptions) throws {
        guard let path = output.out else { return }
        try OutputFile.checkFolder(path)
        if OutputFile.exists(path), OutputFile.isRegular(path), !output.force {
            throw RunFailure("\(path): exists; choose another --out, or --force to replace it")
        }
    }

    /// Stores the document, whole or not at all.
    ///
    /// - Throws: `StorageError`.
    static func store(_ document: JSONValue, _ output: OutputOptions) throws {
        guard let path = output.out else { return }
        try AtomicFile.write(path, Data((document.text + "\n").utf8))
        output.report.say("stored \(path)")
    }
}
