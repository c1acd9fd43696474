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
                let norm = try place["norm1"].layerNorm(width, epsilon: 1e-5)
                let layer = try place["ff1"].feedForward(
                    tokens, hidden: tokenHidden, kernelAxes: 1)
                return (x, try layer(norm(x).transposed()).transposed())
            }
            x = try place.residual("ff2", .mlp, dropPath: rate) {
                let norm = try place["norm2"].layerNorm(width, epsilon: 1e-5)
                let layer = try place["ff2"].feedForward(width, hidden: featureHidden)
                return (mixed, try layer(norm(mixed)))
            }
        }
        return try scope.unit("classifier", .classifier) {
            let norm = try scope["classifier"][0].layerNorm(width, epsilon: 1e-5)
            return try scope["classifier"][2].linear(width, classes)(norm(x).mean(over: [1]))
        }
    }
}
