import Autodiff

/// The Swin transformer in the layouts of timm and of the original repository, its form with
/// perceptrons over windows (Swin-MLP), and AttnScale and FeatScale on it.
///
/// - Source: Liu et al. 2021 (arXiv 2103.14030); Wang et al. 2022 (arXiv 2203.05962); keys of
///   timm's `SwinTransformer`, microsoft/Swin-Transformer and VITA-Group/ViT-Anti-Oversmoothing.
public struct Swin: Network {
    /// Where things stand in the state dict.
    public enum Layout: String, Sendable, CaseIterable {
        /// Merging first in a stage; no stored tables.
        case timm
        /// Merging last in a stage; tables of positions and masks are stored.
        case microsoft
    }

    /// What mixes the tokens of a window.
    public enum Mixing: String, Sendable, CaseIterable {
        case attention, perceptron
    }

    public let signature: NetworkSignature
    public var layout = Layout.timm
    public var mixing = Mixing.attention
    public var antiOversmoothing = AntiOversmoothing.none
    /// The side of a patch, in pixels.
    public var patch = 4
    /// The features of a token in the first stage; they double from stage to stage.
    public var width = 96
    public var depths = [2, 2, 6, 2]
    public var heads = [3, 6, 12, 24]
    /// The side of a window, in tokens; maps that are no larger are one window.
    public var window = 7
    /// The hidden features of the perceptrons as a multiple of the stage's features.
    public var expansion = 4.0
    public var qkvBias = true
    /// Whether absolute positions are added to the patches.
    public var embedsPositions = false
    /// Whether the patches are normalised.
    public var normalizesPatches = true
    /// The probability that training drops the last branch; earlier ones grow to it linearly.
    public var dropPath = 0.0

    /// A Swin-T; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        guard depths.count == heads.count else {
            throw NetworkError("\(name): depths and heads need one number per stage")
        }
        scope.layOut(.channelsLast)
        var x = try scope.unit("patch_embed", .stem) { try patches(images, scope) }
        var rates = DropPathRates(last: dropPath, blocks: depths.reduce(0, +))
        for (stage, depth) in depths.enumerated() {
            let place = scope["layers"][stage]
            if layout == .timm, stage > 0 { x = try merge(x, place) }
            for index in 0..<depth {
                let block = WindowBlock(
                    swin: self, heads: heads[stage], isShifted: index % 2 == 1,
                    dropPath: rates.next())
                x = try block.apply(x, place["blocks"][index])
            }
            if layout == .microsoft, stage + 1 < depths.count { x = try merge(x, place) }
        }
        let features = x.shape[3]
        return try scope.unit("head", .classifier) {
            let norm = try scope["norm"].layerNorm(features, epsilon: 1e-5)
            let head = layout == .timm ? scope["head"]["fc"] : scope["head"]
            return try head.transformerLinear(features, classes)(norm(x).mean(over: [1, 2]))
        }
    }

    /// `[batch, channels, H, W] -> [batch, H / patch, W / patch, width]`.
    private func patches(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        let count = try scope.patchCount(imageShape, patch)
        let positions = embedsPositions
            ? try scope.parameter(
                "absolute_pos_embed", [1, count, width], .positionEmbedding,
                initial: .truncatedNormal()) : nil
        let place = scope["patch_embed"]
        var x = try place.patchEmbedding(imageShape, patch: patch, features: width)(images)
        if normalizesPatches { x = try place["norm"].layerNorm(width, epsilon: 1e-5)(x) }
        if let positions { x = try x + positions }
        return try x.reshaped(
            to: [images.shape[0], imageShape[1] / patch, imageShape[2] / patch, width])
    }

    /// Joins 2 x 2 tokens: `[batch, H, W, C] -> [batch, ⌈H/2⌉, ⌈W/2⌉, 2C]`.
    private func merge(_ x: Tensor, _ scope: Scope) throws -> Tensor {
        try scope.unit("downsample", .subsampling) {
            let (features, place) = (x.shape[3], scope["downsample"])
            func reduction() throws -> Layer {
                try place["reduction"].transformerLinear(4 * features, 2 * features, bias: false)
            }
            func norm() throws -> Layer {
                try place["norm"].layerNorm(4 * features, epsilon: 1e-5)
            }
            let layers: (norm: Layer, reduction: Layer)
            if layout == .timm {
                layers.norm = try norm()
                layers.reduction = try reduction()
            } else {
                layers.reduction = try reduction()
                layers.norm = try norm()
            }
            let (height, width) = ((x.shape[1] + 1) / 2, (x.shape[2] + 1) / 2)
            let joined = try x
                .padded(low: [0, 0, 0, 0], high: [0, x.shape[1] % 2, x.shape[2] % 2, 0])
                .reshaped(to: [x.shape[0], height, 2, width, 2, features])
                .permuted([0, 1, 3, 4, 2, 5])
                .reshaped(to: [x.shape[0], height, width, 4 * features])
            return try layers.reduction(layers.norm(joined))
        }
    }

    /// The renamings from older timm, where merging stood last in a stage, the head had no `fc`, and
    /// tables were stored; and from torchvision's names.
    public func renamings(of keys: [String]) -> [KeyRenaming] {
        guard layout == .timm else { return [] }
        @Sendable func block(_ n: [Int]) -> String { "layers.\(n[0] / 2).blocks.\(n[1])" }
        return KeyScheme.renamings(
            of: keys,
            KeyScheme(
                marker: "features.0.0.weight",
                [
                    KeyRule("features.0.0", "patch_embed.proj"),
                    KeyRule("features.0.2", "patch_embed.norm"),
                    KeyRule("features.*.*.attn.relative_position_index") { _ in nil },
                    KeyRule("features.*.*.mlp.0") { "\(block($0)).mlp.fc1" },
                    KeyRule("features.*.*.mlp.3") { "\(block($0)).mlp.fc2" },
                    KeyRule("features.*.*") { block($0) },
                    KeyRule("features.*") { "layers.\($0[0] / 2).downsample" },
                    KeyRule("head", "head.fc"),
                ]),
            KeyScheme(
                marker: "head.weight",
                [
                    KeyRule("layers.*.blocks.*.attn.relative_position_index") { _ in nil },
                    KeyRule("layers.*.blocks.*.attn_mask") { _ in nil },
                    KeyRule("layers.*.downsample") { "layers.\($0[0] + 1).downsample" },
                    KeyRule("head", "head.fc"),
                ]))
    }
}
