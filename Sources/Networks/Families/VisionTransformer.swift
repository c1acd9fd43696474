import Autodiff

/// The vision transformer in timm's layout, and DeiT with AttnScale or FeatScale.
///
/// Pre-norm blocks of attention and perceptron over patch tokens and a class token, which alone
/// feeds the classifier; with distillation a second token and classifier, averaged with the first.
///
/// - Source: Dosovitskiy et al. 2021 (arXiv 2010.11929); Touvron et al. 2021 (arXiv 2012.12877);
///   Wang et al. 2022 (arXiv 2203.05962); keys of timm's `VisionTransformer`.
public struct VisionTransformer: Network {
    /// Whether there is a distillation token, and where its key stands.
    public enum Distillation: String, Sendable, CaseIterable {
        case none
        /// After the position embedding, as timm has it.
        case deit
        /// Before the position embedding, as VITA-Group/ViT-Anti-Oversmoothing has it.
        case vita
    }

    public let signature: NetworkSignature
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
    public var distillation = Distillation.none
    public var antiOversmoothing = AntiOversmoothing.none
    /// What LayerScale starts at, nil for none; DeiT III has it.
    public var layerScale: Double?
    /// Whether the class token has a position; in DeiT III it has none.
    public var placesClass = true
    /// The features of a layer with tanh before the classifier, nil for none.
    public var representation: Int?
    /// The probability that training drops the last branch; earlier ones grow to it linearly.
    public var dropPath = 0.0

    /// A transformer of the default size; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        var x = try scope.unit("patch_embed", .stem) { try tokens(images, scope) }
        var attention = AttentionConfiguration(features: width, heads: heads)
        attention.qkvBias = qkvBias
        var rates = DropPathRates(last: dropPath, blocks: depth)
        for index in 0..<depth {
            let block = TransformerBlock(
                attention: attention, hidden: Int(Double(width) * expansion),
                antiOversmoothing: antiOversmoothing, layerScale: layerScale,
                dropPath: rates.next())
            x = try block.apply(x, scope["blocks"][index])
        }
        return try scope.unit("head", .classifier) { try classify(x, scope) }
    }

    /// The class token and the patches, with their positions: `[batch, tokens, width]`.
    private func tokens(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        func token(_ name: String) throws -> Tensor {
            try scope.parameter(name, [1, 1, width], .token, initial: .truncatedNormal())
        }
        let added = distillation == .none ? 1 : 2
        let positioned = try scope.patchCount(imageShape, patch) + (placesClass ? added : 0)
        var tokens = [try token("cls_token")]
        if distillation == .vita { tokens.append(try token("dist_token")) }
        let positions = try scope.parameter(
            "pos_embed", [1, positioned, width], .positionEmbedding,
            initial: .truncatedNormal())
        if distillation == .deit { tokens.append(try token("dist_token")) }
        let embedded = try scope["patch_embed"].patchEmbedding(
            imageShape, patch: patch, features: width)(images)
        try scope.layOut(scope.tiles(imageShape, patch).layout(others: added))
        let placed = placesClass ? embedded : try embedded + positions
        let joined = try Tensor.concatenation(
            tokens.map { try $0.repeated(images.shape[0]) } + [placed], axis: 1)
        return placesClass ? try joined + positions : joined
    }

    /// The renamings from torchvision's names, and from timm's of LayerScale.
    public func renamings(of keys: [String]) -> [KeyRenaming] {
        let layer = "encoder.layers.encoder_layer_*"
        return KeyScheme.renamings(
            of: keys,
            KeyScheme(
                marker: "conv_proj.weight",
                [
                    KeyRule("class_token", "cls_token"), KeyRule("conv_proj", "patch_embed.proj"),
                    KeyRule("encoder.pos_embedding", "pos_embed"),
                    KeyRule(layer + ".ln_*") { "blocks.\($0[0]).norm\($0[1])" },
                    KeyRule(layer + ".self_attention.in_proj_weight") {
                        "blocks.\($0[0]).attn.qkv.weight"
                    },
                    KeyRule(layer + ".self_attention.in_proj_bias") {
                        "blocks.\($0[0]).attn.qkv.bias"
                    },
                    KeyRule(layer + ".self_attention.out_proj") { "blocks.\($0[0]).attn.proj" },
                    KeyRule(layer + ".mlp.linear_*") { "blocks.\($0[0]).mlp.fc\($0[1])" },
                    KeyRule(layer + ".mlp.0") { "blocks.\($0[0]).mlp.fc1" },
                    KeyRule(layer + ".mlp.3") { "blocks.\($0[0]).mlp.fc2" },
                    KeyRule("encoder.ln", "norm"), KeyRule("heads.head", "head"),
                ]),
            KeyScheme(
                marker: "blocks.0.ls1.gamma",
                [KeyRule("blocks.*.ls*.gamma") { "blocks.\($0[0]).gamma_\($0[1])" }]))
    }

    private func classify(_ x: Tensor, _ scope: Scope) throws -> Tensor {
        let normalized = try scope["norm"].layerNorm(width, epsilon: 1e-6)(x)
        var token = try normalized.element(0, axis: 1)
        if let representation, distillation == .none {
            let layer = try scope["pre_logits"]["fc"].linear(
                width, representation, initial: .lecunNormal(fanIn: width), biasInitial: .zeros)
            token = try layer(token).applying(.hyperbolicTangent)
        }
        let logits = try scope["head"].transformerLinear(token.shape[1], classes)(token)
        guard distillation != .none else { return logits }
        let second = try scope["head_dist"].transformerLinear(width, classes)(
            normalized.element(1, axis: 1))
        return try (logits + second).scaled(by: 0.5)
    }
}
