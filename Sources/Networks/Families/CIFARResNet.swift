import Autodiff

/// The residual networks of depth 6n + 2 for small images.
///
/// Three stages of n basic blocks with widths w, 2w, 4w. Where the resolution halves, the shortcut
/// takes every second pixel and pads the channels with zeros (option A), so it has no parameters.
///
/// - Source: He et al. 2016 (arXiv 1512.03385), section 4.2; keys of
///   akamaster/pytorch_resnet_cifar10.
public struct CIFARResNet: Network {
    public let signature: NetworkSignature
    /// The number of layers with weights, 6n + 2.
    public let depth: Int
    /// The number of channels of the first stage.
    public let width: Int

    /// - Throws: `NetworkError` where the depth is not 6n + 2.
    public init(_ signature: NetworkSignature, depth: Int, width: Int = 16) throws {
        guard depth >= 8, (depth - 2) % 6 == 0 else {
            throw NetworkError(
                "depth \(depth) is not 6n + 2; use 8, 14, 20, 32, 44, 56 or 110")
        }
        guard width >= 1, signature.classes >= 1 else {
            throw NetworkError("width \(width) and classes \(signature.classes) must be positive")
        }
        self.signature = signature
        self.depth = depth
        self.width = width
    }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        var x = try scope.unit("conv1", .stem) {
            let convolution = try Self.convolution(scope["conv1"], imageShape[0], width)
            let norm = try scope["bn1"].batchNorm(width)
            return try norm(convolution(images)).applying(.relu)
        }
        var channels = width
        for stage in 0..<3 {
            for index in 0..<(depth - 2) / 6 {
                let outputs = width << stage
                x = try block(x, channels, outputs, scope["layer\(stage + 1)"][index])
                channels = outputs
            }
        }
        return try scope.unit("linear", .classifier) {
            try scope["linear"].linear(
                channels, classes, initial: .kaimingNormal(fan: channels))(x.globallyAveraged())
        }
    }

    private func block(
        _ x: Tensor, _ inputs: Int, _ outputs: Int, _ scope: Scope
    ) throws -> Tensor {
        let stride = inputs == outputs ? 1 : 2
        return try scope.residual(
            "", stride == 1 ? .convolution : .subsampling, activation: { try $0.applying(.relu) }
        ) {
            let first = try Self.convolution(scope["conv1"], inputs, outputs, stride: stride)
            let firstNorm = try scope["bn1"].batchNorm(outputs)
            let second = try Self.convolution(scope["conv2"], outputs, outputs)
            let secondNorm = try scope["bn2"].batchNorm(outputs)
            let branch = try secondNorm(second(firstNorm(first(x)).applying(.relu)))
            return (stride == 1 ? x : try Self.subsampled(x, outputs), branch)
        }
    }

    /// Every second pixel, with zero channels on both sides.
    private static func subsampled(_ x: Tensor, _ outputs: Int) throws -> Tensor {
        let picked = try x.slice(axis: 2, 0..<x.shape[2], step: 2)
            .slice(axis: 3, 0..<x.shape[3], step: 2)
        // The original pads a quarter of the new width on both sides.
        let low = outputs / 4
        let high = outputs - x.shape[1] - low
        return try picked.padded(low: [0, low, 0, 0], high: [0, high, 0, 0])
    }

    private static func convolution(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, stride: Int = 1
    ) throws -> Layer {
        try scope.convolution(
            inputs, outputs, kernel: 3, stride: stride, padding: 1,
            initial: .kaimingNormal(fan: inputs * 9))
    }
}
