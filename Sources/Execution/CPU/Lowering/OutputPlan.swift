import Autodiff

/// A result of the program.
struct OutputPlan {
    let name: String
    let combination: Combination
    let stage: Stage
    let buffer: BufferID
    /// Elements as stored, which for packed weights may exceed the shape's.
    let storedCount: Int
    let shape: Shape
    /// The layout that gradients by filters have, if it is not row-major.
    let filters: FilterGradientLayout?
}

extension Lowering {
    /// Where a result goes, and the steps that bring it there.
    func lower(_ output: Graph.Output) throws -> OutputPlan {
        let node = graph.nodes[output.node]
        let stage = stages[output.node]
        if stage.isPerGroup, output.combination == .sum, let packed = try lowerStoredSum(output) {
            return packed
        }
        var target = try stage.isPerGroup ? nil : buffer(output.node)
        if target == nil {
            let fresh = plan.buffer(
                bytes: bytes(node.shape.count), stage: stage,
                region: output.combination == .sum ? .sums : .rows)
            try place(
                output.node, View(contiguous: fresh, node.shape),
                output.combination == .sum ? .addUnlessFirst : .overwrite, stage)
            target = fresh
        }
        guard let target else { preconditionFailure("An output has no buffer.") }
        return OutputPlan(
            name: output.name, combination: output.combination, stage: stage, buffer: target,
            storedCount: node.shape.count, shape: node.shape, filters: nil)
    }
}
