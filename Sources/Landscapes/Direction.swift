import Execution
import Randomness

/// A direction in parameter space with what a reader must know of it.
public struct Direction: Sendable, Hashable {
    /// The flat vector d, in the order of the network's parameters.
    public var values: ParameterVector
    /// Its properties, for the file and the caption.
    public var properties: DirectionProperties

    /// A direction made from a raw vector by a normalisation.
    ///
    /// Eigenvectors and stored directions with normalisation `none` are taken whole, vectors
    /// included: set `includesVectors`.
    ///
    /// - Parameters:
    ///   - raw: the flat vector before the normalisation.
    ///   - source: where it comes from, for example `eigenvector 1`.
    ///   - weights: the flat weights w at the centre of the landscape.
    /// - Throws: `DirectionError` where it does not fit the weights.
    public init(
        _ raw: ParameterVector, source: String, seed: UInt64? = nil, weights: ParameterVector,
        tensors: [DirectionTensor], normalization: DirectionNormalization,
        includesVectors: Bool = false
    ) throws {
        values = try normalization.apply(
            raw, weights: weights, tensors: tensors, includesVectors: includesVectors)
        let norm = values.norm()
        properties = DirectionProperties(
            source: source, normalization: normalization.rawValue, seed: seed, norm: norm,
            ratioToWeights: norm / weights.norm(),
            largestNormMismatch: normalization.largestNormMismatch(
                values, weights: weights, tensors: tensors, includesVectors: includesVectors))
    }

    /// A Gaussian direction, normalised.
    ///
    /// Each tensor's entries are a function of (seed, number, name), so two networks that share a
    /// tensor's name share its raw entries.
    ///
    /// - Parameters:
    ///   - number: 0 for the x axis, 1 for the y axis.
    ///   - seed: the seed of the run.
    /// - Throws: `DirectionError` where the weights are not finite or all zero.
    public static func gaussian(
        _ number: Int, seed: UInt64, weights: ParameterVector, tensors: [DirectionTensor],
        normalization: DirectionNormalization = .filter, includesVectors: Bool = false
    ) throws -> Direction {
        let raw = ParameterVector(
            count: tensors.reduce(0) { $0 + $1.count }, storage: weights.storage,
            stretches: tensors.map(\.count)
        ) { index in
            RandomStream(seed: seed, name: "direction \(number): \(tensors[index].name)")
                .gaussians(tensors[index].count)
        }
        return try Direction(
            raw, source: "gaussian", seed: seed, weights: weights, tensors: tensors,
            normalization: normalization, includesVectors: includesVectors)
    }

    /// The flat vector of tensors stored under their names.
    ///
    /// - Parameters:
    ///   - stored: row-major entries by state-dict key.
    ///   - isPartial: whether tensors may be missing, which the direction then does not move.
    /// - Throws: `DirectionError` naming missing, extra and misshapen tensors.
    public static func flatten(
        _ stored: [String: [Double]], tensors: [DirectionTensor], storage: Precision = .double,
        isPartial: Bool = false
    ) throws -> ParameterVector {
        let unknown = Set(stored.keys).subtracting(tensors.map(\.name))
        guard unknown.isEmpty else { throw DirectionError.unknownTensors(unknown.sorted()) }
        return try ParameterVector(
            count: tensors.reduce(0) { $0 + $1.count }, storage: storage,
            stretches: tensors.map(\.count)
        ) { index in
            let tensor = tensors[index]
            guard let entries = stored[tensor.name] else {
                if isPartial, !stored.isEmpty { return [Double](repeating: 0, count: tensor.count) }
                throw DirectionError.missingTensor(tensor.name)
            }
            guard entries.count == tensor.count else {
                throw DirectionError.tensorCount(
                    name: tensor.name, expected: tensor.count, actual: entries.count)
            }
            guard entries.allSatisfy(\.isFinite) else {
                throw DirectionError.notFinite(name: tensor.name)
            }
            return entries
        }
    }

    /// The entries of each tensor of a flat vector, for storing under the tensors' names.
    public static func split(
        _ values: ParameterVector, tensors: [DirectionTensor]
    ) throws -> [(tensor: DirectionTensor, values: [Double])] {
        let count = tensors.reduce(0) { $0 + $1.count }
        guard values.count == count else {
            throw DirectionError.length(expected: count, actual: values.count)
        }
        var offset = 0
        return tensors.map { tensor in
            defer { offset += tensor.count }
            return (tensor, values.values(in: offset..<offset + tensor.count))
        }
    }

    /// The cosine of the angle between two directions.
    public static func cosine(_ first: Direction, _ second: Direction) -> Double {
        first.values.dot(second.values) / (first.values.norm() * second.values.norm())
    }
}
