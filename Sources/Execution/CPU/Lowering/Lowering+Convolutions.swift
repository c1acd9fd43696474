import Autodiff
import COneDNN
import CVector

extension Lowering {
    /// The elements of an activation in a layout of oneDNN.
    func activation(_ index: Int, _ layout: Int32) throws -> BufferID {
        switch Int(layout) {
        case ONEDNN_BLOCKED: try blockedBuffer(index)
        case ONEDNN_PIXELS: try pixelBuffer(index)
        default: try buffer(index)
        }
    }

    /// A convolution, or one of its gradients, of the graph.
    func parts(_ index: Int) -> ConvolutionParts {
        guard let parts = blocks.convolutions[index] else {
            preconditionFailure("\(graph.nodes[index].primitive) is no convolution.")
        }
        return parts
    }

    func emitConvolution(_ index: Int) throws {
        let parts = parts(index)
        switch parts.method {
        case .columns: try emitDirectConvolution(index, parts)
        case .grouped(let shape) where !Scalar.hasBlockedConvolution:
            try emitPlainGrouped(index, parts, shape)
        case _ where parts.kind == ONEDNN_WEIGHT_GRADIENT: try emitFilterGradient(index)
        case .tiles: try emitTiles([index], into: index)
        case .grouped(let shape): try emitGrouped(index, parts, shape)
        case .packed(let packing): try emitPacked(index, parts, packing)
        }
    }

    private func emitPacked(
        _ index: Int, _ parts: ConvolutionParts, _ packing: ConvolutionPacking
    ) throws {
        let isForward = packing.kind == ONEDNN_FORWARD
        let layouts = (packing.geometry.image_layout, packing.geometry.output_layout)
        let (from, to) = isForward ? layouts : (layouts.1, layouts.0)
        let source = try activation(graph.nodes[index].operands[0], from)
        let weight = try packedFilters(graph.nodes[index].operands[1], .packed(packing))
        let isBlocked = Int(to) == ONEDNN_BLOCKED
        let shape = graph.nodes[index].shape
        let target = scratch(
            isBlocked ? Layouts.blockedCount(shape) : shape.count, stages[index])
        try addConvolution(
            packing, image: isForward ? source : target, weight: weight,
            output: isForward ? target : source, writes: target, parts, .overwrite,
            stages[index])
        if isBlocked { blocked[index] = target } else { pixels[index] = target }
    }

    private func emitGrouped(
        _ index: Int, _ parts: ConvolutionParts, _ shape: cv_grouped
    ) throws {
        let source = try blockedBuffer(graph.nodes[index].operands[0])
        let filters = try packedFilters(graph.nodes[index].operands[1], parts.filterLayout)
        let target = scratch(Layouts.blockedCount(graph.nodes[index].shape), stages[index])
        addGrouped(parts, shape, source: source, filters: filters, target: target, stages[index])
        blocked[index] = target
    }

    /// Adds the step for a convolution of few channels a group and what follows it.
    func addGrouped(
        _ parts: ConvolutionParts, _ shape: cv_grouped, name: String? = nil, source: BufferID,
        filters: BufferID, bias: BufferID? = nil, shortcut: BufferID? = nil,
        isRectified: Bool = false, target: BufferID, _ stage: Stage
    ) {
        plan.add(
            Plan.Step(
                name: name ?? "grouped " + parts.name,
                reads: [source, filters] + [bias, shortcut].compactMap { $0 }, writes: [target],
                operations: parts.operations
            ) { placement in
                GroupedConvolutionKernel<Scalar>(
                    shape, isTransposed: parts.kind == ONEDNN_INPUT_GRADIENT,
                    source: placement[source], filters: placement[filters],
                    bias: bias.map { placement[$0] }, shortcut: shortcut.map { placement[$0] },
                    isRectified: isRectified, target: placement[target])
            }, to: stage)
    }

    private func emitPlainGrouped(
        _ index: Int, _ parts: ConvolutionParts, _ shape: cv_grouped
    ) throws {
        try emitPlain(
            index, parts, name: "grouped " + parts.name,
            working: PlainGroupedKernel<Scalar>.scratchCount(parts)
        ) { image, weight, output, working in
            PlainGroupedKernel<Scalar>(
                parts, shape, image: image, weight: weight, output: output, scratch: working)
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

    /// - Parameters:
    ///   - from: the layout of `source`, as oneDNN names it.
    ///   - to: that of `target`.
    func addImageReorder(
        _ source: BufferID, _ target: BufferID, _ index: Int, from: Int, to: Int
    ) {
        let shape = graph.nodes[index].shape
        plan.add(
            Plan.Step(name: "image reorder", reads: [source], writes: [target]) { placement in
                LayoutKernel(
                    try Reorder(images: shape, from: from, to: to), source: placement[source],
                    target: placement[target])
            }, to: stages[index])
    }

    /// A convolution as products of columns of pixels, in any precision.
    private func emitDirectConvolution(_ index: Int, _ parts: ConvolutionParts) throws {
        let columns = parts.weight[1] * parts.weight[2] * parts.weight[3]
            * parts.output[2] * parts.output[3]
        try emitPlain(index, parts, name: parts.name, working: columns) {
            image, weight, output, working in
            ColumnConvolutionKernel<Scalar>(
                kind: parts.kind, image: (parts.image, image), weight: (parts.weight, weight),
                output: (parts.output, output), geometry: parts.geometry, columns: working)
        }
    }

    /// A convolution or a gradient of one with everything in row-major order.
    ///
    /// - Parameter working: elements of working memory.
    private func emitPlain(
        _ index: Int, _ parts: ConvolutionParts, name: String, working: Int,
        _ make: @escaping (_ image: Slot, _ weight: Slot, _ output: Slot, _ working: Slot)
            -> any Kernel
    ) throws {
        let operands = try graph.nodes[index].operands.map(buffer)
        let target = scratch(graph.nodes[index].shape.count, stages[index])
        let working = scratch(working, stages[index])
        let (image, weight, output) =
            parts.kind == ONEDNN_FORWARD
            ? (operands[0], operands[1], target)
            : parts.kind == ONEDNN_INPUT_GRADIENT
                ? (target, operands[1], operands[0]) : (operands[0], target, operands[1])
        plan.add(
            Plan.Step(
                name: name, reads: operands, writes: [target, working],
                operations: parts.operations
            ) { placement in
                make(
                    placement[image], placement[weight], placement[output], placement[working])
            }, to: stages[index])
        plain[index] = target
    }
}
