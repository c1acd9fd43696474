import Autodiff

/// CaiT: LayerScale, talking heads, and class attention at the end; with AttnScale or FeatScale.
///
/// - Source: Touvron et al. 2021 (arXiv 2103.17239); Wang et al. 2022 (arXiv 2203.05962); keys of
///   facebookresearch/deit and VITA-Group/ViT-Anti-Oversmoothing.
public struct CaiT: Network {
    public let signature: NetworkSignature
    /// The side of a patch, in pixels.
    public var patch = 16
    /// The number of features of a token.
    public var width = 384
    /// The number of blocks over patches.
    public var depth = 24
    /// The number of blocks over the class token.
    public var classDepth = 2
    public var heads = 8
    /// The hidden features of the perceptrons as a multiple of `width`.
    public var expansion = 4.0
    /// The same in the blocks over the class token.
    public var classExpansion = 4.0
    public var qkvBias = true
    /// What LayerScale starts at.
    public var layerScale = 1e-5
    public var antiOversmoothing = AntiOversmoothing.none
    /// The probability that training drops a branch over patches.
    public var dropPath = 0.0

    /// A CaiT-S24; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        var token = try scope.parameter(
            "cls_token", [1, 1, width], .token, initial: .truncatedNormal()
        ).repeated(images.shape[0])
        var x = try scope.unit("patch_embed", .stem) {
            let positions = try scope.parameter(
                "pos_embed", [1, scope.patchCount(imageShape, patch), width],
                .positionEmbedding, initial: .truncatedNormal())
            let embedding = try scope["patch_embed"].patchEmbedding(
                imageShape, patch: patch, features: width)
            try scope.layOut(scope.tiles(imageShape, patch).layout())
            return try embedding(images) + positions
        }
        var attention = AttentionConfiguration(features: width, heads: heads)
        attention.qkvBias = qkvBias
        attention.mixesHeads = true
        let block = TransformerBlock(
            attention: attention, hidden: Int(Double(width) * expansion),
            antiOversmoothing: antiOversmoothing, layerScale: layerScale, dropPath: dropPath)
        for index in 0..<depth { x = try block.apply(x, scope["blocks"][index]) }
        for index in 0..<classDepth {
            token = try classBlock(token, x, scope["blocks_token_only"][index])
        }
        return try scope.unit("head", .classifier) {
            let norm = try scope["norm"].layerNorm(width, epsilon: 1e-6)
            return try scope["head"].transformerLinear(width, classes)(
                norm(token).element(0, axis: 1))
        }
    }

    /// The class token attends to itself and to the patches, which stay as they are.
    private func classBlock(_ token: Tensor, _ x: Tensor, _ scope: Scope) throws -> Tensor {
        try ResidualPair(features: width, layerScale: layerScale).apply(
            token, scope,
            first: {
                let norm = try scope["norm1"].layerNorm(width, epsilon: 1e-6)
                let layer = try classAttention(scope["attn"])
                return { token in
                    try layer(norm(Tensor.concatenation([token, x], axis: 1)))
                }
            },
            second: {
                try scope.normalizedPerceptron(
                    width, hidden: Int(Double(width) * classExpansion), epsilon: 1e-6)
            })
    }

    /// Attention with the first token as the only query: `[batch, N, width] -> [batch, 1, width]`.
    private func classAttention(_ scope: Scope) throws -> Layer {
        func map(_ name: String, bias: Bool) throws -> Layer {
            try scope[name].transformerLinear(width, width, bias: bias)
        }
        let (query, key) = (try map("q", bias: qkvBias), try map("k", bias: qkvBias))
        let (value, output) = (try map("v", bias: qkvBias), try map("proj", bias: true))
        return { x in
            let operands = AttentionOperands(
                query: try query(x.slice(axis: 1, 0..<1)).headed(heads),
                key: try key(x).headed(heads), value: try value(x).headed(heads))
            let weights = try operands.scores().softmax()
            try scope.observe(attention: weights)
            return try output(weights.product(operands.value).joinHeads())
        }
    }
}
