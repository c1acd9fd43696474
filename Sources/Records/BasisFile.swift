import Execution
import Foundation
import Storage

/// Vectors that an item of a study leaves to the next one, laid aside in `FILE.basis`.
///
/// They are too long for a row of a journal. The file says which run and which item it is of and
/// holds the item's row, so that it is known to belong to what the journal holds; and as it is safe
/// before the row is in the journal, a run that was killed between the two finds the row here.
///
/// Layout: "SADDLEB1", length of the header (8 bytes), header (JSON), then the vectors one after
/// another as they lie in memory. The header has a SHA-256 of each.
public struct BasisFile: Sendable {
    /// What the file holds.
    public struct Content: Sendable {
        /// The number of the item.
        public var item: Int
        /// Its row, bit for bit.
        public var row: [Double]
        /// What it leaves.
        public var vectors: [ParameterVector]

        /// What an item leaves.
        public init(item: Int, row: [Double], vectors: [ParameterVector]) {
            (self.item, self.row, self.vectors) = (item, row, vectors)
        }
    }

    private struct Header: Codable {
        var run: String
        var item: Int
        var row: [UInt64]
        var storage: String
        var length: Int
        var digests: [String]
    }

    /// Where it lies.
    public let path: String
    /// A digest of what decides the values of the run.
    private let run: String
    private static let magic = Array("SADDLEB1".utf8)

    /// The file beside the result at `path`.
    ///
    /// - Parameter identity: what decides the values of the run, by name.
    public init(beside path: String, identity: [String: String]) {
        self.path = path + ".basis"
        run = RunIdentity.digest(identity)
    }

    /// Writes the file, whole or not at all.
    ///
    /// - Throws: `StorageError` where it cannot be written.
    public func write(_ content: Content) throws {
        let header = Header(
            run: run, item: content.item, row: content.row.map(\.bitPattern),
            storage: (content.vectors.first?.storage ?? .double).rawValue,
            length: content.vectors.first?.count ?? 0,
            digests: content.vectors.map { SHA256.hexadecimal($0.bytes) })
        let json = [UInt8](try JSONEncoder().encode(header))
        try AtomicFile.write(path) { file in
            try file.append(Self.magic)
            try file.append((0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) })
            try file.append(json)
            for vector in content.vectors { try file.append(vector.bytes) }
        }
    }

    /// What the file holds; nil where it is missing, damaged or of another run.
    public func read() -> Content? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        var left = (try? file.seekToEnd()).map { Int($0) } ?? 0
        try? file.seek(toOffset: 0)
        func bytes(_ count: Int) -> [UInt8]? {
            guard count <= left else { return nil }
            left -= count
            guard count > 0 else { return [] }
            guard let data = try? file.read(upToCount: count), data.count == count else {
                return nil
            }
            return [UInt8](data)
        }
        guard bytes(Self.magic.count) == Self.magic, let size = bytes(8), size[7] < 64 else {
            return nil
        }
        let length = size.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard let json = bytes(length),
            let header = try? JSONDecoder().decode(Header.self, from: Data(json)),
            header.run == run, let storage = Precision(rawValue: header.storage),
            (0..<(1 << 48)).contains(header.length)
        else { return nil }
        var vectors: [ParameterVector] = []
        for digest in header.digests {
            guard let stored = bytes(header.length * storage.bytes),
                SHA256.hexadecimal(stored) == digest,
                let vector = ParameterVector(bytes: stored, storage: storage)
            else { return nil }
            vectors.append(vector)
        }
        return Content(
            item: header.item, row: header.row.map(Double.init(bitPattern:)), vectors: vectors)
    }

    /// Removes the file, if it is there.
    ///
    /// - Throws: `StorageError` where it cannot be removed.
    public func remove() throws {
        guard unlink(path) != 0, errno != ENOENT else { return }
        throw StorageError(
            .unwritable, file: path,
            problem: "cannot be removed: \(String(cString: strerror(errno)))",
            remedy: "check the permissions, or delete it")
    }
}
