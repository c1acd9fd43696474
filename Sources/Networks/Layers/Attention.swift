import Autodiff

/// The shape and the layout of a multi-head self-attention.
public struct AttentionConfiguration: Sendable, Hashable {
    /// How the original names and stores the linear maps.
    public enum Layout: Sendable {
        /// `qkv` and `proj`.
        case timm
        /// `to_qkv` and `to_out.0`, no bias on the former.
        case einops
        /// `to_q`, `to_kv` and `to_out.0` as 1x1 convolutions, no bias on the first two.
        case convolutional
    }

    /// The number of features of a token.
    public var features: Int
    public var heads: Int
    /// The number of features per head.
    public var headFeatures: Int
    /// The number of features of a token after attention.
    public var outputs: Int
    /// Whether queries, keys and values have biases.
    public var qkvBias = true
    public var layout = Layout.timm
    /// Whether attention weights are split in frequencies and scaled, see `attentionScale`.
    public var scalesFrequencies = false
    /// Whether heads are mixed before and after the softmax (Shazeer et al. 2020,
    /// arXiv 2003.02436).
    public var mixesHeads = false
    /// Whether linear maps start as PyTorch's do, not from a truncated normal distribution.
    public var startsUniform = false

    /// An attention of `heads` heads over tokens of `features` features.
    public init(features: Int, heads: Int, headFeatures: Int? = nil, outputs: Int? = nil) {
        self.features = features
        self.heads = heads
        self.headFeatures = headFeatures ?? features / max(heads, 1)
        self.outputs = outputs ?? features
    }
}

/// Queries, keys and values of an attention, each `[batch, heads, tokens, head features]`.
struct AttentionOperands {
    var query: Tensor
    var key: Tensor
    var value: Tensor

    /// `Q Kᵀ / √d`, `[batch, heads, queries, keys]`.
    func scores() throws -> Tensor {
        try query.scaled(by: 1 / Double(query.shape[-1]).squareRoot())
            .product(key, transposeOther: true)
    }
}

extension Scope {
    /// Declares multi-head self-attention.
    ///
    ///     softmax(Q Kᵀ / √d + positions) V      per head, d features per head
    ///
    /// - Parameters:
    ///   - scores: what is done to the scores `[batch, heads, tokens, tokens]` before the softmax.
    ///   - windows: the number of windows of an image, where the batch is one of windows.
    ///   - tables: declarations that the original makes before those of the linear maps.
    /// - Returns: tokens `[batch, tokens, features]` to `[batch, tokens, outputs]`.
    /// - Throws: `NetworkError` where the heads do not divide the features.
    /// - Source: Vaswani et al. 2017 (arXiv 1706.03762), eq. 1.
    public func attention(
        _ configuration: AttentionConfiguration, scores: @escaping Layer = { $0 },
        windows: Int? = nil, tables: () throws -> Void = {}
    ) throws -> Layer {
        let heads = configuration.heads
        let isEven = configuration.headFeatures * heads == configuration.features
        guard heads > 0, configuration.layout != .timm || isEven else {
            throw NetworkError(
                "\(prefix): \(heads) heads do not divide \(configuration.features) features")
        }
        let scale = configuration.scalesFrequencies ? try attentionScale(heads: heads) : { $0 }
        try tables()
        let split = try projections(configuration)
        let join = try output(configuration)
        let before = configuration.mixesHeads ? try self["proj_l"].headMixing(heads) : { $0 }
        let after = configuration.mixesHeads ? try self["proj_w"].headMixing(heads) : { $0 }
        return { x in
            let operands = try split(x)
            let weights = try scale(after(before(scores(operands.scores())).softmax()))
            let output = try join(weights.product(operands.value).joinHeads())
            try observe(
                attention: weights, windows: windows,
                mapping: windows == nil ? mapping(configuration, from: x, to: output) : nil)
            return output
        }
    }

    /// Where the weights of each layout lie.
    private func mapping(
        _ configuration: AttentionConfiguration, from input: Tensor, to output: Tensor
    ) -> AttentionMapping {
        let inner = configuration.heads * configuration.headFeatures
        let (value, first, projection) =
            switch configuration.layout {
            case .timm: ("qkv", 2, "proj")
            case .einops: ("to_qkv", 2, "to_out.0")
            case .convolutional: ("to_kv", 1, "to_out.0")
            }
        return AttentionMapping(
            input: input, output: output, valueKey: key(value + ".weight"),
            valueRows: first * inner..<(first + 1) * inner,
            projectionKey: key(projection + ".weight"))
    }

    private func projections(
        _ configuration: AttentionConfiguration
    ) throws -> (Tensor) throws -> AttentionOperands {
        let (features, heads) = (configuration.features, configuration.heads)
        let inner = heads * configuration.headFeatures
        switch configuration.layout {
        case .timm:
            let uniform = configuration.startsUniform
            let qkv = try self["qkv"].linear(
                features, 3 * inner, bias: configuration.qkvBias,
                initial: uniform ? nil : .truncatedNormal(), biasInitial: uniform ? nil : .zeros)
            return { x in try qkv(x).splitHeads(heads) }
        case .einops:
            let qkv = try self["to_qkv"].linear(features, 3 * inner, bias: false)
            return { x in try qkv(x).splitHeads(heads) }
        case .convolutional:
            let query = try self["to_q"].linear(features, inner, bias: false, kernelAxes: 2)
            let pair = try self["to_kv"].linear(features, 2 * inner, bias: false, kernelAxes: 2)
            return { x in
                let both = try Tensor.concatenation([query(x), pair(x)], axis: -1)
                return try both.splitHeads(heads)
            }
        }
    }

    private func output(_ configuration: AttentionConfiguration) throws -> Layer {
        let inner = configuration.heads * configuration.headFeatures
        let place = configuration.layout == .timm ? self["proj"] : self["to_out"][0]
        let uniform = configuration.startsUniform || configuration.layout != .timm
        return try place.linear(
            inner, configuration.outputs,
            kernelAxes: configuration.layout == .convolutional ? 2 : 0,
            initial: uniform ? nil : .truncatedNormal(), biasInitial: uniform ? nil : .zeros)
    }

    /// A linear map of the head axis of `[batch, heads, tokens, tokens]`.
    private func headMixing(_ heads: Int) throws -> Layer {
        let mix = try transformerLinear(heads, heads)
        return { x in try mix(x.permuted([0, 2, 3, 1])).permuted([0, 3, 1, 2]) }
    }
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

    /// One of the three: `[batch, tokens, heads · d]` to `[batch, heads, tokens, d]`.
    func headed(_ heads: Int) throws -> Tensor {
        try reshaped(to: [shape[0], shape[1], heads, shape[2] / heads]).permuted([0, 2, 1, 3])
    }

    /// `[batch, heads, tokens, d]` to `[batch, tokens, heads · d]`.
    func joinHeads() throws -> Tensor {
        try permuted([0, 2, 1, 3]).reshaped(to: [shape[0], shape[2], shape[1] * shape[3]])
    }
}
