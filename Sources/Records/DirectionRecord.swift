import Execution
import Landscapes
import Results
import Spectra
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
            "content": "a direction: one tensor per parameter, with its state-dict key and axes",
            "unit": StoredUnit.weight.name,
            "source": properties.source, "normalization": properties.normalization,
            "norm": String(properties.norm),
        ]
        if let seed = properties.seed { metadata["seed"] = String(seed) }
        try Checkpoint.write(path, tensors: stored, metadata: metadata)
    }

    /// Reads a direction as a flat vector in the order of the given tensors.
    ///
    /// - Parameters:
    ///   - onPartial: told which tensors the file lacks, which then stay where they are; where it
    ///     is nil, all must be there.
    ///   - isLeftOut: whether a tensor of that name is no part of the direction, such as a running
    ///     statistic of a checkpoint.
    /// - Throws: `StorageError` where the file cannot be read; `DirectionError` where it is of
    ///   another network.
    public static func read(
        _ path: String, tensors: [DirectionTensor], storage: Precision,
        onPartial: (([String]) -> Void)? = nil,
        leavingOut isLeftOut: (String) -> Bool = { _ in false }
    ) throws -> ParameterVector {
        let checkpoint = try Checkpoint.read(path)
        var stored: [String: [Double]] = [:]
        for tensor in checkpoint.tensors where !isLeftOut(tensor.name) {
            stored[tensor.name] = tensor.doubles()
        }
        let vector = try Direction.flatten(
            stored, tensors: tensors, storage: storage, isPartial: onPartial != nil)
        let missing = tensors.map(\.name).filter { stored[$0] == nil }
        if !missing.isEmpty { onPartial?(missing) }
        return vector
    }

    /// A stored eigenvector as a flat vector, checked against the tensors it is wanted for.
    ///
    /// - Parameter number: the place among the stored eigenpairs.
    /// - Throws: `StorageError` where there is no such vector; `DirectionError` where it is of
    ///   another network.
    public static func eigenvector(
        _ number: Int, of path: String, tensors: [DirectionTensor], storage: Precision
    ) throws -> ParameterVector {
        let file = try RecordFile.read(path)
        let result = try file.result(EigenvalueResult.self, of: path)
        guard let vectors = file.record.matrices.first else {
            throw StorageError(
                .missing, file: path, problem: "holds no eigenvectors",
                remedy: "compute the eigenvalues again and store their vectors")
        }
        guard (0..<vectors.shape[0]).contains(number) else {
            throw StorageError(
                .missing, file: path,
                problem: "holds \(vectors.shape[0]) eigenvectors, not number \(number)",
                remedy: "count from 0")
        }
        let stored = Dictionary(result.parameters.map { ($0.name, $0.count) }) { first, _ in first }
        for tensor in tensors where !stored.isEmpty {
            guard let count = stored[tensor.name] else {
                throw DirectionError.missingTensor(tensor.name)
            }
            guard count == tensor.count else {
                throw DirectionError.tensorCount(
                    name: tensor.name, expected: tensor.count, actual: count)
            }
        }
        let count = tensors.reduce(0) { $0 + $1.count }
        guard vectors.shape[1] == count else {
            throw DirectionError.length(expected: count, actual: vectors.shape[1])
        }
        return ParameterVector(try vectors.row(number), storage: storage)
    }
}
