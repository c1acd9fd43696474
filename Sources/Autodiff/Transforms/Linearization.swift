/// A function near one point: its values, and the linear map of tangents.
public struct Linearization {
    /// The values at the point.
    public let outputs: [Tensor]
    /// Where tangents enter: placeholders in the shapes of the inputs.
    public let tangentInputs: [Tensor]
    /// The tangents of the outputs, linear in `tangentInputs`; nil where an output is constant.
    public let tangentOutputs: [Tensor?]
}

extension GraphBuilder {
    /// The linear map of tangents from `inputs` to `outputs`, as nodes of this graph.
    ///
    /// All that does not depend on a tangent is a residual: it can be computed once and kept.
    public func linearize(_ outputs: [Tensor], at inputs: [Tensor]) throws -> Linearization {
        let tangents = try inputs.enumerated().map { index, input in
            try apply(Placeholder(number: nextPlaceholder(), shape: input.shape), [])
        }
        return Linearization(
            outputs: outputs, tangentInputs: tangents,
            tangentOutputs: try pushforward(of: outputs, from: inputs, along: tangents))
    }

    /// The transpose of a linear map: cotangents of its outputs to cotangents of its inputs.
    ///
    /// - Parameter cotangents: one for each output; nil stands for zero.
    /// - Returns: one for each tangent input, nil where it is zero.
    public func transpose(
        _ map: Linearization, cotangents: [Tensor?]
    ) throws -> [Tensor?] {
        precondition(
            map.tangentOutputs.count == cotangents.count, "Each output needs a cotangent.")
        var linear = [Bool](repeating: false, count: nodes.count)
        for tangent in map.tangentInputs { linear[tangent.node] = true }
        for index in 0..<linear.count where !linear[index] {
            linear[index] = nodes[index].operands.contains { linear[$0] }
        }

        var accumulated: [Int: Tensor] = [:]
        func accumulate(_ cotangent: Tensor, into node: Int) throws {
            accumulated[node] = try accumulated[node].map { try $0 + cotangent } ?? cotangent
        }
        for case let (output?, cotangent?) in zip(map.tangentOutputs, cotangents) {
            try accumulate(cotangent, into: output.node)
        }
        let needed = reachable(from: map.tangentOutputs.compactMap { $0 })
        for index in stride(from: linear.count - 1, through: 0, by: -1)
        where linear[index] && needed[index] {
            guard let cotangent = accumulated[index] else { continue }
            let node = nodes[index]
            let call = Call(
                operands: node.operands.map { Tensor(builder: self, node: $0) },
                output: Tensor(builder: self, node: index))
            for (position, operand) in node.operands.enumerated() where linear[operand] {
                if let part = try node.primitive.transpose(call, cotangent, to: position) {
                    try accumulate(part, into: operand)
                }
            }
        }
        return map.tangentInputs.map { accumulated[$0.node] }
    }
}

/// A tangent that a later transform will replace or forget.
struct Placeholder: Primitive {
    let number: Int
    let shape: Shape

    var description: String { "placeholder \(number)" }
    func outputShape(_ operands: [Shape]) -> Shape { shape }
    func tangent(_ call: Call, _ tangents: [Tensor?]) -> Tensor? { nil }
}
