import Autodiff
import COneDNN

extension Lowering {
    func activation(_ index: Int) throws -> BufferID {
        ConvolutionParts.layout(graph.nodes[index].shape) == ONEDNN_BLOCKED
            ? try blockedBuffer(index) : try buffer(index)
    }

    func emitConvolution(_ index: Int) throws {
        let parts = ConvolutionParts(graph, index)
        guard Scalar.hasBlockedConvolution else { return try emitDirectConvolution(index, parts) }
        if parts.kind == ONEDNN_WEIGHT_GRADIENT { return try emitFilterGradient(index) }
        if parts.tiles != nil { return try emitTiles([index], into: index) }
        let packing = parts.packing
        let source = try activation(graph.nodes[index].operands[0])
        let weight = try packedFilters(graph.nodes[index].operands[1], .packed(packing))
        let target = scratch(graph.nodes[index].shape.count, stages[index])
        let isForward = packing.kind == ONEDNN_FORWARD
        try addConvolution(
            packing, image: isForward ? source : target, weight: weight,
            output: isForward ? target : source, writes: target, parts, .overwrite,
            stages[index])
        if ConvolutionParts.layout(graph.nodes[index].shape) == ONEDNN_BLOCKED {
            blocked[index] = target
        } else {
            plain[index] = target
        }
    }

    func addConvolution(
        _ packing: ConvolutionPacking, image: BufferID, weight: BufferID, output: BufferID,
        writes: BufferID, _ parts: ConvolutionParts, _ mode: Accumulation, _ stage: Stage
    ) throws {
        let probe = try ConvolutionPrimitive(packing)
        let weightCount = probe.weightCount
        let working = plan.buffer(bytes: probe.scratchBytes, stage: stage)
        // Weight gradients cannot add to their target: they go aside first.
        let aside = mode.isOverwrite ? nil : scratch(weightCount, stage)
        plan.add(
            Plan.Step(
                name: parts.name, reads: [image, weight, output].filter { $0 != writes },
                writes: [writes, working] + (aside.map { [$0] } ?? []),
                operations: parts.operations
            ) { placement in
                try ConvolutionKernel(
                    packing, image: placement[image], weight: placement[weight],
                    output: placement[output], scratch: placement[working],
                    aside: aside.map { placement[$0] }, weightCount: weightCount, mode: mode)
            }, to: stage)
    }

    func addImageReorder(_ source: BufferID, _ target: BufferID, _ index: Int, toPlain: Bool) {
        let shape = graph.nodes[index].shape
        plan.add(
            Plan.Step(name: "image reorder", reads: [source], writes: [target]) { placement in
                LayoutKernel(
                    try Reorder(images: shape, toPlain: toPlain), source: placement[source],
                    target: placement[target])
            }, to: stages[index])
    }

    /// A convolution as products of columns of pixels, in any precision.
    private func emitDirectConvolution(_ index: Int, _ parts: ConvolutionParts) throws {
        let operands = try graph.nodes[index].operands.map(buffer)
        let target = scratch(graph.nodes[index].shape.count, stages[index])
        let columns = parts.weight[1] * parts.weight[2] * parts.weight[3]
            * parts.output[2] * parts.output[3]
        let working = scratch(columns, stages[index])
        let kind = parts.kind
        let (image, weight, output) =
            kind == ONEDNN_FORWARD
            ? (operands[0], operands[1], target)
            : kind == ONEDNN_INPUT_GRADIENT
                ? (target, operands[1], operands[0]) : (operands[0], target, operands[1])
        plan.add(
            Plan.Step(
                name: parts.name, reads: operands, writes: [target, working],
                operations: parts.operations
            ) { placement in
                ColumnConvolutionKernel<Scalar>(
                    kind: kind, image: (parts.image, placement[image]),
                    weight: (parts.weight, placement[weight]),
                    output: (parts.output, placement[output]), geometry: parts.geometry,
                    columns: placement[working])
            }, to: stages[index])
        plain[index] = target
    }
}
