import Autodiff

/// ResMLP: linear maps over tokens alternate with perceptrons over features, without norms.
///
/// - Source: Touvron et al. 2021 (arXiv 2105.03404); keys of facebookresearch/deit.
public struct ResMLP: Network {
    public let signature: NetworkSignature
    /// The side of a patch, in pixels.
    public var patch = 16
    /// The number of features of a token.
    public var width = 384
    /// The number of blocks.
    public var depth = 12
    /// What LayerScale starts at.
    public var layerScale = 0.1
    /// The probability that training drops a branch.
    public var dropPath = 0.0

    /// A ResMLP-12; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        var x = try scope.unit("patch_embed", .stem) {
            let tokens = try scope["patch_embed"].patchEmbedding(
                imageShape, patch: patch, features: width)(images)
            try scope.layOut(scope.tiles(imageShape, patch).layout())
            return tokens
        }
        let tokens = x.shape[1]
        let block = ResidualPair(
            features: width, mixing: .mlp, layerScale: layerScale, dropPath: dropPath)
        for index in 0..<depth {
            let place = scope["blocks"][index]
            x = try block.apply(
                x, place,
                first: {
                    let affine = try affine(place["norm1"])
                    let map = try place["attn"].transformerLinear(tokens, tokens)
                    return { x in try map(affine(x).transposed()).transposed() }
                },
                second: {
                    let affine = try affine(place["norm2"])
                    let layer = try place["mlp"].perceptron(width, hidden: 4 * width)
                    return { x in try layer(affine(x)) }
                })
        }
        return try scope.unit("head", .classifier) {
            let affine = try affine(scope["norm"])
            return try scope["head"].transformerLinear(width, classes)(affine(x).mean(over: [1]))
        }
    }

    /// The renamings from timm's names.
    public func renamings(of keys: [String]) -> [KeyRenaming] {
        KeyScheme.renamings(
            of: keys,
            KeyScheme(
                marker: "stem.proj.weight",
                [
                    KeyRule("stem", "patch_embed"),
                    KeyRule("blocks.*.ls*") { "blocks.\($0[0]).gamma_\($0[1])" },
                    KeyRule("blocks.*.linear_tokens") { "blocks.\($0[0]).attn" },
                    KeyRule("blocks.*.mlp_channels") { "blocks.\($0[0]).mlp" },
                ]))
    }

    /// `alpha · x + beta`, per feature.
    private func affine(_ scope: Scope) throws -> Layer {
        let alpha = try scope.parameter("alpha", [width], .scale, initial: .ones)
        let beta = try scope.parameter("beta", [width], .scale, initial: .zeros)
        return { x in try x * alpha + beta }
    }
}
