/// Files of PyTorch's `torch.save`: zip archives and the older sequence of pickles.
///
/// Source: `torch/serialization.py` of PyTorch, functions `_save` and `_legacy_save`.
enum TorchCheckpoint {
    /// The integer that the first pickle of an old file holds, little-endian.
    static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

    /// Whether `bytes` begin as a zip archive.
    static func isZip(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
    }

    /// Whether `bytes` begin as a pickle of protocol 2 or later.
    static func isPickle(_ bytes: [UInt8]) -> Bool {
        bytes.count > 2 && bytes[0] == 0x80 && (2...5).contains(bytes[1])
    }

    /// The object of a zip file, and its storages, read one by one as tensors ask for them.
    ///
    /// - Throws: `StorageError` as `ZipArchive` and `PickleInterpreter` do.
    static func readZip(_ bytes: [UInt8], file: String) throws -> TorchDocument {
        let archive = try ZipArchive(bytes, file: file)
        let suffix = "data.pkl"
        guard let name = archive.names.first(where: { $0 == suffix || $0.hasSuffix("/" + suffix) })
        else {
            throw StorageError(
                .malformed, file: file, problem: "is a zip archive that holds no data.pkl",
                remedy: "name a file that torch.save wrote")
        }
        let folder = String(name.dropLast(suffix.count))
        if archive.entries[folder + "constants.pkl"] != nil {
            throw StorageError(
                .unsupported, file: file, problem: "is a TorchScript archive",
                remedy: "save model.state_dict() with torch.save")
        }
        if archive.entries[folder + "byteorder"] != nil {
            let order = try archive.content(folder + "byteorder")
            guard order == Array("little".utf8) else {
                throw StorageError(
                    .unsupported, file: file, problem: "numbers are not little-endian",
                    remedy: "save it on a little-endian machine")
            }
        }
        var interpreter = PickleInterpreter(
            ByteReader(try archive.content(name), file: file))
        let root = try interpreter.run()
        return TorchDocument(file: file, fileSize: bytes.count, heap: interpreter.heap, root: root)
        {
            try archive.content(folder + "data/" + $0.key)
        }
    }

    /// The object of an old file, whose storages stand behind the pickles.
    ///
    /// - Throws: `StorageError` as `PickleInterpreter` does.
    static func readLegacy(_ bytes: [UInt8], file: String) throws -> TorchDocument {
        var position = 0
        var heap: [PickleObject] = []
        func next() throws -> PickleValue {
            var interpreter = PickleInterpreter(ByteReader(bytes, file: file, from: position))
            let value = try interpreter.run()
            position = interpreter.position
            heap = interpreter.heap
            return value
        }
        guard try next() == .largeInteger(magic) else {
            throw malformed(file, "is a pickle that torch.save did not write")
        }
        guard try next() == .integer(1001) else {
            throw malformed(file, "does not have the protocol 1001")
        }
        try checkSystem(try next(), heap, file)
        let root = try next()
        let rootHeap = heap
        if case .object(let index) = root, rootHeap[index].isOpaque, rootHeap[index].items.isEmpty {
            // Of a foreign object there is its class to tell, whatever follows.
            return TorchDocument(file: file, fileSize: bytes.count, heap: rootHeap, root: root) {
                throw malformed(file, "has no storage \(StorageError.quoted($0.key))")
            }
        }
        guard case .object(let index) = try next(), heap[index].kind == .list else {
            throw malformed(file, "has no list of storages")
        }
        let ranges = try storageRanges(
            keys: heap[index].items, of: rootHeap, in: ByteReader(bytes, file: file, from: position)
        )
        return TorchDocument(file: file, fileSize: bytes.count, heap: rootHeap, root: root) {
            guard let range = ranges[$0.key] else {
                throw malformed(file, "has no storage \(StorageError.quoted($0.key))")
            }
            return Array(bytes[range])
        }
    }

    /// The third pickle tells of the machine; numbers must be little-endian.
    private static func checkSystem(
        _ value: PickleValue, _ heap: [PickleObject], _ file: String
    ) throws {
        guard case .object(let index) = value, heap[index].kind == .dictionary else {
            throw malformed(file, "has no description of the machine")
        }
        let items = heap[index].items
        for pair in stride(from: 0, to: items.count - 1, by: 2)
        where items[pair] == .text("little_endian") && items[pair + 1] != .bool(true) {
            throw StorageError(
                .unsupported, file: file, problem: "numbers are not little-endian",
                remedy: "save it on a little-endian machine")
        }
    }

    /// Each storage is its element count in 8 bytes, then its elements.
    private static func storageRanges(
        keys: [PickleValue], of heap: [PickleObject], in reader: ByteReader
    ) throws -> [String: Range<Int>] {
        var reader = reader
        var types: [String: ElementType] = [:]
        for object in heap {
            if case .storage(let storage) = object.kind { types[storage.key] = storage.elementType }
        }
        var ranges: [String: Range<Int>] = [:]
        for key in keys {
            guard case .text(let key) = key, let type = types[key] else {
                throw malformed(reader.file, "lists a storage that no tensor uses")
            }
            let count = Int(clamping: try reader.integer(UInt64.self))
            guard let size = type.byteCount(shape: [count]) else {
                throw malformed(reader.file, "declares a storage of \(count) elements")
            }
            let content = try reader.take(size)
            ranges[key] = content.startIndex..<content.endIndex
        }
        return ranges
    }

    private static func malformed(_ file: String, _ problem: String) -> StorageError {
        StorageError(
            .malformed, file: file, problem: problem,
            remedy: "the file is damaged or no checkpoint, save or download it again")
    }
}
