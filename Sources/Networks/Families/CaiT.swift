import Autodiff

/// CaiT: LayerScale, talking heads, and class attention at the end; with AttnScale or FeatScale.
///
/// - Source: Touvron et al. 2021 (arXiv 2103.17239); Wang et al. 2022 (arXiv 2203.05962); keys of
///   facebookresearch/deit and VITA-Group/ViT-Anti-Oversmoothing.
public struct CaiT: Network {
    public let name: String
    public let imageShape: [Int]
    public let classes: Int
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
    public init(name: String, imageShape: [Int], classes: Int) {
        self.name = name
        self.imageShape = imageShape
        self.classes = classes
    }

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
            return try embedding(images) + positions
        }
        for index in 0..<depth { x = try block(x, scope["blocks"][index]) }
        for index in 0..<classDepth {
            token = try classBlock(token, x, scope["blocks_token_only"][index])
        }
        return try scope.unit("head", .classifier) {
            let norm = try scope["norm"].layerNorm(width, epsilon: 1e-6)
            return try scope["head"].transformerLinear(width, classes)(
                norm(token).element(0, axis: 1))
        }
    }

    private func block(_ x: Tensor, _ scope: Scope) throws -> Tensor {
        var configuration = AttentionConfiguration(features: width, heads: heads)
        configuration.qkvBias = qkvBias
        configuration.mixesHeads = true
        configuration.scalesFrequencies = antiOversmoothing == .attnScale
        let attention = configuration
        return try LayerScaleBlock(width: width, initial: layerScale, dropPath: dropPath).apply(
            x, scope, attends: true,
            first: {
                let scale = try antiOversmoothing.featureScale(width, scope)
                let norm = try scope["norm1"].layerNorm(width, epsilon: 1e-6)
                let layer = try scope["attn"].attention(attention)
                return { x in try scale(layer(norm(x))) }
            },
            second: { try perceptron(expansion, scope) })
    }

    /// The class token attends to itself and to the patches, which stay as they are.
    private func classBlock(_ token: Tensor, _ x: Tensor, _ scope: Scope) throws -> Tensor {
        try LayerScaleBlock(width: width, initial: layerScale, dropPath: 0).apply(
            token, scope, attends: true,
            first: {
                let norm = try scope["norm1"].layerNorm(width, epsilon: 1e-6)
                let layer = try classAttention(scope["attn"])
                return { token in
                    try layer(norm(Tensor.concatenation([token, x], axis: 1)))
                }
            },
            second: { try perceptron(classExpansion, scope) })
    }

    private func perceptron(_ expansion: Double, _ scope: Scope) throws -> Layer {
        let norm = try scope["norm2"].layerNorm(width, epsilon: 1e-6)
        let layer = try scope["mlp"].perceptron(width, hidden: Int(Double(width) * expansion))
        return { x in try layer(norm(x)) }
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
            return try output(weights.product(operands.value).joinHeads())
        }
    }
}

/// Two residual units with LayerScale, `x + γ₁ f(x)` and `x + γ₂ g(x)`.
struct LayerScaleBlock {
    let width: Int
    /// What γ₁ and γ₂ start at.
    let initial: Double
    let dropPath: Double

    /// - Parameters:
    ///   - attends: whether the first unit is attention.
    ///   - first: declares f; γ₁ and γ₂ are declared before it, as in the originals.
    ///   - second: declares g.
    func apply(
        _ x: Tensor, _ scope: Scope, attends: Bool, first: () throws -> Layer,
        second: () throws -> Layer
    ) throws -> Tensor {
        var secondScale: Layer = { $0 }
        let mixed = try scope.residual("attn", attends ? .attention : .mlp, dropPath: dropPath) {
            let scale = try scope.layerScale("gamma_1", width, initial: initial)
            secondScale = try scope.layerScale("gamma_2", width, initial: initial)
            return (x, try scale(first()(x)))
        }
        return try scope.residual("mlp", .mlp, dropPath: dropPath) {
            (mixed, try secondScale(second()(mixed)))
        }
    }
}
