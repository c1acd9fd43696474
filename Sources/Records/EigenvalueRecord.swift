import Landscapes
import Spectra
import Storage

/// Eigenvalues of one Hessian as HDF5 files.
///
/// Each data set has one entry per eigenpair: `eigenvalue`, `residual`, `iterations`, `converged`,
/// `end`, `rank`, and `eigenvector` `[eigenpair, parameter]` where vectors were kept.
/// `parameter_name` and `parameter_count` then say which stretch of a vector is which tensor.
public enum EigenvalueRecord {
    /// Writes eigenvalues, whole or not at all.
    ///
    /// - Parameter tensors: the tensors of the flat vector, in order; needed to use eigenvectors
    ///   as directions of a landscape.
    /// - Throws: `StorageError` where the file cannot be written; the old one is unchanged.
    public static func write(
        _ path: String, _ result: EigenvalueResult, _ description: RunDescription,
        tensors: [DirectionTensor] = []
    ) throws {
        let identity = description.identity
        try RecordKind.eigenvalues.write(path, description, identity: identity) { root in
            let pairs = result.pairs
            let count = [pairs.count]
            try root.setAttribute("method", .text(result.method.rawValue))
            try root.setAttribute("products", .integer(Int64(result.products)))
            try root.setAttribute("dimension", .integer(Int64(result.dimension)))
            try root.setAttribute("tolerance", .real(result.tolerance))
            try root.setAttribute("included_weight_decay", .real(result.weightDecay))
            try root.setAttribute("unconverged", .integer(Int64(result.unconvergedCount)))
            let columns = try [
                root.write("eigenvalue", pairs.map(\.value), shape: count),
                root.write("residual", pairs.map(\.residual), shape: count),
                root.write("iterations", pairs.map { Int64($0.iterations) }, shape: count),
                root.write(
                    "converged", pairs.map { $0.converged ? 1 : 0 as UInt8 }, shape: count),
                root.write("rank", pairs.map { Int64($0.rank) }, shape: count),
                root.write("end", texts: pairs.map(\.end.rawValue)),
            ]
            for column in columns { try column.setAxisLabel(0, "eigenpair") }
            let vectors = pairs.compactMap(\.vector)
            if vectors.count == pairs.count, !pairs.isEmpty {
                let dataset = try root.createDataset(
                    "eigenvector", Double.self, shape: [vectors.count, result.dimension])
                for (row, vector) in vectors.enumerated() {
                    try dataset.write(vector, at: [row, 0], count: [1, vector.count])
                }
                try dataset.setAxisLabel(0, "eigenpair")
                try dataset.setAxisLabel(1, "parameter")
            }
            if !tensors.isEmpty {
                try root.write("parameter_name", texts: tensors.map(\.name))
                try root.write(
                    "parameter_count", tensors.map { Int64($0.count) }, shape: [tensors.count])
            }
        }
    }

    /// Reads eigenvalues and the description of their run.
    ///
    /// - Throws: `StorageError` where the file cannot be read or holds something else.
    public static func read(
        _ path: String
    ) throws -> (result: EigenvalueResult, description: RunDescription) {
        try RecordKind.eigenvalues.read(path) { reader in
            let values = try reader.reals("eigenvalue")
            let count = values.count
            let residuals = try reader.reals("residual", count: count)
            let iterations = try reader.integers("iterations", count: count)
            let converged = try reader.flags("converged", count: count)
            let ranks = try reader.integers("rank", count: count)
            let ends = try reader.texts("end", count: count)
            let dimension = try reader.integer("dimension")
            let vectors = try reader.group.contains("eigenvector")
                ? reader.group.dataset("eigenvector") : nil
            let pairs = try values.indices.map { index in
                Eigenpair(
                    value: values[index], residual: residuals[index],
                    iterations: iterations[index], converged: converged[index],
                    end: try reader.parse(ends[index], "end", SpectrumEnd.self),
                    rank: ranks[index],
                    vector: try vectors?.read(
                        Double.self, from: [index, 0], count: [1, dimension]))
            }
            let result = EigenvalueResult(
                method: try reader.value("method", EigenvalueResult.Method.self), pairs: pairs,
                products: try reader.integer("products"), dimension: dimension,
                tolerance: try reader.real("tolerance"),
                weightDecay: try reader.real("included_weight_decay"))
            return (result, try RunDescription(reader))
        }
    }

    /// A stored eigenvector as a flat vector, checked against the tensors it is wanted for.
    ///
    /// - Parameter number: the place among the stored eigenpairs.
    /// - Throws: `StorageError` where there is no such vector; `DirectionError` where it is of
    ///   another network.
    public static func eigenvector(
        _ number: Int, of path: String, tensors: [DirectionTensor]
    ) throws -> [Double] {
        try RecordKind.eigenvalues.read(path) { reader in
            guard try reader.group.contains("eigenvector") else {
                throw StorageError(
                    .missing, file: path, problem: "holds no eigenvectors",
                    remedy: "compute the eigenvalues again and store their vectors")
            }
            let dataset = try reader.group.dataset("eigenvector")
            let shape = try dataset.shape()
            guard shape.count == 2, (0..<shape[0]).contains(number) else {
                throw StorageError(
                    .missing, file: path,
                    problem: "holds \(shape.first ?? 0) eigenvectors, not number \(number)",
                    remedy: "count from 0")
            }
            if try reader.group.contains("parameter_name") {
                let names = try reader.texts("parameter_name")
                let counts = try reader.integers("parameter_count", count: names.count)
                let stored = Dictionary(zip(names, counts)) { first, _ in first }
                for tensor in tensors {
                    guard let count = stored[tensor.name] else {
                        throw DirectionError.missingTensor(tensor.name)
                    }
                    guard count == tensor.count else {
                        throw DirectionError.tensorCount(
                            name: tensor.name, expected: tensor.count, actual: count)
                    }
                }
            }
            let count = tensors.reduce(0) { $0 + $1.count }
            guard shape[1] == count else {
                throw DirectionError.length(expected: count, actual: shape[1])
            }
            return try dataset.read(Double.self, from: [number, 0], count: [1, count])
        }
    }
}
