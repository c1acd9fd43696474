import Autodiff

/// The pooling-based vision transformer (PiT) in timm's layout.
///
/// Stages of transformer blocks; between them a depthwise convolution halves the map of patch
/// tokens and a linear layer widens the class token.
///
/// - Source: Heo et al. 2021 (arXiv 2103.16302); keys of timm's `PoolingVisionTransformer`.
public struct PoolingTransformer: Network {
    public let signature: NetworkSignature
    /// The side of a patch, in pixels.
    public var patch = 16
    /// The distance between neighbouring patches, in pixels.
    public var stride = 8
    /// The features per head of each stage.
    public var headFeatures = [32, 32, 32]
    /// The number of blocks of each stage.
    public var depths = [2, 6, 4]
    public var heads = [2, 4, 8]
    /// The hidden features of the perceptrons as a multiple of the stage's features.
    public var expansion = 4.0
    /// Whether a second token and classifier are there for distillation, averaged with the first.
    public var isDistilled = false
    /// The probability that training drops the last branch; earlier ones grow to it linearly.
    public var dropPath = 0.0

    /// A PiT-Ti; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        guard depths.count == heads.count, depths.count == headFeatures.count else {
            throw NetworkError("\(name): depths, heads and head features need one number per stage")
        }
        var map = PatchMap.covering(imageShape, patch: patch, stride: stride)
        var width = headFeatures[0] * heads[0]
        let tokenCount = isDistilled ? 2 : 1
        scope.layOut(map.layout(others: tokenCount))
        var x = try scope.unit("patch_embed", .stem) {
            let positions = try scope.parameter(
                "pos_embed", [1, width, map.height, map.width], .positionEmbedding,
                initial: .truncatedNormal())
            let token = try scope.parameter(
                "cls_token", [1, tokenCount, width], .token, initial: .truncatedNormal())
            let embedding = try scope["patch_embed"]["conv"].convolution(
                imageShape[0], width, kernel: patch, stride: stride, bias: true)
            let tokens = try (embedding(images) + positions).tokens()
            return try Tensor.concatenation([token.repeated(images.shape[0]), tokens], axis: 1)
        }
        var rates = DropPathRates(last: dropPath, blocks: depths.reduce(0, +))
        for (stage, depth) in depths.enumerated() {
            let place = scope["transformers"][stage]
            if stage > 0 {
                let outputs = headFeatures[stage] * heads[stage]
                x = try place.unit("pool", .subsampling) {
                    let convolution = try place["pool"]["conv"].convolution(
                        width, outputs, kernel: 3, stride: 2, padding: 1, groups: width,
                        bias: true)
                    let linear = try place["pool"]["fc"].linear(width, outputs)
                    let pooled = try map.pool(
                        x, map: convolution, token: linear, others: tokenCount)
                    scope.layOut(map.layout(others: tokenCount))
                    return pooled
                }
                width = outputs
            }
            for index in 0..<depth {
                var attention = AttentionConfiguration(features: width, heads: heads[stage])
                attention.startsUniform = true
                let block = TransformerBlock(
                    attention: attention, hidden: Int(Double(width) * expansion),
                    dropPath: rates.next())
                x = try block.apply(x, place["blocks"][index])
            }
        }
        return try scope.unit("head", .classifier) {
            let norm = try scope["norm"].layerNorm(width, epsilon: 1e-6)
            let normalized = try norm(x)
            let logits = try scope["head"].linear(width, classes)(normalized.element(0, axis: 1))
            guard isDistilled else { return logits }
            let second = try scope["head_dist"].linear(width, classes)(
                normalized.element(1, axis: 1))
            return try (logits + second).scaled(by: 0.5)
        }
    }

    /// The renamings from older timm, where the pooling stood last in a stage.
    public func renamings(of keys: [String]) -> [KeyRenaming] {
        KeyScheme.renamings(
            of: keys,
            KeyScheme(
                marker: "transformers.0.pool.conv.weight",
                [KeyRule("transformers.*.pool") { "transformers.\($0[0] + 1).pool" }]))
    }
}

/// The height and width of a map of patch tokens that follow a class token.
struct PatchMap {
    var height: Int
    var width: Int

    /// The layout of its tokens.
    ///
    /// - Parameter others: the number of tokens before them.
    func layout(others: Int = 0) -> FeatureLayout {
        .tokens(height: height, width: width, others: others)
    }

    /// The map of patches that lie `stride` pixels apart.
    static func covering(_ image: [Int], patch: Int, stride: Int) -> PatchMap {
        PatchMap(
            height: (image[1] - patch) / stride + 1, width: (image[2] - patch) / stride + 1)
    }

    /// Applies one layer to the map of patch tokens and another to the `others` tokens before them.
    mutating func pool(
        _ x: Tensor, map: Layer, token: Layer, others: Int = 1
    ) throws -> Tensor {
        let first = try token(x.slice(axis: 1, 0..<others))
        let pooled = try map(
            x.slice(axis: 1, others..<x.shape[1]).featureMaps(height: height, width: width))
        (height, width) = (pooled.shape[2], pooled.shape[3])
        return try Tensor.concatenation([first, pooled.tokens()], axis: 1)
    }
}
