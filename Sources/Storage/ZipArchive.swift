/// Reads zip archives (stored and deflated entries, with zip64), as PyTorch writes them.
///
/// Source: PKWARE APPNOTE 6.3, sections 4.3 and 4.5. Every offset and size is checked against the
/// file before memory is taken, and entries may not overlap.
struct ZipArchive {
    /// One file of the archive.
    struct Entry {
        let name: String
        let method: UInt16
        let flags: UInt16
        let checksum: UInt32
        let compressedSize: Int
        let size: Int
        let headerOffset: Int
    }

    private static let endSignature: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
    private let bytes: [UInt8]
    private let file: String
    /// The entries by name.
    let entries: [String: Entry]
    /// The names, in the order of the central directory.
    let names: [String]

    /// The directory of the archive in `bytes`.
    ///
    /// - Throws: `StorageError` of kind `truncated`, `malformed` or `tooLarge`.
    init(_ bytes: [UInt8], file: String) throws {
        self.bytes = bytes
        self.file = file
        let directory = try ZipArchive.directory(of: bytes, file: file)
        var reader = ByteReader(bytes, file: file, from: directory.offset, to: directory.end)
        var entries: [String: Entry] = [:]
        var names: [String] = []
        // Each entry takes 46 bytes, so a wrong count ends at the directory's end.
        for _ in 0..<directory.count {
            let entry = try ZipArchive.entry(&reader)
            guard entries.updateValue(entry, forKey: entry.name) == nil else {
                throw ZipArchive.malformed(file, "lists \(StorageError.quoted(entry.name)) twice")
            }
            names.append(entry.name)
        }
        try ZipArchive.checkOverlap(entries.values, before: directory.offset, file: file)
        try ZipArchive.checkTotal(entries.values, fileSize: bytes.count, file: file)
        self.entries = entries
        self.names = names
    }

    /// The content of the entry `name`.
    ///
    /// - Throws: `StorageError` of kind `missing`, `unsupported` (encrypted, another compression),
    ///   `malformed` (damage), `truncated` or `tooLarge`.
    func content(_ name: String) throws -> [UInt8] {
        let quoted = StorageError.quoted(name)
        guard let entry = entries[name] else {
            throw StorageError(
                .missing, file: file, problem: "has no entry \(quoted)",
                remedy: "the file is incomplete, save or download it again")
        }
        guard entry.flags & 1 == 0 else {
            throw StorageError(
                .unsupported, file: file, problem: "entry \(quoted) is encrypted",
                remedy: "store it without a password")
        }
        var reader = ByteReader(bytes, file: file, from: entry.headerOffset)
        guard try reader.integer(UInt32.self) == 0x0403_4B50 else {
            throw ZipArchive.malformed(file, "entry \(quoted) is not where the directory says")
        }
        _ = try reader.take(22)
        let nameLength = Int(try reader.integer(UInt16.self))
        let extraLength = Int(try reader.integer(UInt16.self))
        _ = try reader.take(nameLength + extraLength)
        let packed = try reader.take(entry.compressedSize)
        let content = try unpack(packed, entry, quoted)
        // Writers may leave the checksum out, as zero.
        if entry.checksum != 0, Inflation.checksum(content[...]) != entry.checksum {
            throw ZipArchive.malformed(file, "entry \(quoted) does not have its checksum")
        }
        return content
    }

    private func unpack(
        _ packed: ArraySlice<UInt8>, _ entry: Entry, _ quoted: String
    ) throws -> [UInt8] {
        switch entry.method {
        case 0:
            guard packed.count == entry.size else {
                throw ZipArchive.malformed(
                    file, "entry \(quoted) is stored, yet of sizes \(packed.count), \(entry.size)")
            }
            return Array(packed)
        case 8:
            // Deflate turns one byte into at most 1032.
            guard entry.size / 1032 <= packed.count else {
                throw StorageError(
                    .tooLarge, file: file,
                    problem: "entry \(quoted) declares \(entry.size) bytes from \(packed.count)",
                    remedy: "the file is damaged, save or download it again")
            }
            let content = try Inflation.inflate(
                packed, wrapping: .bare, limit: entry.size, file: file
            ).bytes
            guard content.count == entry.size else {
                throw ZipArchive.malformed(
                    file, "entry \(quoted) has \(content.count) bytes, declares \(entry.size)")
            }
            return content
        default:
            throw StorageError(
                .unsupported, file: file,
                problem: "entry \(quoted) has the compression method \(entry.method)",
                remedy: "use stored or deflated entries")
        }
    }

    /// Where the central directory lies, from the records at the file's end.
    private static func directory(
        of bytes: [UInt8], file: String
    ) throws -> (offset: Int, end: Int, count: Int) {
        let earliest = max(0, bytes.count - 22 - 65_535)
        let found = stride(from: bytes.count - 22, through: earliest, by: -1).first { position in
            position >= 0 && bytes[position..<position + 4].elementsEqual(endSignature)
        }
        guard let found else {
            throw StorageError(
                .truncated, file: file, problem: "is a zip archive without its directory",
                remedy: "the file is incomplete, copy or download it again")
        }
        var reader = ByteReader(bytes, file: file, from: found + 10)
        var count = UInt64(try reader.integer(UInt16.self))
        var size = UInt64(try reader.integer(UInt32.self))
        var offset = UInt64(try reader.integer(UInt32.self))
        var limit = found
        // The zip64 locator stands right before and leads to 64-bit values.
        var locator = ByteReader(bytes, file: file, from: max(0, found - 20))
        if found >= 20, try locator.integer(UInt32.self) == 0x0706_4B50 {
            _ = try locator.take(4)
            let record = try locator.integer(UInt64.self)
            guard record <= UInt64(found) else { throw malformed(file, "zip64 record is outside") }
            var wide = ByteReader(bytes, file: file, from: Int(record))
            guard try wide.integer(UInt32.self) == 0x0606_4B50 else {
                throw malformed(file, "zip64 record is not where the locator says")
            }
            _ = try wide.take(28)
            count = try wide.integer(UInt64.self)
            size = try wide.integer(UInt64.self)
            offset = try wide.integer(UInt64.self)
            limit = Int(record)
        }
        guard offset <= UInt64(limit), size <= UInt64(limit) - offset, count <= size / 46 else {
            throw malformed(
                file, "directory of \(count) entries, \(size) bytes at \(offset) is outside")
        }
        return (Int(offset), Int(offset + size), Int(count))
    }

    /// The next entry of the central directory.
    private static func entry(_ reader: inout ByteReader) throws -> Entry {
        guard try reader.integer(UInt32.self) == 0x0201_4B50 else {
            throw malformed(reader.file, "directory entry has no signature")
        }
        _ = try reader.take(4)
        let flags = try reader.integer(UInt16.self)
        let method = try reader.integer(UInt16.self)
        _ = try reader.take(4)
        let checksum = try reader.integer(UInt32.self)
        var compressed = UInt64(try reader.integer(UInt32.self))
        var size = UInt64(try reader.integer(UInt32.self))
        let nameLength = Int(try reader.integer(UInt16.self))
        let extraLength = Int(try reader.integer(UInt16.self))
        let commentLength = Int(try reader.integer(UInt16.self))
        _ = try reader.take(8)
        var offset = UInt64(try reader.integer(UInt32.self))
        let name = String(decoding: try reader.take(nameLength), as: UTF8.self)
        let extraEnd = reader.position + extraLength
        var extra = ByteReader(
            reader.bytes, file: reader.file, from: reader.position, to: min(extraEnd, reader.end))
        _ = try reader.take(extraLength + commentLength)
        while extra.remaining >= 4 {
            let tag = try extra.integer(UInt16.self)
            let length = Int(try extra.integer(UInt16.self))
            let field = try extra.take(length)
            guard tag == 1 else { continue }
            var wide = ByteReader(
                reader.bytes, file: reader.file, from: field.startIndex, to: field.endIndex)
            if size == 0xFFFF_FFFF { size = try wide.integer(UInt64.self) }
            if compressed == 0xFFFF_FFFF { compressed = try wide.integer(UInt64.self) }
            if offset == 0xFFFF_FFFF { offset = try wide.integer(UInt64.self) }
        }
        let length = UInt64(reader.bytes.count)
        guard offset <= length, compressed <= length - offset, size <= UInt64(Int.max) else {
            throw StorageError(
                .tooLarge, file: reader.file,
                problem: "entry \(StorageError.quoted(name)) declares \(compressed) bytes at "
                    + "\(offset), the file has \(length)",
                remedy: "the file is damaged, save or download it again")
        }
        return Entry(
            name: name, method: method, flags: flags, checksum: checksum,
            compressedSize: Int(compressed), size: Int(size), headerOffset: Int(offset))
    }

    /// Entries that share bytes make small files large without end.
    private static func checkOverlap(
        _ entries: some Collection<Entry>, before directory: Int, file: String
    ) throws {
        let ordered = entries.sorted { $0.headerOffset < $1.headerOffset }
        for (index, entry) in ordered.enumerated() {
            let next = index + 1 < ordered.count ? ordered[index + 1].headerOffset : directory
            guard entry.headerOffset + 30 + entry.compressedSize <= next else {
                throw malformed(
                    file, "entry \(StorageError.quoted(entry.name)) reaches into the next")
            }
        }
    }

    /// Deflated entries may not together become far larger than the file.
    private static func checkTotal(
        _ entries: some Collection<Entry>, fileSize: Int, file: String
    ) throws {
        let limit = 64 * fileSize + (64 << 20)
        var total = 0
        for entry in entries {
            guard entry.size <= limit - total else {
                throw StorageError(
                    .tooLarge, file: file,
                    problem: "\(fileSize) bytes declare more than \(limit) bytes of content",
                    remedy: "check that it is the file that was meant")
            }
            total += entry.size
        }
    }

    private static func malformed(_ file: String, _ problem: String) -> StorageError {
        StorageError(
            .malformed, file: file, problem: "zip archive: \(problem)",
            remedy: "the file is damaged, save or download it again")
    }
}
