import Autodiff

/// The vision transformer in timm's layout.
///
/// Pre-norm blocks of attention and perceptron over patch tokens and a class token, which alone
/// feeds the classifier.
///
/// - Source: Dosovitskiy et al. 2021 (arXiv 2010.11929); keys of timm's `VisionTransformer`.
public struct VisionTransformer: Network {
    public let name: String
    public let imageShape: [Int]
    public let classes: Int
    /// The side of a patch, in pixels.
    public var patch = 16
    /// The number of features of a token.
    public var width = 192
    /// The number of blocks.
    public var depth = 12
    public var heads = 3
    /// The hidden features of the perceptron as a multiple of `width`.
    public var expansion = 4.0
    public var qkvBias = true
    /// The probability that training drops the last branch; earlier ones grow to it linearly.
    public var dropPath = 0.0

    /// A transformer of the default size; change the other properties before use.
    public init(name: String, imageShape: [Int], classes: Int) {
        self.name = name
        self.imageShape = imageShape
        self.classes = classes
    }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        var x = try scope.unit("patch_embed", .stem) { try tokens(images, scope) }
        for index in 0..<depth {
            let rate = depth > 1 ? dropPath * Double(index) / Double(depth - 1) : 0
            x = try TransformerBlock(
                attention: AttentionConfiguration(features: width, heads: heads, qkvBias: qkvBias),
                hidden: Int(Double(width) * expansion), dropPath: rate
            ).apply(x, scope["blocks"][index])
        }
        return try scope.unit("head", .classifier) {
            let norm = try scope["norm"].layerNorm(width, epsilon: 1e-6)
            let head = try scope["head"].linear(
                width, classes, initial: .zeros, biasInitial: .zeros)
            return try head(norm(x).element(0, axis: 1))
        }
    }

    /// The class token and the patches, with their positions: `[batch, 1 + patches, width]`.
    private func tokens(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        let classToken = try scope.parameter(
            "cls_token", [1, 1, width], .token, initial: .normal(deviation: 1e-6))
        let patches = (imageShape[1] / max(patch, 1)) * (imageShape[2] / max(patch, 1))
        let positions = try scope.parameter(
            "pos_embed", [1, patches + 1, width], .positionEmbedding, initial: .truncatedNormal())
        let embedded = try scope["patch_embed"].patchEmbedding(
            imageShape, patch: patch, features: width)(images)
        let joined = try Tensor.concatenation(
            [classToken.repeated(images.shape[0]), embedded], axis: 1)
        return try joined + positions
    }
}

/// One pre-norm block: `x + attention(norm(x))`, then `x + perceptron(norm(x))`.
struct TransformerBlock {
    var attention: AttentionConfiguration
    /// The hidden features of the perceptron.
    var hidden: Int
    var dropPath = 0.0
    var epsilon = 1e-6

    /// Two residual units, `attn` and `mlp`, over tokens `[batch, tokens, features]`.
    func apply(_ x: Tensor, _ scope: Scope) throws -> Tensor {
        let features = attention.features
        let attended = try scope.residual("attn", .attention, dropPath: dropPath) {
            let norm = try scope["norm1"].layerNorm(features, epsilon: epsilon)
            let layer = try scope["attn"].attention(attention)
            return (x, try layer(norm(x)))
        }
        return try scope.residual("mlp", .mlp, dropPath: dropPath) {
            let norm = try scope["norm2"].layerNorm(features, epsilon: epsilon)
            let layer = try scope["mlp"].perceptron(features, hidden: hidden)
            return (attended, try layer(norm(attended)))
        }
    }
}
