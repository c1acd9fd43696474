import Autodiff

extension Scope {
    /// Declares an affine map of the last axis: `x Wᵀ + b`.
    ///
    ///     [..., inputs] -> [..., outputs]
    ///
    /// The parameters are `weight` `[outputs, inputs]` and, unless left out, `bias` `[outputs]`.
    public func linear(
        _ inputs: Int, _ outputs: Int, bias: Bool = true, initial: Initialization? = nil,
        biasInitial: Initialization? = nil
    ) throws -> Layer {
        let standard = Initialization.fanInUniform(inputs)
        let weight = try parameter(
            "weight", [outputs, inputs], .weight, initial: initial ?? standard)
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
