import Autodiff
import COneDNN

extension Lowering {
    /// Filters as a convolution wants them, converted once where several want the same.
    func packedFilters(_ index: Int, _ layout: FilterLayout) throws -> BufferID {
        let key = PackedKey(node: index, layout: try layout.key())
        if let known = packed[key] { return known }
        let source = try buffer(index)
        let target = scratch(try layout.storedCount(), stages[index])
        addConversion(source, target, stages[index]) { try layout.conversion() }
        packed[key] = target
        return target
    }

    func addConversion(
        _ source: BufferID, _ target: BufferID, _ stage: Stage,
        _ conversion: @escaping () throws -> any LayoutConversion
    ) {
        plan.add(
            Plan.Step(name: "weight reorder", reads: [source], writes: [target]) { placement in
                LayoutKernel(
                    try conversion(), source: placement[source], target: placement[target])
            }, to: stage)
    }

    // MARK: Gradients

    /// A gradient by the filters that is no result by itself.
    func emitFilterGradient(_ index: Int) throws {
        guard let layout = parts(index).gradientLayout else {
            preconditionFailure("A gradient in row-major order has a kernel of its own.")
        }
        let stored = scratch(try layout.storedCount(), stages[index])
        try addFilterGradient(index, stored, .overwrite)
        let target = scratch(graph.nodes[index].shape.count, stages[index])
        addConversion(stored, target, stages[index]) { try layout.conversion(ofPiece: false) }
        plain[index] = target
    }

    /// Adds a gradient by the filters to a buffer, as stored.
    private func addFilterGradient(
        _ index: Int, _ target: BufferID, _ mode: Accumulation
    ) throws {
        let parts = parts(index)
        let operands = graph.nodes[index].operands
        func operand(_ position: Int, _ layout: Int32 = Int32(ONEDNN_BLOCKED)) throws -> BufferID {
            try activation(operands[position], layout)
        }
        switch parts.gradientLayout {
        case .filters(.packed(let packing)):
            try addConvolution(
                packing, image: operand(0, packing.geometry.image_layout), weight: target,
                output: operand(1, packing.geometry.output_layout), writes: target, parts,
                mode, stages[index])
        case .filters(.transformed):
            addTileGradient(
                parts, image: try operand(0), output: try operand(1), target, mode, stages[index])
        case .filters(.grouped):
            let (image, cotangent) = (try operand(0), try operand(1))
            guard case .grouped(let shape) = parts.method else { return }
            plan.add(
                Plan.Step(
                    name: "grouped " + parts.name, reads: [image, cotangent], writes: [target],
                    operations: parts.operations
                ) { placement in
                    GroupedGradientKernel<Scalar>(
                        shape, image: placement[image], cotangent: placement[cotangent],
                        sums: placement[target], mode: mode)
                }, to: stages[index])
        case .pointwise:
            let (image, output) = (try operand(0), try operand(1))
            plan.add(
                Plan.Step(
                    name: parts.name, reads: [image, output], writes: [target],
                    operations: parts.operations
                ) { placement in
                    PointwiseGradientKernel(
                        parts, image: placement[image], cotangent: placement[output],
                        sums: placement[target], mode: mode)
                }, to: stages[index])
        case nil: preconditionFailure("A gradient in row-major order has a kernel of its own.")
        }
    }

    private func isFilterGradientSum(_ index: Int) -> Bool {
        if sums.contains(index) { return isFilterGradientSum(graph.nodes[index].operands[0]) }
        return graph.nodes[index].primitive is ConvolutionWeightGradient
    }

    /// The gradients of a tree of sums, in order.
    private func filterGradients(_ index: Int) -> [Int] {
        guard sums.contains(index) else { return [index] }
        return graph.nodes[index].operands.flatMap(filterGradients)
    }

    /// A result that is a sum of gradients by filters stays as stored.
    func lowerStoredSum(_ output: Graph.Output) throws -> OutputPlan? {
        let index = output.node
        guard Scalar.hasBlockedConvolution, plain[index] == nil, users[index].count == 1,
            isFilterGradientSum(index)
        else { return nil }
        let terms = filterGradients(index)
        let layouts = terms.compactMap { parts($0).gradientLayout }
        guard layouts.count == terms.count, Set(try layouts.map { try $0.key() }).count == 1
        else { return nil }
        let count = try layouts[0].storedCount()
        let target = plan.buffer(bytes: bytes(count), stage: stages[index], region: .sums)
        var mode = Accumulation.addUnlessFirst
        for term in terms {
            try addFilterGradient(term, target, mode)
            mode = mode.next
        }
        return OutputPlan(
            name: output.name, combination: .sum, stage: stages[index], buffer: target,
            storedCount: count, shape: graph.nodes[index].shape, filters: layouts[0])
    }
}
