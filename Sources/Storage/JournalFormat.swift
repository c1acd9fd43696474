import Foundation

/// The bytes of a journal, as `Journal` describes them.
enum JournalFormat {
    /// Values that one record may have.
    static let valueLimit = 1 << 24
    private static let magic = Array("SADDLEJ1".utf8)

    /// The header's bytes.
    static func header(_ identity: [String: String], _ valuesPerRecord: Int) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = [UInt8](try encoder.encode(identity))
        let bytes =
            magic + LittleEndian.bytes(UInt32(clamping: json.count))
            + LittleEndian.bytes(UInt32(clamping: valuesPerRecord)) + json
        return bytes + LittleEndian.bytes(Inflation.checksum(bytes[...]))
    }

    /// A record's bytes.
    static func encode(_ record: Journal.Record) -> [UInt8] {
        let bytes =
            LittleEndian.bytes(record.index) + LittleEndian.encode(record.values) { $0.bitPattern }
        return bytes + LittleEndian.bytes(Inflation.checksum(bytes[...]))
    }

    /// The content of a journal's bytes; a torn record at the end is left out.
    ///
    /// - Throws: `StorageError` of kind `malformed` or `truncated`, if the header is not whole.
    static func decode(_ bytes: [UInt8], file: String) throws -> Journal.Content {
        var reader = ByteReader(bytes, file: file)
        guard bytes.starts(with: magic) else {
            throw malformed(file, "is not a journal")
        }
        _ = try reader.take(magic.count)
        let length = Int(try reader.integer(UInt32.self))
        let valuesPerRecord = Int(try reader.integer(UInt32.self))
        let json = try reader.take(length)
        let checksum = Inflation.checksum(bytes[..<reader.position])
        guard try reader.integer(UInt32.self) == checksum,
            (1...valueLimit).contains(valuesPerRecord),
            let identity = try? JSONDecoder().decode([String: String].self, from: Data(json))
        else { throw malformed(file, "has a damaged header") }
        let start = reader.position
        let size = 12 + 8 * valuesPerRecord
        var records: [Journal.Record] = []
        var whole = 0
        for number in 0..<(bytes.count - start) / size {
            let position = start + number * size
            guard let record = record(bytes[position..<position + size]) else { continue }
            records.append(record)
            whole = number + 1
        }
        return Journal.Content(
            identity: identity, valuesPerRecord: valuesPerRecord, records: records,
            damaged: whole - records.count, length: start + whole * size)
    }

    /// The record of `bytes`, or nil if its checksum is wrong.
    private static func record(_ bytes: ArraySlice<UInt8>) -> Journal.Record? {
        var reader = ByteReader(Array(bytes.suffix(4)), file: "")
        let content = bytes.dropLast(4)
        guard let checksum = try? reader.integer(UInt32.self),
            checksum == Inflation.checksum(content)
        else { return nil }
        let words = LittleEndian.decode(Array(content), as: UInt64.self) { $0 }
        guard let index = words.first else { return nil }
        return Journal.Record(
            index: Int64(bitPattern: index),
            values: words.dropFirst().map { Double(bitPattern: $0) })
    }

    /// Refuses to go on with another run's journal.
    static func check(
        _ path: String, _ found: Journal.Content, _ identity: [String: String], _ count: Int
    ) throws {
        var theirs = found.identity
        var ours = identity
        theirs["values per point"] = String(found.valuesPerRecord)
        ours["values per point"] = String(count)
        guard theirs != ours else { return }
        let keys = Set(theirs.keys).union(ours.keys).filter { theirs[$0] != ours[$0] }.sorted()
        let there = keys.map { "\($0) = \(shown(theirs[$0]))" }.joined(separator: ", ")
        let here = keys.map { "\($0) = \(shown(ours[$0]))" }.joined(separator: ", ")
        throw StorageError(
            .mismatch, file: path,
            problem: "belongs to the run with \(there); this run has \(here)",
            remedy: "give the same options, choose another output, or delete the file")
    }

    private static func shown(_ value: String?) -> String {
        value.map { StorageError.quoted($0) } ?? "(absent)"
    }

    private static func malformed(_ file: String, _ problem: String) -> StorageError {
        StorageError(
            .malformed, file: file, problem: problem,
            remedy: "choose another output, or delete the file")
    }
}
