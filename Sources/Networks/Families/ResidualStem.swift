import Autodiff

/// The first layers of a residual network.
///
/// - Source: He et al. 2016 (arXiv 1512.03385); the deep ones of He et al. 2019 (arXiv 1812.01187), as
///   timm has them.
public struct ResidualStem {
    /// What the first layers are.
    public enum Kind: String, Sendable, CaseIterable {
        /// 3x3, for small images.
        case small
        /// 7x7 with stride 2 and pooling, for large ones.
        case large
        /// Three 3x3 in place of the 7x7, with 32, 32 and 64 channels (ResNet-C and -D).
        case deep
        /// The same with 24, 32 and 64 channels (timm's ResNet-T).
        case tiered
        /// The same with 64, 64 and 128 channels (timm's ResNet-S).
        case wide

        /// The channels of the convolutions.
        fileprivate var channels: [Int] {
            switch self {
            case .small, .large: [64]
            case .deep: [32, 32, 64]
            case .tiered: [24, 32, 64]
            case .wide: [64, 64, 128]
            }
        }
    }

    var kind: Kind
    /// Whether a norm and ReLU follow, as in post-activation networks.
    var activates: Bool

    /// `[batch, inputs, H, W] -> [batch, 64, H', W']`, with 128 channels where it is wide.
    func apply(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        let channels = kind.channels
        let convolutions = try declare(images.shape[1], channels, scope[0])
        let norm = activates ? try scope[1].batchNorm(channels[channels.count - 1]) : nil
        var x = try convolutions(images)
        if let norm { x = try norm(x).applying(.relu) }
        return kind == .small
            ? x : try x.maximumPooled(PoolingWindow(3, stride: 2, padding: 1))
    }

    private func declare(_ inputs: Int, _ channels: [Int], _ scope: Scope) throws -> Layer {
        switch kind {
        case .small: return try scope.convolution(inputs, channels[0], kernel: 3, padding: 1)
        case .large:
            return try scope.convolution(inputs, channels[0], kernel: 7, stride: 2, padding: 3)
        case .deep, .tiered, .wide:
            let last = channels.count - 1
            var width = inputs
            let layers = try channels.enumerated().map { index, outputs in
                defer { width = outputs }
                let convolution = try scope[3 * index].convolution(
                    width, outputs, kernel: 3, stride: index == 0 ? 2 : 1, padding: 1)
                return (convolution, index < last ? try scope[3 * index + 1].batchNorm(outputs) : nil)
            }
            return { images in
                try layers.reduce(images) { x, layer in
                    let (convolution, norm) = layer
                    let mapped = try convolution(x)
                    return try norm.map { try $0(mapped).applying(.relu) } ?? mapped
                }
            }
        }
    }
}
