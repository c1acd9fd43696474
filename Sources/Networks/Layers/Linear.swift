import Autodiff

extension Scope {
    /// Declares an affine map of the last axis: `x Wᵀ + b`.
    ///
    ///     [..., inputs] -> [..., outputs]
    ///
    /// The parameters are `weight` `[outputs, inputs]` and, unless left out, `bias` `[outputs]`.
    ///
    /// - Parameter kernelAxes: the number of axes of extent 1 that the weight ends in, where the
    ///   original states the map as a convolution with kernels of one element.
    public func linear(
        _ inputs: Int, _ outputs: Int, bias: Bool = true, kernelAxes: Int = 0,
        initial: Initialization? = nil, biasInitial: Initialization? = nil
    ) throws -> Layer {
        let standard = Initialization.fanInUniform(inputs)
        let stored = Shape([outputs, inputs] + [Int](repeating: 1, count: kernelAxes))
        let weight = try parameter("weight", stored, .weight, initial: initial ?? standard)
            .reshaped(to: [outputs, inputs])
        let offset = bias
            ? try parameter("bias", [outputs], .bias, initial: biasInitial ?? standard) : nil
        return { x in
            let product = try x.linear(weight: weight)
            return try offset.map { try product + $0 } ?? product
        }
    }

    /// Declares a linear layer as vision transformers start it: truncated normal, bias zero.
    public func transformerLinear(
        _ inputs: Int, _ outputs: Int, bias: Bool = true
    ) throws -> Layer {
        try linear(
            inputs, outputs, bias: bias, initial: .truncatedNormal(), biasInitial: .zeros)
    }
}
