import Autodiff

/// ConvNeXt: depthwise 7 x 7 convolutions and perceptrons over channels, one residual unit a block.
///
///     x + γ · fc2(gelu(fc1(norm(conv(x)))))      norms over the channels of each pixel
///
/// - Source: Liu et al. 2022 (arXiv 2201.03545); keys of timm's `ConvNeXt`.
public struct ConvNeXt: Network {
    public let signature: NetworkSignature
    /// The side of a patch of the stem, in pixels.
    public var patch = 4
    /// The channels of each stage.
    public var widths = [96, 192, 384, 768]
    /// The number of blocks of each stage.
    public var depths = [3, 3, 9, 3]
    /// The hidden features of the perceptrons as a multiple of the stage's channels.
    public var expansion = 4.0
    /// What LayerScale starts at.
    public var layerScale = 1e-6
    /// The probability that training drops the last branch; earlier ones grow to it linearly.
    public var dropPath = 0.0

    private static let epsilon = 1e-6

    /// A ConvNeXt-T; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        guard depths.count == widths.count else {
            throw NetworkError("\(name): width and depth need one number per stage")
        }
        var x = try scope.unit("stem", .stem) {
            let convolution = try scope["stem"][0].convolution(
                imageShape[0], widths[0], kernel: patch, stride: patch, bias: true,
                initial: .truncatedNormal(), biasInitial: .zeros)
            return try normalized(convolution(images), scope["stem"][1])
        }
        var rates = DropPathRates(last: dropPath, blocks: depths.reduce(0, +))
        for (stage, depth) in depths.enumerated() {
            let place = scope["stages"][stage]
            if stage > 0 {
                x = try place.unit("downsample", .subsampling) {
                    let y = try normalized(x, place["downsample"][0])
                    return try place["downsample"][1].convolution(
                        widths[stage - 1], widths[stage], kernel: 2, stride: 2, bias: true,
                        initial: .truncatedNormal(), biasInitial: .zeros)(y)
                }
            }
            for index in 0..<depth {
                x = try block(x, dropPath: rates.next(), place["blocks"][index])
            }
        }
        let features = x.shape[1]
        return try scope.unit("head", .classifier) {
            let norm = try scope["head"]["norm"].layerNorm(features, epsilon: Self.epsilon)
            return try scope["head"]["fc"].transformerLinear(features, classes)(
                norm(x.globallyAveraged()))
        }
    }

    private func block(_ x: Tensor, dropPath: Double, _ scope: Scope) throws -> Tensor {
        let width = x.shape[1]
        return try scope.residual("", .convolution, dropPath: dropPath) {
            let scale = try scope.layerScale("gamma", width, initial: layerScale)
            let convolution = try scope["conv_dw"].convolution(
                width, width, kernel: 7, padding: 3, groups: width, bias: true,
                initial: .truncatedNormal(), biasInitial: .zeros)
            let norm = try scope["norm"].layerNorm(width, epsilon: Self.epsilon)
            let layer = try scope["mlp"].perceptron(
                width, hidden: Int(Double(width) * expansion))
            let pixels = try convolution(x).permuted([0, 2, 3, 1])
            return (x, try scale(layer(norm(pixels))).permuted([0, 3, 1, 2]))
        }
    }

    /// A layer norm over the channels of each pixel of `[batch, channels, H, W]`.
    private func normalized(_ x: Tensor, _ scope: Scope) throws -> Tensor {
        let norm = try scope.layerNorm(x.shape[1], epsilon: Self.epsilon)
        return try norm(x.permuted([0, 2, 3, 1])).permuted([0, 3, 1, 2])
    }

    public func renamings(of keys: [String]) -> [KeyRenaming] {
        KeyScheme.renamings(of: keys, Self.torchvision, Self.facebook)
    }

    private static let torchvision = KeyScheme(
        marker: "classifier.2.weight",
        [
            KeyRule("features.0") { _ in "stem" },
            KeyRule("features.*.*.layer_scale") { "stages.\($0[0] / 2).blocks.\($0[1]).gamma" },
            KeyRule("features.*.*.block.0") { "stages.\($0[0] / 2).blocks.\($0[1]).conv_dw" },
            KeyRule("features.*.*.block.2") { "stages.\($0[0] / 2).blocks.\($0[1]).norm" },
            KeyRule("features.*.*.block.3") { "stages.\($0[0] / 2).blocks.\($0[1]).mlp.fc1" },
            KeyRule("features.*.*.block.5") { "stages.\($0[0] / 2).blocks.\($0[1]).mlp.fc2" },
            KeyRule("features.*") { "stages.\($0[0] / 2).downsample" },
            KeyRule("classifier.0", "head.norm"), KeyRule("classifier.2", "head.fc"),
        ])

    private static let facebook = KeyScheme(
        marker: "downsample_layers.0.0.weight",
        [
            KeyRule("downsample_layers.0", "stem"),
            KeyRule("downsample_layers.*") { "stages.\($0[0]).downsample" },
            KeyRule("stages.*.*.dwconv") { "stages.\($0[0]).blocks.\($0[1]).conv_dw" },
            KeyRule("stages.*.*.pwconv*") { "stages.\($0[0]).blocks.\($0[1]).mlp.fc\($0[2])" },
            KeyRule("stages.*.*") { "stages.\($0[0]).blocks.\($0[1])" },
            KeyRule("norm", "head.norm"), KeyRule("head", "head.fc"),
        ])
}
