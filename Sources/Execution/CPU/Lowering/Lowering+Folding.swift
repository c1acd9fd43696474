import Autodiff
import CVector

extension Lowering {
    /// Runs a convolution together with the scale, shift, shortcut and positive part after it.
    func emitFolded(_ chain: FoldedConvolution, _ index: Int) throws {
        let node = graph.nodes[chain.convolution]
        let parts = parts(chain.convolution)
        let bias = try paddedVector(chain.shift, node.shape, kept: [1])
        let residual = try chain.shortcut.map { try blockedBuffer($0) }
        let target = scratch(Layouts.blockedCount(node.shape), .examples)
        blocked[index] = target
        let name = "folded convolution"
        switch parts.method {
        case .tiles:
            let image = try blockedBuffer(node.operands[0])
            let weight = try scaledFilters(node.operands[1], by: chain.scale, parts.filterLayout)
            addTiles(
                parts, name: name, terms: [(image, weight)], bias: bias, shortcut: residual,
                isRectified: chain.isRectified, output: target, .examples)
        case .grouped(let shape):
            let image = try blockedBuffer(node.operands[0])
            let weight = try scaledFilters(node.operands[1], by: chain.scale, parts.filterLayout)
            addGrouped(
                parts, shape, name: "folded grouped convolution", source: image, filters: weight,
                bias: bias, shortcut: residual, isRectified: chain.isRectified, target: target,
                .examples)
        case .packed(var packing):
            packing.geometry.adds_bias = 1
            packing.geometry.adds_residual = chain.shortcut == nil ? 0 : 1
            packing.geometry.takes_positive_part = chain.isRectified ? 1 : 0
            let shape = packing
            let image = try activation(node.operands[0], shape.geometry.image_layout)
            let weight = try scaledFilters(node.operands[1], by: chain.scale, .packed(shape))
            let working = plan.buffer(
                bytes: try ConvolutionPrimitive(shape).scratchBytes, stage: .examples)
            plan.add(
                Plan.Step(
                    name: name, reads: [image, weight, bias] + (residual.map { [$0] } ?? []),
                    writes: [target, working], operations: parts.operations
                ) { placement in
                    try FoldedConvolutionKernel(
                        shape, image: placement[image], weight: placement[weight],
                        bias: placement[bias], residual: residual.map { placement[$0] },
                        output: placement[target], scratch: placement[working])
                }, to: .examples)
        case .columns: preconditionFailure("Columns of pixels cannot end in anything else.")
        }
    }

    /// Filters times a factor for each of them, in the layout that a convolution wants.
    private func scaledFilters(
        _ index: Int, by scale: Int, _ layout: FilterLayout
    ) throws -> BufferID {
        let shape = graph.nodes[index].shape
        var product = cv_instruction()
        product.op = UInt8(CV_MUL)
        product.a = UInt8(CV_INPUT)
        product.b = UInt8(CV_INPUT + 1)
        let perFilter = Layouts.Pattern(
            outer: 1, pattern: shape[0], repeat: shape.count / shape[0], period: 1)
        let inputs = [
            ElementwiseAccess(buffer: try buffer(index), kind: CV_FULL),
            ElementwiseAccess(buffer: try buffer(scale), kind: CV_PERIODIC, pattern: perFilter),
        ]
        // What is scaled is converted while it is in the caches, and not kept.
        let scaled = plan.buffer(
            bytes: bytes(shape.count), stage: .parameters, region: .staging)
        let working = plan.buffer(bytes: Int(CV_SCRATCH_BYTES), stage: .parameters)
        let target = scratch(try layout.storedCount(), .parameters)
        plan.add(
            Plan.Step(
                name: "scaled weight reorder", reads: inputs.map(\.buffer),
                writes: [target, scaled, working]
            ) { placement in
                let result = ElementwiseAccess(buffer: scaled, kind: CV_FULL)
                return KernelSequence([
                    ElementwiseKernel<Scalar>(
                        instructions: [product], operands: inputs.map { $0.operand(placement) },
                        results: [(result.operand(placement), 0)], count: shape.count,
                        scratch: placement[working]),
                    LayoutKernel(
                        try layout.conversion(), source: placement[scaled],
                        target: placement[target]),
                ])
            }, to: .parameters)
        return target
    }
}
