/// NumPy's `.npy` files, versions 1 to 3, little-endian, in C or Fortran order.
///
/// Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays".
public enum NumpyArray {
    /// The first bytes of every such file.
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// Bytes that the header may have: more than any array of numbers needs. It is searched in
    /// time that grows with its length.
    private static let headerLimit = 65_535

    private static let types: [(code: String, type: ElementType)] = [
        ("<f8", .float64), ("<f4", .float32), ("<f2", .float16), ("<i8", .int64), ("<i4", .int32),
        ("<i2", .int16), ("|i1", .int8), ("|u1", .uint8), ("|b1", .bool),
    ]

    /// The array in the file at `path`, in row-major order, named after nothing.
    ///
    /// - Throws: `StorageError` of kind `unreadable`, `truncated`, `malformed` or `unsupported`.
    public static func read(_ path: String) throws -> StoredTensor {
        try decode(InputFile.read(path), file: path)
    }

    /// The array in a file's bytes; `file` is for messages.
    ///
    /// - Throws: as `read`.
    static func decode(_ bytes: [UInt8], file: String) throws -> StoredTensor {
        var reader = ByteReader(bytes, file: file)
        guard try Array(reader.take(6)) == magic else {
            throw malformed(file, "does not begin as a NumPy array")
        }
        let version = try reader.byte()
        _ = try reader.byte()
        guard (1...3).contains(version) else {
            throw StorageError(
                .unsupported, file: file, problem: "has the format version \(version)",
                remedy: "save it with numpy.save")
        }
        let length =
            version == 1
            ? Int(try reader.integer(UInt16.self)) : Int(try reader.integer(UInt32.self))
        guard length <= headerLimit else {
            throw malformed(file, "has a header of \(length) bytes, beyond \(headerLimit)")
        }
        let header = String(decoding: try reader.take(length), as: UTF8.self)
        guard let code = text("descr", in: header), let order = word("fortran_order", in: header),
            let shape = shape(in: header), order == "True" || order == "False"
        else { throw malformed(file, "header \(StorageError.quoted(header)) is incomplete") }
        guard let type = types.first(where: { $0.code == code })?.type else {
            let known = types.map(\.code).joined(separator: ", ")
            throw StorageError(
                .unsupported, file: file,
                problem: "has the element type \(StorageError.quoted(code))",
                remedy: "convert it to one of \(known)")
        }
        guard let size = type.byteCount(shape: shape), size == reader.remaining else {
            throw StorageError(
                .truncated, file: file,
                problem: "holds \(reader.remaining) bytes, not those of shape \(shape) of \(type)",
                remedy: "the file is incomplete, write or copy it again")
        }
        var content = Array(try reader.take(size))
        if order == "True", !content.isEmpty {
            var strides: [Int] = []
            var stride = 1
            for extent in shape {
                strides.append(stride)
                stride *= extent
            }
            let storage = TorchStorage(
                key: "", elementType: type, count: size / type.size, offset: 0,
                length: size / type.size)
            content = TorchView(storage: storage, offset: 0, shape: shape, strides: strides)
                .contiguous(in: content)
        }
        return StoredTensor(unchecked: "", shape: shape, elementType: type, bytes: content)
    }

    /// Writes `tensor` to `path` in C order, whole or not at all.
    ///
    /// - Throws: `StorageError` of kind `unsupported` (bfloat16), `full` or `unwritable`.
    public static func write(_ path: String, _ tensor: StoredTensor) throws {
        guard let code = types.first(where: { $0.type == tensor.elementType })?.code else {
            throw StorageError(
                .unsupported, file: path, problem: "NumPy has no \(tensor.elementType)",
                remedy: "convert the tensor to float32 first")
        }
        let sizes = tensor.shape.map(String.init).joined(separator: ", ")
        let shape = tensor.shape.count == 1 ? "(\(sizes),)" : "(\(sizes))"
        var header = "{'descr': '\(code)', 'fortran_order': False, 'shape': \(shape), }"
        // Magic, version, length and header together are a multiple of 64 bytes.
        let used = 10 + header.utf8.count + 1
        header += String(repeating: " ", count: (64 - used % 64) % 64) + "\n"
        let start = magic + [1, 0] + LittleEndian.bytes(UInt16(clamping: header.utf8.count))
        try AtomicFile.write(path) { file in
            try file.append(start + Array(header.utf8))
            try file.append(tensor.bytes)
        }
    }

    /// What follows `'key':` in the header, a Python dictionary's text.
    private static func value(_ key: String, in header: String) -> Substring? {
        let text = Array(header.utf8)
        for quote in ["'", "\""] {
            let pattern = Array((quote + key + quote).utf8)
            for start in text.indices.dropLast(pattern.count - 1)
            where text[start...].starts(with: pattern) {
                let rest = text[(start + pattern.count)...].drop { $0 == UInt8(ascii: " ") }
                guard rest.first == UInt8(ascii: ":") else { continue }
                return Substring(String(decoding: rest.dropFirst(), as: UTF8.self))
                    .drop { $0 == " " }
            }
        }
        return nil
    }

    private static func text(_ key: String, in header: String) -> String? {
        guard let rest = value(key, in: header), let quote = rest.first,
            quote == "'" || quote == "\""
        else { return nil }
        return String(rest.dropFirst().prefix { $0 != quote })
    }

    private static func word(_ key: String, in header: String) -> String? {
        value(key, in: header).map { String($0.prefix { $0.isLetter }) }
    }

    private static func shape(in header: String) -> [Int]? {
        guard let rest = value("shape", in: header), rest.first == "(",
            let close = rest.firstIndex(of: ")")
        else { return nil }
        var shape: [Int] = []
        for part in rest[rest.index(after: rest.startIndex)..<close].split(separator: ",") {
            let digits = part.filter { $0 != " " }
            if digits.isEmpty { continue }
            guard let size = Int(digits), size >= 0 else { return nil }
            shape.append(size)
        }
        return shape.count <= 64 ? shape : nil
    }

    private static func malformed(_ file: String, _ problem: String) -> StorageError {
        StorageError(
            .malformed, file: file, problem: problem,
            remedy: "name a file that numpy.save wrote")
    }
}
