import Autodiff

/// DenseNet: each layer takes the maps of all layers before it in its block.
///
/// - Source: Huang et al. 2017 (arXiv 1608.06993); keys of torchvision and timm.
public struct DenseNet: Network {
    public let signature: NetworkSignature
    /// The channels that each layer adds.
    public var growth = 32
    /// The channels of the stem.
    public var stemWidth = 64
    /// The number of layers of each block.
    public var depths = [6, 12, 24, 16]
    /// The channels of a layer's bottleneck, as a multiple of its growth.
    public var bottleneck = 4

    /// A DenseNet-121; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        let features = scope["features"]
        var x = try scope.unit("features.conv0", .stem) {
            let convolution = try features["conv0"].convolution(
                imageShape[0], stemWidth, kernel: 7, stride: 2, padding: 3,
                initial: .kaimingNormal(fan: imageShape[0] * 49))
            let norm = try features["norm0"].batchNorm(stemWidth)
            return try norm(convolution(images)).applying(.relu)
                .maximumPooled(PoolingWindow(3, stride: 2, padding: 1))
        }
        for (stage, depth) in depths.enumerated() {
            let block = features["denseblock\(stage + 1)"]
            for index in 0..<depth {
                let place = block["denselayer\(index + 1)"]
                x = try place.unit("", .convolution) { try layer(x, place) }
            }
            guard stage + 1 < depths.count else { break }
            let place = features["transition\(stage + 1)"]
            x = try place.unit("", .subsampling) {
                let norm = try place["norm"].batchNorm(x.shape[1])
                let convolution = try place["conv"].convolution(
                    x.shape[1], x.shape[1] / 2, kernel: 1,
                    initial: .kaimingNormal(fan: x.shape[1]))
                return try convolution(norm(x).applying(.relu))
                    .averagePooled(PoolingWindow(2, stride: 2))
            }
        }
        return try scope.unit("classifier", .classifier) {
            let norm = try features["norm5"].batchNorm(x.shape[1])
            return try scope["classifier"].linear(x.shape[1], classes, biasInitial: .zeros)(
                norm(x).applying(.relu).globallyAveraged())
        }
    }

    /// `[batch, channels, H, W] -> [batch, channels + growth, H, W]`.
    private func layer(_ x: Tensor, _ scope: Scope) throws -> Tensor {
        let (inputs, hidden) = (x.shape[1], bottleneck * growth)
        let first = try scope["norm1"].batchNorm(inputs)
        let narrow = try scope["conv1"].convolution(
            inputs, hidden, kernel: 1, initial: .kaimingNormal(fan: inputs))
        let second = try scope["norm2"].batchNorm(hidden)
        let wide = try scope["conv2"].convolution(
            hidden, growth, kernel: 3, padding: 1, initial: .kaimingNormal(fan: hidden * 9))
        let added = try wide(second(narrow(first(x).applying(.relu))).applying(.relu))
        return try Tensor.concatenation([x, added], axis: 1)
    }

    /// The renamings from files of before PyTorch 0.4, whose layers have names with dots.
    public func renamings(of keys: [String]) -> [KeyRenaming] {
        KeyScheme.renamings(
            of: keys,
            KeyScheme(
                marker: "features.denseblock1.denselayer1.norm.1.weight",
                ["norm", "conv"].map { part in
                    KeyRule("features.denseblock*.denselayer*.\(part).*") {
                        "features.denseblock\($0[0]).denselayer\($0[1]).\(part)\($0[2])"
                    }
                }))
    }
}
