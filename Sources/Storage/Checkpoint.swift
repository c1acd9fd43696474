/// Weights from a file of any format that is read, with what else the file says.
public struct Checkpoint: Equatable, Sendable {
    /// The format of a file, found from its content.
    public enum Format: String, Sendable {
        case safetensors
        case torchZip = "PyTorch zip"
        case torchLegacy = "PyTorch legacy"
    }

    /// The format of the file.
    public let format: Format
    /// The weights, in file order; names without the prefix `module.` if all had it.
    public let tensors: [StoredTensor]
    /// The string map of a safetensors file; empty for PyTorch files.
    public let metadata: [String: String]
    /// What a PyTorch file holds beside the weights, such as `epoch`; empty for safetensors.
    public let extras: [String: CheckpointValue]
    /// Whether the prefix `module.` of parallel training was taken from every name.
    public let isPrefixStripped: Bool
    /// The SHA-256 digest of the file in hexadecimal; empty where there was none.
    public private(set) var sha256 = ""

    /// The tensor called `name`, or nil.
    public subscript(name: String) -> StoredTensor? {
        tensors.first { $0.name == name }
    }

    /// The checkpoint in the file at `path`, whatever its extension is.
    ///
    /// Understood are safetensors, and PyTorch files (zip and legacy) that hold a state dict
    /// as such or under `state_dict`, `model` or `model_state_dict`. Nothing that a pickle names
    /// is run.
    ///
    /// - Throws: `StorageError` in one line for every file that is none of these.
    public static func read(_ path: String) throws -> Checkpoint {
        let bytes = try InputFile.read(path)
        var checkpoint = try decode(bytes, file: path)
        checkpoint.sha256 = SHA256.hexadecimal(bytes)
        return checkpoint
    }

    /// The checkpoint in a file's bytes; `file` is for messages.
    ///
    /// - Throws: as `read`.
    static func decode(_ bytes: [UInt8], file: String) throws -> Checkpoint {
        // A safetensors file of a certain header length begins like a pickle, so it is asked first.
        if Safetensors.isPlausible(bytes) {
            let content = try Safetensors.decode(bytes, file: file)
            let (tensors, isStripped) = stripped(content.tensors)
            return Checkpoint(
                format: .safetensors, tensors: tensors, metadata: content.metadata, extras: [:],
                isPrefixStripped: isStripped)
        }
        if TorchCheckpoint.isZip(bytes) {
            return try torch(TorchCheckpoint.readZip(bytes, file: file), .torchZip, file)
        }
        if TorchCheckpoint.isPickle(bytes) {
            return try torch(TorchCheckpoint.readLegacy(bytes, file: file), .torchLegacy, file)
        }
        throw StorageError(
            .malformed, file: file, problem: "is no checkpoint: \(guess(bytes))",
            remedy: "name a safetensors file or one that torch.save wrote")
    }

    /// Writes `tensors` and `metadata` as safetensors to `path`, whole or not at all.
    ///
    /// - Throws: `StorageError` of kind `mismatch`, `full` or `unwritable`; the file that was there
    ///   is unchanged.
    public static func write(
        _ path: String, tensors: [StoredTensor], metadata: [String: String] = [:]
    ) throws {
        try Safetensors.write(path, tensors: tensors, metadata: metadata)
    }

    private static func torch(
        _ document: TorchDocument, _ format: Format, _ file: String
    ) throws -> Checkpoint {
        var document = document
        guard let top = document.pairs(of: document.root) else {
            throw StorageError(
                .malformed, file: file, problem: "holds no dictionary",
                remedy: "save model.state_dict() with torch.save")
        }
        let wrapper = ["state_dict", "model", "model_state_dict"].first { name in
            top.contains { pair in
                pair.key == name
                    && document.pairs(of: pair.value)?.contains { document.isTensor($0.value) }
                        == true
            }
        }
        let weights = top.first { $0.key == wrapper }.flatMap { document.pairs(of: $0.value) }
        var tensors: [StoredTensor] = []
        var extras: [String: CheckpointValue] = [:]
        for (name, value) in weights ?? top {
            if let tensor = try document.tensor(value, name: name) {
                tensors.append(tensor)
            } else {
                extras[name] = try document.plain(value, name: name)
            }
        }
        if weights != nil {
            for (name, value) in top where name != wrapper {
                extras[name] = try document.plain(value, name: name)
            }
        }
        guard !tensors.isEmpty else {
            let keys = top.prefix(8).map { StorageError.quoted($0.key) }.joined(separator: ", ")
            throw StorageError(
                .malformed, file: file, problem: "holds no state dict (its keys: \(keys))",
                remedy: "save model.state_dict(), or {'state_dict': model.state_dict()}")
        }
        let (named, isStripped) = stripped(tensors)
        return Checkpoint(
            format: format, tensors: named, metadata: [:], extras: extras,
            isPrefixStripped: isStripped)
    }

    /// Parallel training puts `module.` before every name; a single name without it keeps all.
    private static func stripped(_ tensors: [StoredTensor]) -> ([StoredTensor], Bool) {
        let prefix = "module."
        guard !tensors.isEmpty, tensors.allSatisfy({ $0.name.hasPrefix(prefix) }) else {
            return (tensors, false)
        }
        return (
            tensors.map { tensor in
                var tensor = tensor
                tensor.name = String(tensor.name.dropFirst(prefix.count))
                return tensor
            }, true
        )
    }

    /// What a file that is no checkpoint seems to be.
    private static func guess(_ bytes: [UInt8]) -> String {
        let start = String(decoding: bytes.prefix(64), as: UTF8.self).lowercased()
        if bytes.isEmpty { return "it is empty" }
        if start.contains("<html") || start.contains("<!doctype") {
            return "it is a web page, so the download went wrong"
        }
        if start.hasPrefix("version https://git-lfs") { return "it is a Git LFS pointer" }
        if bytes.starts(with: [0x89, 0x48, 0x44, 0x46]) { return "it is an HDF5 file" }
        if bytes.starts(with: NumpyArray.magic) { return "it is a NumPy array" }
        if GzipFile.isGzip(bytes) { return "it is compressed with gzip" }
        if bytes.count < 9 { return "it has \(bytes.count) bytes" }
        return "its first bytes are those of no format that is read"
    }
}
