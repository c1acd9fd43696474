import Autodiff

/// The shape of a multi-head attention.
public struct AttentionConfiguration: Sendable, Hashable {
    /// The number of features of a token.
    public var features: Int
    public var heads: Int
    /// Whether queries, keys and values have biases.
    public var qkvBias = true
    /// The share of attention weights that training drops.
    public var attentionDropout = 0.0

    /// An attention of `heads` heads over tokens of `features` features.
    public init(features: Int, heads: Int, qkvBias: Bool = true) {
        self.features = features
        self.heads = heads
        self.qkvBias = qkvBias
    }
}

/// Queries, keys and values of a multi-head attention, each `[batch, heads, tokens, head features]`.
struct AttentionOperands {
    var query: Tensor
    var key: Tensor
    var value: Tensor
}

extension Scope {
    /// Declares multi-head self-attention in timm's layout: `qkv` as one linear layer, then `proj`.
    ///
    ///     softmax(Q Kᵀ / √d) V      per head, d features per head
    ///
    /// - Parameter weights: changes the attention weights `[batch, heads, tokens, tokens]`.
    /// - Returns: tokens `[batch, tokens, features]` to the same shape.
    /// - Throws: `NetworkError` where the heads do not divide the features.
    /// - Source: Vaswani et al. 2017 (arXiv 1706.03762), eq. 1.
    public func attention(
        _ configuration: AttentionConfiguration, weights change: @escaping Layer = { $0 }
    ) throws -> Layer {
        let (features, heads) = (configuration.features, configuration.heads)
        guard heads > 0, features % heads == 0 else {
            throw NetworkError("\(prefix): \(heads) heads do not divide \(features) features")
        }
        let qkv = try self["qkv"].transformerLinear(
            features, 3 * features, bias: configuration.qkvBias)
        let projection = try self["proj"].transformerLinear(features, features)
        return { x in
            let operands = try qkv(x).splitHeads(heads)
            let weights = try change(operands.weights())
            let dropped = try dropout(rate: configuration.attentionDropout)(weights)
            return try projection(dropped.product(operands.value).joinHeads())
        }
    }
}

extension AttentionOperands {
    /// `Q Kᵀ / √d`, `[batch, heads, tokens, tokens]`.
    func scores() throws -> Tensor {
        try query.scaled(by: 1 / Double(query.shape[-1]).squareRoot())
            .product(key, transposeOther: true)
    }

    /// The softmax of the scores.
    func weights() throws -> Tensor { try scores().softmax() }
}

extension Tensor {
    /// Queries, keys and values from `[batch, tokens, 3 · heads · d]`.
    func splitHeads(_ heads: Int) throws -> AttentionOperands {
        let features = shape[-1] / (3 * heads)
        let split = try reshaped(to: [shape[0], shape[1], 3, heads, features])
            .permuted([2, 0, 3, 1, 4])
        return AttentionOperands(
            query: try split.element(0, axis: 0), key: try split.element(1, axis: 0),
            value: try split.element(2, axis: 0))
    }

    /// `[batch, heads, tokens, d]` to `[batch, tokens, heads · d]`.
    func joinHeads() throws -> Tensor {
        try permuted([0, 2, 1, 3]).reshaped(to: [shape[0], shape[2], shape[1] * shape[3]])
    }
}
