import Autodiff

extension Scope {
    /// Declares a convolution with square kernels.
    ///
    ///     [batch, inputs, H, W] -> [batch, outputs, H', W']
    ///
    /// The parameters are `weight` `[outputs, inputs / groups, kernel, kernel]` and, where asked
    /// for, `bias` `[outputs]`.
    ///
    /// - Throws: `NetworkError` where the groups do not divide the channels.
    public func convolution(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
        dilation: Int = 1, groups: Int = 1, bias: Bool = false, initial: Initialization? = nil,
        biasInitial: Initialization? = nil
    ) throws -> Layer {
        guard groups > 0, inputs % groups == 0, outputs % groups == 0 else {
            throw NetworkError(
                "\(prefix): \(inputs) and \(outputs) channels cannot form \(groups) groups")
        }
        let standard = Initialization.fanInUniform(inputs / groups * kernel * kernel)
        let weight = try parameter(
            "weight", [outputs, inputs / groups, kernel, kernel], .weight,
            initial: initial ?? standard)
        let offset = bias
            ? try parameter("bias", [outputs], .bias, initial: biasInitial ?? standard) : nil
        let geometry = ConvolutionGeometry(
            stride: stride, padding: padding, dilation: dilation, groups: groups)
        return { x in
            let map = try x.convolved(weight, geometry)
            return try offset.map { try map + $0.alongChannels() } ?? map
        }
    }
}

extension Tensor {
    /// A vector `[channels]` as `[channels, 1, 1]`, ready to meet feature maps.
    func alongChannels() throws -> Tensor { try reshaped(to: [shape.count, 1, 1]) }

    /// The mean of each feature map: `[batch, channels, H, W] -> [batch, channels]`.
    func globallyAveraged() throws -> Tensor { try mean(over: [2, 3]) }
}

extension Scope {
    /// Declares a convolution `conv` that keeps the size at stride 1, and a batch norm `bn` after it.
    func normalizedConvolution(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1
    ) throws -> Layer {
        let convolution = try self["conv"].convolution(
            inputs, outputs, kernel: kernel, stride: stride, padding: kernel / 2, groups: groups,
            initial: .kaimingNormal(fan: outputs / groups * kernel * kernel))
        let norm = try self["bn"].batchNorm(outputs)
        return { x in try norm(convolution(x)) }
    }
}
