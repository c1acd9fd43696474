@testable import Storage

/// Writes small pickles by hand, for files that torch.save would not write.
enum Pickle {
    static func text(_ text: String) -> [UInt8] {
        [UInt8(ascii: "X")] + LittleEndian.bytes(UInt32(text.utf8.count)) + Array(text.utf8)
    }

    static func global(_ module: String, _ name: String) -> [UInt8] {
        Array("c\(module)\n\(name)\n".utf8)
    }

    static func integer(_ value: Int) -> [UInt8] {
        [0x8A, 8] + LittleEndian.bytes(Int64(value))
    }

    static func tuple(_ items: [[UInt8]]) -> [UInt8] {
        [UInt8(ascii: "(")] + items.flatMap { $0 } + [UInt8(ascii: "t")]
    }

    static func dictionary(_ pairs: [(String, [UInt8])]) -> [UInt8] {
        Array("}(".utf8) + pairs.flatMap { text($0.0) + $0.1 } + [UInt8(ascii: "u")]
    }

    /// A float32 tensor on the storage `key` of `count` elements.
    static func tensor(
        key: String = "0", count: Int, offset: Int = 0, shape: [Int], strides: [Int]
    ) -> [UInt8] {
        let id = tuple([
            text("storage"), global("torch", "FloatStorage"), text(key), text("cpu"),
            integer(count),
        ])
        return global("torch._utils", "_rebuild_tensor_v2")
            + tuple([
                id + [UInt8(ascii: "Q")], integer(offset), tuple(shape.map(integer)),
                tuple(strides.map(integer)), [0x89], Array("}".utf8),
            ]) + [UInt8(ascii: "R")]
    }

    static func file(_ body: [UInt8]) -> [UInt8] {
        [0x80, 2] + body + [UInt8(ascii: ".")]
    }

    /// A whole old-format file with the object `body` and float32 storages.
    static func legacy(_ body: [UInt8], storages: [(String, [Float])]) -> [UInt8] {
        let keys = storages.flatMap { text($0.0) }
        let data = storages.flatMap { storage in
            LittleEndian.bytes(Int64(storage.1.count))
                + LittleEndian.encode(storage.1) { $0.bitPattern }
        }
        return file([0x8A, 10] + TorchCheckpoint.magic) + file(integer(1001))
            + file(dictionary([("little_endian", [0x88])])) + file(body)
            + file(Array("](".utf8) + keys + [UInt8(ascii: "e")]) + data
    }

    /// A zip archive of stored entries.
    static func zip(_ entries: [(String, [UInt8])]) -> [UInt8] {
        zip(entries.map { ($0.0, $0.1, $0.1.count, 0) })
    }

    /// A zip archive of entries that declare `size` bytes and a compression method.
    static func zip(_ entries: [(name: String, data: [UInt8], size: Int, method: Int)]) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let common =
                LittleEndian.bytes(UInt16(0)) + LittleEndian.bytes(UInt16(entry.method))
                + LittleEndian.bytes(UInt32(0)) + LittleEndian.bytes(UInt32(0))
                + LittleEndian.bytes(UInt32(entry.data.count))
                + LittleEndian.bytes(UInt32(entry.size))
                + LittleEndian.bytes(UInt16(entry.name.utf8.count)) + LittleEndian.bytes(UInt16(0))
            directory +=
                [0x50, 0x4B, 1, 2, 20, 0, 20, 0] + common + [UInt8](repeating: 0, count: 10)
            directory += LittleEndian.bytes(UInt32(bytes.count)) + Array(entry.name.utf8)
            bytes += [0x50, 0x4B, 3, 4, 20, 0] + common + Array(entry.name.utf8) + entry.data
        }
        let count = LittleEndian.bytes(UInt16(entries.count))
        return bytes + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count
            + LittleEndian.bytes(UInt32(directory.count)) + LittleEndian.bytes(UInt32(bytes.count))
            + [0, 0]
    }
}
