import Foundation
import Synchronization

/// A file that only grows, of records that are whole or not there, whatever kills the writer.
///
/// A run appends each finished point and goes on from the points that are there. Layout:
///
///     "SADDLEJ1", header length (4 bytes), values per record (4 bytes), header (JSON), checksum
///     then per record: index (8 bytes), values (8 bytes each), checksum of both (4 bytes)
///
/// Numbers are little-endian, checksums CRC-32. Each record is synchronised to the disk before
/// `append` returns; a record that was cut off at the end is cut away on reopening.
public final class Journal: Sendable {
    /// One finished point.
    public struct Record: Equatable, Sendable {
        /// What the values belong to, such as the number of a grid point.
        public let index: Int64
        /// The values, bit for bit.
        public let values: [Double]

        /// The record of `values` at `index`.
        public init(index: Int64, values: [Double]) {
            self.index = index
            self.values = values
        }
    }

    /// What a journal holds.
    public struct Content: Equatable, Sendable {
        /// The description of the run.
        public let identity: [String: String]
        /// Values of each record.
        public let valuesPerRecord: Int
        /// The whole records, in the order of writing.
        public let records: [Record]
        /// Records whose checksum is wrong though others follow: the disk has lost them.
        public let damaged: Int
        /// Bytes up to the end of the last whole record.
        let length: Int
    }

    private struct State {
        var descriptor: Int32
        var length: Int
    }

    /// The file, as the caller wrote it.
    public let path: String
    /// What was there on opening; empty for a new journal.
    public let found: Content
    private let state: Mutex<State>

    /// Opens the journal at `path`, or makes it, for the run that `identity` describes.
    ///
    /// - Parameters:
    ///   - identity: everything that decides the values, such as model, weights and seed.
    /// - Throws: `StorageError` of kind `mismatch` if the journal is of another run, naming what
    ///   differs; `locked` if another process writes it; `malformed`, `full` or `unwritable`.
    public init(_ path: String, identity: [String: String], valuesPerRecord: Int) throws {
        guard (1...JournalFormat.valueLimit).contains(valuesPerRecord) else {
            throw StorageError(
                .mismatch, file: path, problem: "records of \(valuesPerRecord) values",
                remedy: "choose 1 to \(JournalFormat.valueLimit)")
        }
        self.path = path
        let header = try JournalFormat.header(identity, valuesPerRecord)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw AtomicFile.unwritable(path, errno) }
        do {
            try Journal.lock(descriptor, path)
            // A new file is empty; one whose maker was killed ends within the header.
            if header.starts(with: try InputFile.read(path)) {
                let code = Journal.write(header, to: descriptor, at: 0)
                guard code == 0 else { throw AtomicFile.unwritable(path, code) }
                AtomicFile.synchronizeFolder(of: path)
            }
            found = try Journal.read(path)
            try JournalFormat.check(path, found, identity, valuesPerRecord)
            guard ftruncate(descriptor, off_t(found.length)) == 0 else {
                throw AtomicFile.unwritable(path, errno)
            }
        } catch {
            Foundation.close(descriptor)
            throw error
        }
        state = Mutex(State(descriptor: descriptor, length: found.length))
    }

    deinit { close() }

    /// What the journal at `path` holds, without changing it.
    ///
    /// - Throws: `StorageError` of kind `unreadable`, `malformed` or `truncated` (in the header).
    public static func read(_ path: String) throws -> Content {
        try JournalFormat.decode(InputFile.read(path), file: path)
    }

    /// Appends a record; once this returns, the record survives a kill and a power cut.
    ///
    /// - Throws: `StorageError` of kind `mismatch` for another number of values, `full` or
    ///   `unwritable`; the records before stay as they are.
    public func append(_ record: Record) throws {
        guard record.values.count == found.valuesPerRecord else {
            throw StorageError(
                .mismatch, file: path,
                problem: "is given a record of \(record.values.count) values",
                remedy: "give \(found.valuesPerRecord)")
        }
        let bytes = JournalFormat.encode(record)
        try state.withLock { state in
            guard state.descriptor >= 0 else {
                throw StorageError(
                    .unwritable, file: path, problem: "the journal is closed",
                    remedy: "open it again")
            }
            let code = Journal.write(bytes, to: state.descriptor, at: state.length)
            guard code == 0 else {
                // A part of the record would be cut away later anyway; now is cleaner.
                _ = ftruncate(state.descriptor, off_t(state.length))
                throw AtomicFile.unwritable(path, code)
            }
            state.length += bytes.count
        }
    }

    /// Lets another process write the journal.
    public func close() {
        state.withLock { state in
            guard state.descriptor >= 0 else { return }
            Foundation.close(state.descriptor)
            state.descriptor = -1
        }
    }

    /// Closes and deletes the journal, once its content is safe in another file.
    ///
    /// - Throws: `StorageError` of kind `unwritable`.
    public func remove() throws {
        // Deleted under the lock, so that no other process can begin to write it in between.
        guard unlink(path) == 0 || errno == ENOENT else { throw AtomicFile.unwritable(path, errno) }
        close()
        AtomicFile.synchronizeFolder(of: path)
    }

    /// Takes the lock on a journal that is still there.
    private static func lock(_ descriptor: Int32, _ path: String) throws {
        var status = stat()
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0,
            status.st_nlink > 0
        else {
            throw StorageError(
                .locked, file: path, problem: "another process writes this journal",
                remedy: "wait for it to end or choose another output")
        }
    }

    /// Zero, or the system's error.
    private static func write(_ bytes: [UInt8], to descriptor: Int32, at start: Int) -> Int32 {
        let code: Int32 = bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                guard let base = buffer.baseAddress else { break }
                let offset = off_t(start + done)
                let count = pwrite(descriptor, base + done, buffer.count - done, offset)
                if count < 0, errno == EINTR { continue }
                if count < 0 { return errno }
                done += count
            }
            return 0
        }
        if code != 0 { return code }
        return fsync(descriptor) == 0 ? 0 : errno
    }
}
