import Autodiff

extension Lowering {
    /// Writes a matrix product into a view whose matrices have contiguous rows.
    func emitProduct(_ index: Int, _ target: View, _ mode: Accumulation) throws {
        let node = graph.nodes[index]
        guard let primitive = node.primitive as? MatrixProduct else { return }
        let a = try matrixView(node.operands[0])
        let b = try stages[node.operands[1]] < .examples && primitive.transposeB
            && node.shape[-2] >= Self.rowsWorthCopy
            ? transposedWeight(node.operands[1]) : matrixView(node.operands[1])
        guard let layoutA = a.matrixLayout, let layoutB = b.matrixLayout,
            let layoutC = target.matrixLayout
        else { preconditionFailure("A matrix operand is not a matrix.") }
        let (rows, columns) = (node.shape[-2], node.shape[-1])
        let inner = graph.nodes[node.operands[0]].shape[primitive.transposeA ? -2 : -1]
        let offsets = zip(zip(a.matrixOffsets, b.matrixOffsets), target.matrixOffsets).map {
            ($0.0, $0.1, $1)
        }
        let description = ProductDescription(
            rows: rows, columns: columns, inner: inner,
            transposeA: primitive.transposeA != layoutA.isTransposed,
            transposeB: primitive.transposeB != layoutB.isTransposed,
            strideA: layoutA.stride, strideB: layoutB.stride, strideC: layoutC.stride,
            offsets: offsets, mode: mode)
        let packed = Scalar.self == Float.self && description.isSmall
            ? plan.buffer(bytes: description.scratchBytes, stage: stages[index]) : nil
        plan.add(
            Plan.Step(
                name: "product", reads: [a.buffer, b.buffer],
                writes: [target.buffer] + [packed].compactMap { $0 },
                operations: 2 * Double(node.shape.count) * Double(inner)
            ) { placement in
                let (a, b, c) = (
                    placement[a.buffer], placement[b.buffer], placement[target.buffer]
                )
                guard let packed else { return ProductKernel<Scalar>(description, a, b, c) }
                return SmallProductKernel(description, a, b, c, scratch: placement[packed])
            }, to: stages[index])
    }

    /// With fewer rows a product only reads its weights once, and a copy of them, which in a
    /// perceptron behind convolutions can be most of a network's memory, would cost more.
    private static var rowsWorthCopy: Int { 8 }

    /// A look at a transposed copy of weights that many products share.
    ///
    /// Products with a plain right operand run a tenth faster than with a transposed one, and the
    /// copy is made once for each point or vector.
    private func transposedWeight(_ index: Int) throws -> View {
        let shape = graph.nodes[index].shape
        let order = Array(0..<(shape.rank - 2)) + [shape.rank - 1, shape.rank - 2]
        if transposed[index] == nil {
            let target = scratch(shape.count, stages[index])
            let source = try view(index).permuted(order)
            addCopy(
                source, View(contiguous: target, Shape(source.dimensions)), .overwrite,
                stages[index])
            transposed[index] = target
        }
        guard let copy = transposed[index] else { return try matrixView(index) }
        return View(contiguous: copy, Shape(order.map { shape[$0] })).permuted(order)
    }

    /// A look at a node whose last two axes a product can read.
    private func matrixView(_ index: Int) throws -> View {
        let look = try view(index)
        if look.matrixLayout != nil { return look }
        return View(contiguous: try buffer(index), graph.nodes[index].shape)
    }
}
