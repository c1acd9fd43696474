import Foundation

/// Weights from a file of any format that is read, with what else the file says.
public struct Checkpoint: Equatable, Sendable {
    /// The format of a file, found from its content.
    public enum Format: String, Sendable {
        case safetensors
        case torchZip = "PyTorch zip"
        case torchLegacy = "PyTorch legacy"
    }

    /// The format of the file, or of its parts.
    public let format: Format
    /// The weights, in file order; names without what training and compiling put before them.
    public internal(set) var tensors: [StoredTensor]
    /// The string map of a safetensors file; empty for PyTorch files.
    public let metadata: [String: String]
    /// What a PyTorch file holds beside the weights, such as `epoch`; empty for safetensors.
    public internal(set) var extras: [String: CheckpointValue]
    /// Whether a prefix such as `module.` (parallel training) was taken from the names.
    public internal(set) var isPrefixStripped = false
    /// The path of keys, joined by dots, at which the file holds the weights; empty where the file is
    /// nothing but them.
    public let key: String
    /// The paths of other dictionaries of weights in the file, such as `state_dict_ema`.
    public let others: [String]
    /// The SHA-256 digest of the file in hexadecimal, for other weights than the file's plain ones of
    /// digest and path; empty where there was no file.
    public private(set) var sha256 = ""

    /// The tensor called `name`, or nil.
    public subscript(name: String) -> StoredTensor? {
        tensors.first { $0.name == name }
    }

    /// The checkpoint in the file at `path`, whatever its extension is.
    ///
    /// Understood are safetensors, PyTorch files (zip and legacy) that hold a state dict as such or
    /// under a key, and the JSON index of either in several files. `FILE#key.path` chooses among
    /// several dictionaries of weights; without it the plain one is taken, see `StateDicts`. Nothing
    /// that a pickle names is run.
    ///
    /// - Throws: `StorageError` in one line for every file that is none of these.
    public static func read(_ path: String) throws -> Checkpoint {
        let (file, key) = split(path)
        let bytes = try InputFile.read(file)
        var checkpoint: Checkpoint
        var digest = SHA256.hexadecimal(bytes)
        if CheckpointIndex.isPlausible(bytes) {
            (checkpoint, digest) = try CheckpointIndex.read(bytes, file: file, key: key)
        } else {
            checkpoint = try content(bytes, file: file, key: key)
        }
        let isChosen = key != nil && checkpoint.isBesidePlain
        checkpoint.stripNames()
        checkpoint.sha256 = isChosen
            ? SHA256.hexadecimal(Array("\(digest)#\(key ?? "")".utf8)) : digest
        return checkpoint
    }

    /// The file and the path of keys of `FILE#key.path`; nil where there is none, or where a file has
    /// the whole as its name.
    public static func split(_ path: String) -> (file: String, key: String?) {
        guard let mark = path.lastIndex(of: "#"), !FileManager.default.fileExists(atPath: path)
        else { return (path, nil) }
        let key = String(path[path.index(after: mark)...])
        return (String(path[..<mark]), key.isEmpty ? nil : key)
    }

    /// Whether these are other weights than the file gives without a path of keys.
    private(set) var isBesidePlain = false

    init(
        format: Format, tensors: [StoredTensor], metadata: [String: String] = [:],
        extras: [String: CheckpointValue] = [:], key: String = "", others: [String] = [],
        isBesidePlain: Bool = false
    ) {
        self.format = format
        self.tensors = tensors
        self.metadata = metadata
        self.extras = extras
        self.key = key
        self.others = others
        self.isBesidePlain = isBesidePlain
    }

    /// The checkpoint in a file's bytes; `file` is for messages.
    ///
    /// - Throws: as `read`.
    static func decode(_ bytes: [UInt8], file: String, key: String? = nil) throws -> Checkpoint {
        var checkpoint = try content(bytes, file: file, key: key)
        checkpoint.stripNames()
        return checkpoint
    }

    /// The same with the names as they are in the file.
    static func content(_ bytes: [UInt8], file: String, key: String?) throws -> Checkpoint {
        // A safetensors file of a certain header length begins like a pickle, so it is asked first.
        if Safetensors.isPlausible(bytes) {
            let content = try Safetensors.decode(bytes, file: file)
            let all = Checkpoint(
                format: .safetensors, tensors: content.tensors, metadata: content.metadata)
            return try all.below(key, file: file)
        }
        if TorchCheckpoint.isZip(bytes) {
            return try torch(TorchCheckpoint.readZip(bytes, file: file), .torchZip, file, key)
        }
        if TorchCheckpoint.isPickle(bytes) {
            return try torch(TorchCheckpoint.readLegacy(bytes, file: file), .torchLegacy, file, key)
        }
        throw StorageError(
            .malformed, file: file, problem: "is no checkpoint: \(guess(bytes))",
            remedy: "name a safetensors file or one that torch.save wrote")
    }

    /// The tensors whose names begin with the components `prefix`, without it.
    func below(_ prefix: String?, file: String) throws -> Checkpoint {
        guard let prefix else { return self }
        let start = prefix + "."
        let chosen = tensors.filter { $0.name.hasPrefix(start) }
        guard !chosen.isEmpty else {
            let first = Set(tensors.compactMap { $0.name.split(separator: ".").first }).sorted()
            let names = (others + first.map(String.init)).prefix(12)
                .map(StorageError.quoted).joined(separator: ", ")
            throw StorageError(
                .missing, file: file, problem: "has no weights at #\(prefix)",
                remedy: "choose among \(names)")
        }
        var copy = Checkpoint(
            format: format, tensors: chosen, metadata: metadata, extras: extras,
            key: key.isEmpty ? prefix : "\(key).\(prefix)", others: others,
            isBesidePlain: isBesidePlain || chosen.count < tensors.count)
        copy.dropPrefix(start)
        return copy
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
        _ document: TorchDocument, _ format: Format, _ file: String, _ key: String?
    ) throws -> Checkpoint {
        var document = document
        let found = try StateDicts(document, file: file)
        let (chosen, prefix) = try found.choose(key, file: file)
        var tensors: [StoredTensor] = []
        var extras: [String: CheckpointValue] = [:]
        for (name, value) in chosen.pairs {
            if let tensor = try document.tensor(value, name: name) {
                tensors.append(tensor)
            } else {
                extras[name] = try document.plain(value, name: name)
            }
        }
        let others = found.all.filter { $0.path != chosen.path }
        for (name, value) in found.top where !chosen.path.isEmpty && chosen.path.first != name {
            let other = others.first { $0.path == [name] }
            extras[name] = try other.map { .opaque("weights, \($0.pairs.count) entries") }
                ?? document.plain(value, name: name)
        }
        return try Checkpoint(
            format: format, tensors: tensors, extras: extras,
            key: chosen.path.joined(separator: "."),
            others: others.map { $0.path.joined(separator: ".") }.filter { !$0.isEmpty },
            isBesidePlain: chosen.path != found.plain.path
        ).below(prefix, file: file)
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
