import Autodiff

/// What an entry of a network's state is.
///
/// Directions of a landscape and weight decay treat kinds differently.
public enum StateKind: String, Hashable, Sendable, CaseIterable, Codable {
    /// The matrix or the filters of a linear map.
    case weight
    /// The offset of a linear map.
    case bias
    /// The scale or the offset of a normalisation.
    case normalization
    /// A learnt embedding of positions, or a table of relative position biases.
    case positionEmbedding
    /// A learnt token, such as that of the class.
    case token
    /// A learnt factor: of LayerScale, of attention scaling, of an affine map.
    case scale
    /// A parameter that is not trained, such as a blur filter.
    case frozen
    /// A running mean or variance.
    case statistic
    /// A table of integers or a counter that is stored but not computed with.
    case table

    /// Whether training changes it by gradients.
    public var isTrainable: Bool {
        switch self {
        case .weight, .bias, .normalization, .positionEmbedding, .token, .scale: return true
        case .frozen, .statistic, .table: return false
        }
    }
}

/// One parameter or buffer of a network.
public struct StateEntry {
    /// The state-dict key.
    public let name: String
    public let shape: Shape
    public let kind: StateKind
    public let initialization: Initialization
    /// The graph input, or nil where nothing is computed from the entry.
    public let tensor: Tensor?
    /// The index of the unit that declared it, or nil outside of all units.
    public let unit: Int?
}

/// What a unit of a network does.
public enum UnitKind: String, Hashable, Sendable, CaseIterable, Codable {
    /// Makes the first feature map or the first tokens.
    case stem
    case convolution
    case attention
    case mlp
    /// Changes the resolution.
    case subsampling
    /// Averages neighbouring pixels: a smoothing block.
    case smoothing
    case classifier
}

/// One step in a network's sequence of units.
public struct UnitDescription: Hashable, Sendable, Codable {
    /// The unit's place in the sequence; lesions name this.
    public let index: Int
    /// Unique within the network, such as `layer1.0` or `blocks.3.attn`.
    public let name: String
    public let kind: UnitKind
    /// Whether it is a shortcut plus a branch, so that the branch can be removed.
    public let isResidual: Bool
    /// The extents of its output, with the batch first.
    public let outputShape: [Int]
    /// Where channels and pixels lie in the output, if it is a feature map.
    public let layout: FeatureLayout
    /// The extents of its attention weights, see `NetworkTrace.attention`; nil where it has none.
    public let attentionShape: [Int]?
}

/// The statistics of one batch norm over the batch.
public struct BatchStatistics {
    /// The state-dict prefix: `<prefix>.running_mean` and so on.
    public let prefix: String
    /// Means `[channels]`.
    public let mean: Tensor
    /// Unbiased variances `[channels]`, as running averages take them up.
    public let variance: Tensor
    /// The number of values per channel that they are of.
    public let samples: Int
}
