import Autodiff

/// The vision transformer and the pooling transformer of xxxnell/how-do-vits-work.
///
/// They differ from timm's in names, in biases (none on queries, keys and values) and in the
/// epsilon of layer norm, 1e-5.
///
/// - Source: `vit.py`, `pit.py`, `embeddings.py` and `attentions.py` there; Dosovitskiy et al. 2021
///   (arXiv 2010.11929); Heo et al. 2021 (arXiv 2103.16302).
public struct ParkTransformer: Network {
    public let signature: NetworkSignature
    /// The side of a patch, in pixels.
    public var patch = 16
    /// The distance between neighbouring patches of a pooling transformer; nil for a plain ViT.
    public var stride: Int?
    /// The features of a token in each stage; a plain ViT has one stage.
    public var widths = [192]
    public var depths = [12]
    public var heads = [3]
    public var headFeatures = [64]
    /// The hidden features of the perceptrons of each stage.
    public var hidden = [768]
    /// The probability that training drops the last branch; earlier ones grow to it linearly.
    public var dropPath = 0.0

    /// A ViT-Ti; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        let counts = [widths.count, heads.count, headFeatures.count, hidden.count]
        guard counts.allSatisfy({ $0 == depths.count }) else {
            throw NetworkError("\(name): each stage needs depth, width, heads and hidden features")
        }
        var map = PatchMap.covering(imageShape, patch: patch, stride: stride ?? patch)
        scope.layOut(map.layout(others: 1))
        var x = try scope.unit("embedding", .stem) {
            try embed(images, scope["embedding"], patches: map.height * map.width)
        }
        var rates = DropPathRates(last: dropPath, blocks: depths.reduce(0, +))
        var index = 0
        for (stage, depth) in depths.enumerated() {
            if stage > 0 {
                let place = scope["transformers"][index]
                let (inputs, outputs) = (widths[stage - 1], widths[stage])
                x = try place.unit("", .subsampling) {
                    let linear = try place["cls_ff"].linear(inputs, outputs)
                    let convolution = try place["downsample"]["net"][0].convolution(
                        inputs, outputs, kernel: 3, stride: 2, padding: 1, groups: inputs,
                        bias: true)
                    let pooled = try map.pool(x, map: convolution, token: linear)
                    scope.layOut(map.layout(others: 1))
                    return pooled
                }
                index += 1
            }
            for _ in 0..<depth {
                var attention = AttentionConfiguration(
                    features: widths[stage], heads: heads[stage],
                    headFeatures: headFeatures[stage])
                attention.layout = .einops
                x = try ParkBlock(
                    features: widths[stage], hidden: hidden[stage], dropPath: rates.next()
                ).apply(x, scope["transformers"][index]) { try $0.attention(attention) }
                index += 1
            }
        }
        let width = x.shape[2]
        return try scope.unit("classifier", .classifier) {
            let place = scope["classifier"]
            let norm = try place[1].layerNorm(width, epsilon: 1e-5)
            return try place[2].linear(width, classes)(norm(x.element(0, axis: 1)))
        }
    }

    /// Patches, class token and positions, in the order of the original's modules.
    private func embed(_ images: Tensor, _ scope: Scope, patches: Int) throws -> Tensor {
        let width = widths[0]
        // The original cuts tiles with one module; overlapping patches it unfolds, then transposes.
        let embedding = try scope[0]["patch_embedding"][stride == nil ? 1 : 2].flatPatchEmbedding(
            imageShape, patch: patch, stride: stride, features: width)
        let token = try scope[1].parameter(
            "cls_token", [1, 1, width], .token, initial: .normal(deviation: 0.02))
        let positions = try scope[2].parameter(
            "pos_embedding", [1, patches + 1, width], .positionEmbedding,
            initial: .normal(deviation: 0.02))
        let joined = try Tensor.concatenation(
            [token.repeated(images.shape[0]), embedding(images)], axis: 1)
        return try joined + positions
    }
}

/// A pre-norm block in the layout of xxxnell/how-do-vits-work: `norm1, attn, norm2, ff`.
struct ParkBlock {
    let features: Int
    /// The hidden features of the perceptron.
    let hidden: Int
    var dropPath = 0.0
    /// Whether the original holds feature maps, so that norms and maps are wrapped for four axes.
    var isSpatial = false

    /// Two residual units, `attn` and `ff`, over `[..., features]`.
    func apply(
        _ x: Tensor, _ scope: Scope, attention: (Scope) throws -> Layer
    ) throws -> Tensor {
        func norm(_ name: String) throws -> Layer {
            try (isSpatial ? scope[name][1] : scope[name]).layerNorm(features, epsilon: 1e-5)
        }
        let attended = try scope.residual("attn", .attention, dropPath: dropPath) {
            let first = try norm("norm1")
            let layer = try attention(scope["attn"])
            return (x, try layer(first(x)))
        }
        return try scope.residual("ff", .mlp, dropPath: dropPath) {
            let second = try norm("norm2")
            let layer = try scope["ff"].feedForward(
                features, hidden: hidden, kernelAxes: isSpatial ? 2 : 0)
            return (attended, try layer(second(attended)))
        }
    }
}
