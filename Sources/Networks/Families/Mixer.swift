import Autodiff

/// MLP-Mixer: perceptrons over tokens alternate with perceptrons over features.
///
/// - Source: Tolstikhin et al. 2021 (arXiv 2105.01601); keys of xxxnell/how-do-vits-work.
public struct Mixer: Network {
    public let signature: NetworkSignature
    /// The side of a patch, in pixels.
    public var patch = 16
    /// The number of features of a token.
    public var width = 256
    /// The hidden size of the perceptrons over tokens.
    public var tokenHidden = 128
    /// The hidden size of the perceptrons over features.
    public var featureHidden = 1024
    /// What is added to variances in layer norms; timm adds 1e-6.
    public var epsilon = 1e-5
    /// The number of blocks.
    public var depth = 8
    /// The probability that training drops the last branch; earlier ones grow to it linearly.
    public var dropPath = 0.0

    /// A Mixer-Ti; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        var x = try scope.unit("embedding", .stem) {
            let tokens = try scope["embedding"][0]["patch_embedding"][1].flatPatchEmbedding(
                imageShape, patch: patch, features: width)(images)
            try scope.layOut(scope.tiles(imageShape, patch).layout())
            return tokens
        }
        let tokens = x.shape[1]
        var rates = DropPathRates(last: dropPath, blocks: depth)
        for index in 0..<depth {
            let place = scope["mlps"][index]
            let rate = rates.next()
            let mixed = try place.residual("ff1", .mlp, dropPath: rate) {
                let norm = try place["norm1"].layerNorm(width, epsilon: epsilon)
                let layer = try place["ff1"].feedForward(
                    tokens, hidden: tokenHidden, kernelAxes: 1)
                return (x, try layer(norm(x).transposed()).transposed())
            }
            x = try place.residual("ff2", .mlp, dropPath: rate) {
                let norm = try place["norm2"].layerNorm(width, epsilon: epsilon)
                let layer = try place["ff2"].feedForward(width, hidden: featureHidden)
                return (mixed, try layer(norm(mixed)))
            }
        }
        return try scope.unit("classifier", .classifier) {
            let norm = try scope["classifier"][0].layerNorm(width, epsilon: epsilon)
            return try scope["classifier"][2].linear(width, classes)(norm(x).mean(over: [1]))
        }
    }

    /// The renamings from timm's names, whose patches are filters, channels first.
    public func renamings(of keys: [String]) -> [KeyRenaming] {
        KeyScheme.renamings(
            of: keys,
            KeyScheme(
                marker: "stem.proj.weight",
                [
                    KeyRule("stem.proj", axes: [0, 2, 3, 1], "embedding.0.patch_embedding.1"),
                    KeyRule("blocks.*.norm*") { "mlps.\($0[0]).norm\($0[1])" },
                    KeyRule("blocks.*.mlp_tokens.fc*") {
                        "mlps.\($0[0]).ff1.net.\(3 * $0[1] - 3)"
                    },
                    KeyRule("blocks.*.mlp_channels.fc*") {
                        "mlps.\($0[0]).ff2.net.\(3 * $0[1] - 3)"
                    },
                    KeyRule("norm", "classifier.0"), KeyRule("head", "classifier.2"),
                ]))
    }
}
