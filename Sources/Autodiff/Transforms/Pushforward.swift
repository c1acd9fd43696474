extension GraphBuilder {
    /// Forward mode: how `outputs` move when `inputs` move along `tangents`.
    ///
    ///     ẏ = (∂y/∂x) ẋ
    ///
    /// - Parameters:
    ///   - inputs: any values, not only declared inputs; what lies behind them is held fixed.
    ///   - tangents: one for each input, of its shape.
    /// - Returns: a tangent for each output, nil where it does not move.
    public func pushforward(
        of outputs: [Tensor], from inputs: [Tensor], along tangents: [Tensor]
    ) throws -> [Tensor?] {
        precondition(inputs.count == tangents.count, "Each input needs a tangent.")
        for (input, tangent) in zip(inputs, tangents) where input.shape != tangent.shape {
            throw ShapeError(
                "pushforward", [input.shape, tangent.shape], "a tangent has its input's shape")
        }
        var moving: [Int: Tensor] = [:]
        for (input, tangent) in zip(inputs, tangents) { moving[input.node] = tangent }
        let leaves = Set(moving.keys)
        let needed = reachable(from: outputs, stoppingAt: leaves)
        for index in 0..<needed.count where needed[index] && !leaves.contains(index) {
            let node = nodes[index]
            let operandTangents = node.operands.map { moving[$0] }
            guard operandTangents.contains(where: { $0 != nil }) else { continue }
            let call = Call(
                operands: node.operands.map { Tensor(builder: self, node: $0) },
                output: Tensor(builder: self, node: index))
            moving[index] = try node.primitive.tangent(call, operandTangents)
        }
        return outputs.map { moving[$0.node] }
    }
}
