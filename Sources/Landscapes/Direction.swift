import Execution
import Randomness

/// A direction in parameter space with what a reader must know of it.
public struct Direction: Sendable, Hashable {
    /// The flat vector d, in the order of the network's parameters.
    public var values: [Double]
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
        _ raw: [Double], source: String, seed: UInt64? = nil, weights: [Double],
        tensors: [DirectionTensor], normalization: DirectionNormalization,
        includesVectors: Bool = false
    ) throws {
        values = try normalization.apply(
            raw, weights: weights, tensors: tensors, includesVectors: includesVectors)
        let norm = VectorMath.norm(values)
        properties = DirectionProperties(
            source: source, normalization: normalization.rawValue, seed: seed, norm: norm,
            ratioToWeights: norm / VectorMath.norm(weights),
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
        _ number: Int, seed: UInt64, weights: [Double], tensors: [DirectionTensor],
        normalization: DirectionNormalization = .filter, includesVectors: Bool = false
    ) throws -> Direction {
        let raw = tensors.flatMap { tensor in
            RandomStream(seed: seed, name: "direction \(number): \(tensor.name)")
                .gaussians(tensor.count)
        }
        return try Direction(
            raw, source: "gaussian", seed: seed, weights: weights, tensors: tensors,
            normalization: normalization, includesVectors: includesVectors)
    }

    /// The flat vector of tensors stored under their names.
    ///
    /// - Parameter stored: row-major entries by state-dict key.
    /// - Throws: `DirectionError` naming missing, extra and misshapen tensors.
    public static func flatten(
        _ stored: [String: [Double]], tensors: [DirectionTensor]
    ) throws -> [Double] {
        let unknown = Set(stored.keys).subtracting(tensors.map(\.name))
        guard unknown.isEmpty else { throw DirectionError.unknownTensors(unknown.sorted()) }
        return try tensors.flatMap { tensor in
            guard let entries = stored[tensor.name] else {
                throw DirectionError.missingTensor(tensor.name)
            }
            guard entries.count == tensor.count else {
                throw DirectionError.tensorCount(
                    name: tensor.name, expected: tensor.count, actual: entries.count)
            }
            guard VectorMath.isFinite(entries) else {
                throw DirectionError.notFinite(name: tensor.name)
            }
            return entries
        }
    }

    /// The entries of each tensor of a flat vector, for storing under the tensors' names.
    public static func split(
        _ values: [Double], tensors: [DirectionTensor]
    ) throws -> [(tensor: DirectionTensor, values: [Double])] {
        let count = tensors.reduce(0) { $0 + $1.count }
        guard values.count == count else {
            throw DirectionError.length(expected: count, actual: values.count)
        }
        var offset = 0
        return tensors.map { tensor in
            defer { offset += tensor.count }
            return (tensor, Array(values[offset..<offset + tensor.count]))
        }
    }

    /// The cosine of the angle between two directions.
    public static func cosine(_ first: Direction, _ second: Direction) -> Double {
        VectorMath.dot(first.values, second.values)
            / (VectorMath.norm(first.values) * VectorMath.norm(second.values))
    }
}
