import Foundation
import Records
import Results
import Storage

/// A study on its way into a file: each measured item is safe as soon as it is measured.
///
/// Items go into a journal beside the file (`FILE.journal`); at the end of a run, complete or not,
/// all of them go into the HDF5 file and the journal is removed. A run that was killed goes on from
/// the journal, one that was stopped goes on from the file, and a file of another run is refused.
public final class StudyRun<S: Study> {
    /// The study.
    public let study: S
    /// The HDF5 file.
    public let path: String
    /// What has been measured, one entry per item.
    public private(set) var rows: [[Double]?]
    /// Why what an earlier run measured was not built on, where that is so.
    public private(set) var remark: String?

    private var run: RunDescription
    private let identity: [String: String]
    private var journal: Journal
    /// Whether the file holds all that has been measured.
    private var isStored: Bool
    /// The file as this run knows it.
    private var stamp: FileStamp?

    /// Opens the file of a study, new or of an earlier run of the same study.
    ///
    /// - Throws: `StorageError` of kind `mismatch` where the file or its journal is of another
    ///   run, naming what differs; `locked` while another process measures into the same file; or
    ///   where the folder cannot be written.
    public init(_ study: S, _ path: String, _ run: RunDescription) throws {
        self.study = study
        self.path = path
        self.run = run
        var identity = run.identity.merging(study.settings) { _, new in new }
        identity["kind"] = S.Outcome.kind
        identity["items"] = "\(study.itemCount) of \(study.valuesPerItem) values"
        self.identity = identity
        // The file is checked first, so that a run that is refused leaves no journal behind.
        rows = [[Double]?](repeating: nil, count: study.itemCount)
        stamp = FileStamp(path)
        isStored = stamp != nil
        if isStored {
            let file = try RecordFile.read(path, withItems: true)
            try RunIdentity.check(path, found: file.identity, expected: identity)
            guard let items = file.items, items.rows.count == rows.count,
                items.valuesPerItem == study.valuesPerItem
            else {
                throw StorageError(
                    .malformed, file: path, problem: "lacks its items", remedy: "make it again")
            }
            rows = items.rows
            self.run.part = StudyPart.joined([file.run.part, run.part])
        }
        journal = try Self.journal(path, identity, study)
        for record in journal.found.records where rows.indices.contains(Int(record.index)) {
            isStored = isStored && rows[Int(record.index)] != nil
            rows[Int(record.index)] = record.values
        }
        remark = study.takeUp(rows, isStored: isStored)
        if remark != nil { try beginAnew() }
    }

    deinit {
        // A run that ended before its first row leaves nothing.
        if !isStored, rows.allSatisfy({ $0 == nil }) { try? journal.remove() }
    }

    private static func journal(
        _ path: String, _ identity: [String: String], _ study: S
    ) throws -> Journal {
        try Journal(path + ".journal", identity: identity, valuesPerRecord: study.valuesPerItem)
    }

    /// Forgets all rows, in the files too.
    private func beginAnew() throws {
        rows = rows.map { _ in nil }
        if FileManager.default.fileExists(atPath: path) {
            isStored = false
            _ = try store()
        } else {
            try journal.remove()
        }
        journal = try Self.journal(path, identity, study)
    }

    /// Whether nothing is left to measure of the given items.
    public func isFinished(_ items: [Int]) -> Bool {
        study.isComplete(rows) || measuredCount(of: items) == items.count
    }

    /// How many of the given items have been measured.
    public func measuredCount(of items: [Int]) -> Int { items.count { rows[$0] != nil } }

    /// Measures what is missing, and writes the file.
    ///
    /// A row is a function of its item and, where a study says so, of earlier rows, so neither an
    /// interruption nor the order changes the result.
    ///
    /// - Parameters:
    ///   - items: the items to measure, in order; nil takes those of the study.
    ///   - shouldStop: asked before each item; true ends the run with what there is.
    ///   - progress: called after each item, with what is said of it; what it throws ends the run
    ///     as a kill would.
    /// - Returns: the outcome of all that has been measured, and how many of the items are left.
    /// - Throws: what the study and `progress` throw, and `StorageError` where the journal or the
    ///   file cannot be written; what was measured stays in the journal.
    @discardableResult public func measure(
        _ items: [Int]? = nil, shouldStop: () -> Bool = { false },
        progress: (_ note: String) throws -> Void = { _ in }
    ) throws -> (outcome: S.Outcome, left: Int) {
        var left = study.isComplete(rows)
            ? [] : (items ?? study.items).filter { rows[$0] == nil }
        while let item = left.first, !shouldStop() {
            let measured: (values: [Double], note: String)?
            do {
                measured = try study.measure(item, after: rows)
            } catch is CancellationError {
                break
            }
            guard let (values, note) = measured else {
                left = []
                break
            }
            let missing = max(study.valuesPerItem - values.count, 0)
            let row = values + [Double](repeating: .nan, count: missing)
            try journal.append(Journal.Record(index: Int64(item), values: row))
            rows[item] = row
            isStored = false
            left.removeFirst()
            try progress(note)
            if study.isComplete(rows) { left = [] }
        }
        let outcome = try store()
        if left.isEmpty, isFinished(study.items) { try study.removeAside() }
        return (outcome, left.count)
    }

    /// Writes the file with all that has been measured and removes the journal; a file that another
    /// program has put there in the meantime is left alone, and the journal with it.
    private func store() throws -> S.Outcome {
        var outcome = study.header
        try outcome.assemble(rows)
        study.complete(&outcome)
        if !isStored {
            let items = MeasuredItems(rows: rows, valuesPerItem: study.valuesPerItem)
            if isFinished(study.items) { run.part = "" }
            try FileStamp.check(path, is: stamp)
            try RecordFile(outcome, run, identity: identity, items: items).write(to: path)
            (isStored, stamp) = (true, FileStamp(path))
        }
        try journal.remove()
        return outcome
    }
}
