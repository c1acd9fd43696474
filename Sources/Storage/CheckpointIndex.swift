import Foundation

/// The JSON index of a checkpoint in several files, as Hugging Face's libraries write it.
///
///     {"metadata": {"total_size": ...}, "weight_map": {"name": "model-00001-of-00002.safetensors"}}
///
/// Source: `save_torch_state_dict` of github.com/huggingface/huggingface_hub.
enum CheckpointIndex {
    /// The bytes that an index may have.
    private static let limit = 100_000_000

    private struct Content: Decodable {
        let weight_map: [String: String]
    }

    /// Whether `bytes` begin as JSON.
    static func isPlausible(_ bytes: [UInt8]) -> Bool {
        bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
            && !Safetensors.isPlausible(bytes)
    }

    /// All tensors of the files that the index names, which stand beside it, and a digest of all.
    ///
    /// - Throws: `StorageError` where the index is none, or a file lacks a tensor of it.
    static func read(
        _ bytes: [UInt8], file: String, key: String?
    ) throws -> (Checkpoint, sha256: String) {
        guard bytes.count <= limit,
            let index = try? JSONDecoder().decode(Content.self, from: Data(bytes)),
            !index.weight_map.isEmpty
        else {
            throw StorageError(
                .malformed, file: file, problem: "is JSON, but no index with a weight_map of files",
                remedy: "name a safetensors file, one that torch.save wrote, or the index of several")
        }
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        var digests = SHA256.hexadecimal(bytes)
        var tensors: [StoredTensor] = []
        var format = Format.safetensors
        for shard in Set(index.weight_map.values).sorted() {
            guard !shard.contains("/"), !shard.hasPrefix(".") else {
                throw StorageError(
                    .malformed, file: file,
                    problem: "names the file \(StorageError.quoted(shard)) in another folder",
                    remedy: "put all files beside the index")
            }
            let path = folder.appendingPathComponent(shard).path
            let content = try InputFile.read(path)
            digests += SHA256.hexadecimal(content)
            let part = try Checkpoint.content(content, file: path, key: nil)
            format = part.format
            let wanted = Set(index.weight_map.filter { $0.value == shard }.keys)
            let found = part.tensors.filter { wanted.contains($0.name) }
            let missing = wanted.subtracting(found.map(\.name)).sorted()
            guard missing.isEmpty else {
                throw StorageError(
                    .missing, file: path,
                    problem: "lacks \(StorageError.quoted(missing[0])), which the index says is there",
                    remedy: "download index and files again")
            }
            tensors += found
        }
        let all = Checkpoint(format: format, tensors: tensors)
        return (
            try all.below(key, file: file), SHA256.hexadecimal(Array(digests.utf8))
        )
    }

    private typealias Format = Checkpoint.Format
}
