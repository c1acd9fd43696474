import Foundation

extension Safetensors {
    /// Writes `tensors` and `metadata` to `path`, whole or not at all.
    ///
    /// Tensors are ordered by element size, largest first, else as given: every tensor then lies
    /// at a multiple of its element size, which readers that map the file need.
    ///
    /// - Throws: `StorageError` of kind `mismatch` (a name twice, or the reserved `__metadata__`),
    ///   `full` or `unwritable`; the file that was there is unchanged.
    public static func write(
        _ path: String, tensors: [StoredTensor], metadata: [String: String] = [:]
    ) throws {
        let ordered = tensors.enumerated().sorted {
            ($1.element.elementType.size, $0.offset) < ($0.element.elementType.size, $1.offset)
        }.map(\.element)
        let header = try header(of: ordered, metadata: metadata, file: path)
        try AtomicFile.write(path) { file in
            try file.append(LittleEndian.bytes(UInt64(header.count)))
            try file.append(header)
            for tensor in ordered { try file.append(tensor.bytes) }
        }
    }

    private static func header(
        of tensors: [StoredTensor], metadata: [String: String], file: String
    ) throws -> [UInt8] {
        var names: Set<String> = ["__metadata__"]
        var fields: [String] = []
        if !metadata.isEmpty {
            let pairs = try metadata.sorted { $0.key < $1.key }
                .map { try json($0.key) + ":" + json($0.value) }
            fields.append("\"__metadata__\":{" + pairs.joined(separator: ",") + "}")
        }
        var offset = 0
        for tensor in tensors {
            guard names.insert(tensor.name).inserted else {
                throw StorageError(
                    .mismatch, file: file,
                    problem: "the tensor name \(StorageError.quoted(tensor.name)) is taken",
                    remedy: "give each tensor a name of its own")
            }
            let end = offset + tensor.bytes.count
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            fields.append(
                try json(tensor.name) + ":{\"dtype\":\"\(tensor.elementType.rawValue)\","
                    + "\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var bytes = Array(("{" + fields.joined(separator: ",") + "}").utf8)
        // Spaces bring the data to a multiple of 8 bytes.
        while bytes.count % 8 != 0 { bytes.append(UInt8(ascii: " ")) }
        return bytes
    }

    private static func json(_ text: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return String(decoding: try encoder.encode(text), as: UTF8.self)
    }
}
