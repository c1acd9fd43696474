extension GraphBuilder {
    /// The same values, computed without what they do not need.
    ///
    /// Where a slice is all that is taken of a value, the slice moves before the operations that
    /// make the value. A classifier that reads the class token alone, for example, needs neither the
    /// perceptron nor the queries of the other tokens in the last block. To be called before
    /// differentiation: its derivatives then do not compute them either.
    ///
    /// - Parameter outputs: values that are needed whole.
    public func narrowed(_ outputs: [Tensor]) throws -> [Tensor] {
        var parts = [Slice?](repeating: nil, count: nodes.count)
        var narrowings = [Narrowing?](repeating: nil, count: nodes.count)
        func need(_ part: Slice, of node: Int) {
            parts[node] = parts[node]?.hull(with: part) ?? part
        }
        for output in outputs { need(Slice(all: output.shape), of: output.node) }
        for index in stride(from: nodes.count - 1, through: 0, by: -1) {
            guard var part = parts[index] else { continue }
            let node = nodes[index]
            if !Self.isWorthwhile(part, of: node.shape) { part = Slice(all: node.shape) }
            let shapes = node.operands.map { nodes[$0].shape }
            let rule = node.primitive.narrowed(to: part, shapes)
            if rule == nil { part = Slice(all: node.shape) }
            let narrowing = rule
                ?? Narrowing(primitive: node.primitive, operands: shapes.map(Slice.init(all:)))
            for (operand, needed) in zip(node.operands, narrowing.operands) {
                if let needed { need(needed, of: operand) }
            }
            (narrowings[index], parts[index]) = (narrowing, part)
        }
        var made: [Int: Tensor] = [:]
        for (index, narrowing) in narrowings.enumerated() {
            guard let narrowing else { continue }
            made[index] = try narrowedNode(index, narrowing, made, parts)
        }
        return outputs.map { made[$0.node] ?? $0 }
    }

    /// One node's part, from the parts of its operands that were made.
    private func narrowedNode(
        _ index: Int, _ narrowing: Narrowing, _ made: [Int: Tensor], _ parts: [Slice?]
    ) throws -> Tensor {
        let node = nodes[index]
        let isWhole = parts[index]?.extents == node.shape.dimensions
        if isWhole && node.operands.allSatisfy({ made[$0]?.node == $0 }) {
            return Tensor(builder: self, node: index)
        }
        var operands: [Tensor] = []
        for (operand, needed) in zip(node.operands, narrowing.operands) {
            guard let needed, let available = made[operand], let held = parts[operand]
            else { continue }
            operands.append(try apply(needed.relative(to: held), [available]))
        }
        return try apply(narrowing.primitive, operands)
    }

    /// Whether so little of a tensor is taken that less work outweighs one more slice.
    private static func isWorthwhile(_ part: Slice, of shape: Shape) -> Bool {
        2 * part.extents.reduce(1, *) <= shape.count && shape.count > 0
    }
}
