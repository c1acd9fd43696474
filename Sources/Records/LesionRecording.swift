import Foundation
import Lesions
import Storage

/// A lesion study on its way into a file: the outcomes of each network are safe once recorded.
///
/// Outcomes go into a journal beside the file (`FILE.journal`), one record per network; `finish`
/// writes the HDF5 file and removes the journal. A study needs all of its networks, so a run that
/// is stopped or killed leaves the journal alone, to go on from.
public final class LesionRecording: Sendable {
    /// The HDF5 file.
    public let path: String
    /// The study of an earlier run that was finished; nil where there is something to compute.
    public let complete: LesionResult?

    private let description: RunDescription
    private let journal: Journal
    private let outcomes: [Int64: ExampleOutcomes]

    /// Opens the file of a study, new or of an earlier run of the same study.
    ///
    /// - Throws: `StorageError` of kind `mismatch` where the file or its journal is of another
    ///   run, naming what differs; `locked` while another process computes the same file; or where
    ///   the folder cannot be written.
    public init(_ path: String, _ description: RunDescription) throws {
        var complete: LesionResult?
        if FileManager.default.fileExists(atPath: path) {
            let (result, _, found) = try LesionRecord.readWithIdentity(path)
            try RunIdentity.check(path, found: found, expected: description.identity)
            complete = result
        }
        journal = try Journal(
            path + ".journal", identity: description.identity,
            valuesPerRecord: 2 * description.exampleCount)
        var outcomes: [Int64: ExampleOutcomes] = [:]
        for record in journal.found.records {
            outcomes[record.index] = Self.decode(record.values)
        }
        // A run that was killed between writing the file and removing its journal ends here.
        if complete != nil { try journal.remove() }
        self.path = path
        self.complete = complete
        self.description = description
        self.outcomes = outcomes
    }

    /// What an earlier run found without a unit of the network, given by its number, or with all.
    public func outcomes(without unit: Int?) -> ExampleOutcomes? {
        outcomes[Self.index(unit)]
    }

    /// Makes a network's outcomes safe: once this returns, they survive a kill and a power cut.
    ///
    /// - Throws: `StorageError` where the disk is full or the journal cannot be written.
    public func record(_ outcomes: ExampleOutcomes, without unit: Int?) throws {
        let values = outcomes.negativeLogLikelihood + outcomes.correct.map { $0 ? 1 : 0 }
        try journal.append(Journal.Record(index: Self.index(unit), values: values))
    }

    /// Writes the HDF5 file and removes the journal.
    ///
    /// - Throws: `StorageError` where the file cannot be written; the journal then stays.
    public func finish(_ result: LesionResult) throws {
        try LesionRecord.write(path, result, description)
        try journal.remove()
    }

    /// The whole network stands before its first unit.
    private static func index(_ unit: Int?) -> Int64 { Int64(unit ?? -1) }

    private static func decode(_ values: [Double]) -> ExampleOutcomes {
        let count = values.count / 2
        return ExampleOutcomes(
            correct: values[count...].map { $0 != 0 },
            negativeLogLikelihood: Array(values[..<count]))
    }
}
