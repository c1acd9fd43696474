import Records
import Results
import Storage

/// Joins files of one study that hold different items.
public struct StudyMerge: Sendable {
    /// The joined file.
    public let file: RecordFile
    /// What the items are called that none of the files holds.
    public let missing: [String]
    /// The parts that are missing, where the files are parts of one division.
    public let missingParts: [StudyPart]

    /// Joins files into one and writes it.
    ///
    /// The new file describes the run of the first one, with the command line given here. Where two
    /// files hold the same item, they must agree.
    ///
    /// - Throws: `StorageError` where a file cannot be read or written, belongs to another run, or
    ///   disagrees with another one.
    init<Outcome: MeasuredResult>(
        _: Outcome.Type, _ paths: [String], into output: String, commandLine: String
    ) throws {
        guard let first = paths.first else {
            throw StorageError(
                .missing, file: output, problem: "is to be merged of no file",
                remedy: "name two or more")
        }
        var file = try RecordFile.read(first, withItems: true)
        var outcome = try file.result(Outcome.self, of: first)
        guard var items = file.items else { throw Self.without(first) }
        var parts = [file.run.part]
        for path in paths.dropFirst() {
            let other = try RecordFile.read(path, withItems: true)
            try RunIdentity.check(path, found: other.identity, expected: file.identity)
            guard let more = other.items, more.rows.count == items.rows.count else {
                throw Self.without(path)
            }
            parts.append(other.run.part)
            for (item, row) in more.rows.enumerated() {
                guard let present = items.rows[item], let row else {
                    items.rows[item] = items.rows[item] ?? row
                    continue
                }
                guard Self.agree(present, row) else {
                    throw StorageError(
                        .mismatch, file: path,
                        problem: "disagrees with an earlier file about"
                            + " \(outcome.name(ofItem: item))",
                        remedy: "they are not the same computation; measure one of them again")
                }
            }
        }
        try outcome.assemble(items.rows)
        file.run.commandLine = commandLine
        let part = StudyPart.joined(parts)
        missingParts = StudyPart.missing(beside: part)
        file.run.part = missingParts.isEmpty ? "" : part
        file = RecordFile(outcome, file.run, identity: file.identity, items: items)
        try file.write(to: output)
        self.file = file
        missing = items.rows.indices.filter { items.rows[$0] == nil }.map(outcome.name(ofItem:))
    }

    private static func agree(_ first: [Double], _ second: [Double]) -> Bool {
        first.count == second.count
            && zip(first, second).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    }

    private static func without(_ path: String) -> StorageError {
        StorageError(
            .mismatch, file: path, problem: "does not hold the items of the same study",
            remedy: "name files of runs of one command")
    }
}
