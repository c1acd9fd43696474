extension GraphBuilder {
    /// Reverse mode: the cotangents of `inputs`, given those of `outputs`.
    ///
    ///     x̄ = (∂y/∂x)ᵀ ȳ
    ///
    /// It is the transpose of the linearization.
    ///
    /// - Returns: one for each input, of its shape; zeros where an output does not depend on it.
    public func pullback(
        of outputs: [Tensor], to inputs: [Tensor], cotangents: [Tensor]
    ) throws -> [Tensor] {
        for (output, cotangent) in zip(outputs, cotangents) where output.shape != cotangent.shape {
            throw ShapeError(
                "pullback", [output.shape, cotangent.shape], "a cotangent has its output's shape")
        }
        let map = try linearize(outputs, at: inputs)
        return try zip(transpose(map, cotangents: cotangents), inputs).map { cotangent, input in
            try cotangent ?? fill(0, input.shape)
        }
    }

    /// The gradient of a scalar with respect to each of `inputs`.
    ///
    /// - Throws: `ShapeError` if `scalar` is not one number.
    public func gradient(of scalar: Tensor, withRespectTo inputs: [Tensor]) throws -> [Tensor] {
        guard scalar.shape.rank == 0 else {
            throw ShapeError("gradient", [scalar.shape], "only a scalar has a gradient")
        }
        return try pullback(of: [scalar], to: inputs, cotangents: [fill(1, [])])
    }

    /// The product of the Hessian of a scalar with a vector, forward over reverse.
    ///
    ///     H v = d/dε ∇f(x + εv) at ε = 0
    ///
    /// - Parameter vector: one tensor for each input, of its shape.
    /// - Returns: the gradient and the product, one tensor for each input.
    public func hessianVectorProduct(
        of scalar: Tensor, at inputs: [Tensor], vector: [Tensor]
    ) throws -> (gradient: [Tensor], product: [Tensor]) {
        let gradient = try gradient(of: scalar, withRespectTo: inputs)
        let product = try zip(
            pushforward(of: gradient, from: inputs, along: vector), inputs
        ).map { try $0 ?? fill(0, $1.shape) }
        return (gradient, product)
    }
}
