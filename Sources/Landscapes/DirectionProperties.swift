import Results

/// What a reader of a landscape must know of a direction to read its axis.
public struct DirectionProperties: Sendable, Codable, Hashable {
    /// Where it comes from: `gaussian`, `eigenvector 1`, or the name of a file.
    public var source: String
    /// The normalisation's name, such as `filter`.
    public var normalization = ""
    /// The seed of a random direction.
    public var seed: UInt64?
    /// ‖d‖.
    public var norm = Double.nan
    /// ‖d‖ / ‖w‖.
    public var ratioToWeights = Double.nan
    /// The largest relative difference between the norm of a filter of d and that of w, over the
    /// filters that were normalised; nil where the normalisation makes no such promise.
    public var largestNormMismatch: Double?
}

extension DirectionProperties: StoredFields {
    public init() { self.init(source: "") }

    public static var schema: Schema<DirectionProperties> {
        Schema(
            .field("source", \.source, "where the direction comes from"),
            .field("normalization", \.normalization, "how it was scaled to the weights"),
            .field("seed", \.seed, unit: .one, "the seed of a random direction"),
            .field("norm", \.norm, unit: .weight, "‖d‖"),
            .field("ratio_to_weights", \.ratioToWeights, unit: .one, "‖d‖ / ‖w‖"),
            .field(
                "largest_norm_mismatch", \.largestNormMismatch, unit: .one,
                "largest relative difference of a filter's norm from that of the weights"))
    }
}
