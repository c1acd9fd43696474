import Autodiff

extension Lowering {
    /// A primitive that has no kernel: the plain loops of the reference compute it.
    ///
    /// - Throws: `ExecutionError.unknownPrimitive` where they do not know it either.
    func emitByReference(_ index: Int) throws {
        let node = graph.nodes[index]
        let kind = "\(type(of: node.primitive))"
        guard node.primitive is any ReferenceEvaluable else {
            throw ExecutionError.unknownPrimitive(
                description: "\(node.primitive.description) (\(kind))")
        }
        let note = "\(kind) has no kernel of its own here and runs by plain loops, which are slow."
        if !notes.contains(note) { notes.append(note) }
        let operands = try node.operands.map {
            (buffer: try buffer($0), shape: graph.nodes[$0].shape)
        }
        let target = scratch(node.shape.count, stages[index])
        plan.add(
            Plan.Step(
                name: "plain \(kind)", reads: operands.map(\.buffer),
                writes: [target]
            ) { placement in
                ReferenceKernel<Scalar>(
                    node.primitive, operands: operands.map { (placement[$0.buffer], $0.shape) },
                    target: placement[target], shape: node.shape)
            }, to: stages[index])
        plain[index] = target
    }
}
