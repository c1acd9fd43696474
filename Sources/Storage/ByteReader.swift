/// A cursor over the bytes of a file; each step is checked against the end.
struct ByteReader {
    /// The file, for messages.
    let file: String
    /// All bytes of the file or entry.
    let bytes: [UInt8]
    /// The next byte.
    private(set) var position: Int
    /// One past the last byte that may be read.
    let end: Int

    /// A cursor at `start`, which with `end` must lie inside of the bytes.
    init(_ bytes: [UInt8], file: String, from start: Int = 0, to end: Int? = nil) {
        self.bytes = bytes
        self.file = file
        self.end = min(max(end ?? bytes.count, 0), bytes.count)
        self.position = min(max(start, 0), self.end)
    }

    /// Bytes that are left.
    var remaining: Int { end - position }

    /// The next `count` bytes.
    ///
    /// - Throws: `StorageError` of kind `truncated`.
    mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw truncated(needing: count) }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// The next byte.
    mutating func byte() throws -> UInt8 {
        guard position < end else { throw truncated(needing: 1) }
        defer { position += 1 }
        return bytes[position]
    }

    /// The next little-endian integer.
    mutating func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer {
        var value: Integer = 0
        for (index, byte) in try take(MemoryLayout<Integer>.size).enumerated() {
            value |= Integer(truncatingIfNeeded: byte) << (8 * index)
        }
        return value
    }

    /// The text up to the next line feed, which is passed over.
    mutating func line() throws -> String {
        guard let feed = bytes[position..<end].firstIndex(of: 0x0A) else {
            throw truncated(needing: remaining + 1)
        }
        defer { position = feed + 1 }
        return String(decoding: bytes[position..<feed], as: UTF8.self)
    }

    private func truncated(needing count: Int) -> StorageError {
        StorageError(
            .truncated, file: file,
            problem: "ends early: \(count) bytes wanted at offset \(position), \(remaining) left",
            remedy: "the file is incomplete, copy or download it again")
    }
}
