import Landscapes
import Storage

/// Directions as safetensors files, one tensor per parameter under its state-dict key, so that two
/// models or two runs can share them.
public enum DirectionRecord {
    /// Writes a direction in double precision, whole or not at all.
    ///
    /// - Throws: `DirectionError` where it does not fit the tensors; `StorageError` where the file
    ///   cannot be written, with the old one unchanged.
    public static func write(
        _ path: String, _ direction: Direction, tensors: [DirectionTensor]
    ) throws {
        let stored = try Direction.split(direction.values, tensors: tensors).map {
            try StoredTensor(name: $0.tensor.name, shape: $0.tensor.shape, doubles: $0.values)
        }
        let properties = direction.properties
        var metadata = [
            "source": properties.source, "normalization": properties.normalization,
            "norm": String(properties.norm),
        ]
        if let seed = properties.seed { metadata["seed"] = String(seed) }
        try Checkpoint.write(path, tensors: stored, metadata: metadata)
    }

    /// Reads a direction as a flat vector in the order of the given tensors.
    ///
    /// - Throws: `StorageError` where the file cannot be read; `DirectionError` where it is of
    ///   another network.
    public static func read(_ path: String, tensors: [DirectionTensor]) throws -> [Double] {
        let checkpoint = try Checkpoint.read(path)
        var stored: [String: [Double]] = [:]
        for tensor in checkpoint.tensors { stored[tensor.name] = tensor.doubles() }
        return try Direction.flatten(stored, tensors: tensors)
    }
}
