import Foundation
import Landscapes
import Storage

/// A landscape on its way into a file: each finished point is safe as soon as it is recorded.
///
/// Points go into a journal beside the file (`FILE.journal`); `finish` puts all of them into the
/// HDF5 file at once and removes the journal. A run that was killed goes on from the journal, one
/// that was stopped goes on from the file, and a file of another run is refused.
public final class LandscapeRecording: Sendable {
    /// The HDF5 file.
    public let path: String
    /// The points of earlier runs `[y, x]`, nil where a point is still to be computed.
    public let finished: [PointMetrics?]
    /// The certificate of an earlier run, if there is one.
    public let certificate: Certificate?

    private let description: RunDescription
    private let identity: [String: String]
    private let journal: Journal

    /// Opens the file of a landscape, new or of an earlier run of the same landscape.
    ///
    /// - Throws: `StorageError` of kind `mismatch` where the file or its journal is of another
    ///   run, naming what differs; `locked` while another process computes the same file; or where
    ///   the folder cannot be written.
    public init(
        _ path: String, _ measurement: LandscapeMeasurement, _ description: RunDescription
    ) throws {
        let empty = measurement.emptyGrid
        var identity = LandscapeRecord.identity(empty, description)
        for (number, direction) in measurement.directions.enumerated() {
            let bytes = direction.values.withUnsafeBytes { Array($0) }
            identity["direction_\(number)_sha256"] = SHA256.hexadecimal(bytes)
        }
        // The file is checked first, so that a run that is refused leaves no journal behind.
        var points = empty.points
        var certificate: Certificate?
        if FileManager.default.fileExists(atPath: path) {
            let (grid, _, found) = try LandscapeRecord.readWithIdentity(path)
            try RunIdentity.check(path, found: found, expected: identity)
            points = grid.points
            certificate = grid.certificate
        }
        journal = try Journal(
            path + ".journal", identity: identity,
            valuesPerRecord: LandscapeMetric.stored.count)
        for record in journal.found.records where points.indices.contains(Int(record.index)) {
            points[Int(record.index)] = PointMetrics(stored: record.values)
        }
        self.path = path
        self.description = description
        self.identity = identity
        self.certificate = certificate
        finished = points
    }

    /// Makes a finished point safe: once this returns, it survives a kill and a power cut.
    ///
    /// - Throws: `StorageError` where the disk is full or the journal cannot be written.
    public func record(_ index: Int, _ point: PointMetrics) throws {
        try journal.append(Journal.Record(index: Int64(index), values: point.stored))
    }

    /// Writes the HDF5 file with all points of the grid and removes the journal.
    ///
    /// - Throws: `StorageError` where the file cannot be written; the journal then stays.
    public func finish(_ grid: LandscapeGrid) throws {
        try LandscapeRecord.write(path, grid, description, identity: identity)
        try journal.remove()
    }
}
