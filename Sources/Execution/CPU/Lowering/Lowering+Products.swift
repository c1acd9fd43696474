import Autodiff
import COneDNN

/// Which convolution's private layout a weight has.
struct ConvolutionPacking {
    var geometry: onednn_convolution_shape
    let kind: Int
}

extension Lowering {
    /// Writes a matrix product into a view whose matrices have contiguous rows.
    func emitProduct(_ index: Int, _ target: View, _ mode: Accumulation) throws {
        let node = graph.nodes[index]
        guard let primitive = node.primitive as? MatrixProduct else { return }
        let a = try matrixView(node.operands[0])
        let b = try stages[node.operands[1]] < .examples && primitive.transposeB
            ? transposedWeight(node.operands[1]) : matrixView(node.operands[1])
        guard let layoutA = a.matrixLayout, let layoutB = b.matrixLayout,
            let layoutC = target.matrixLayout
        else { preconditionFailure("A matrix operand is not a matrix.") }
        let (rows, columns) = (node.shape[-2], node.shape[-1])
        let inner = graph.nodes[node.operands[0]].shape[primitive.transposeA ? -2 : -1]
        let offsets = zip(zip(a.matrixOffsets, b.matrixOffsets), target.matrixOffsets).map {
            ($0.0, $0.1, $1)
        }
        let description = ProductKernel<Scalar>.Description(
            rows: rows, columns: columns, inner: inner,
            transposeA: primitive.transposeA != layoutA.isTransposed,
            transposeB: primitive.transposeB != layoutB.isTransposed,
            strideA: layoutA.stride, strideB: layoutB.stride, strideC: layoutC.stride,
            offsets: offsets, mode: mode)
        plan.add(
            Plan.Step(
                name: "product", reads: [a.buffer, b.buffer], writes: [target.buffer],
                operations: 2 * Double(node.shape.count) * Double(inner)
            ) { placement in
                ProductKernel<Scalar>(
                    description, placement[a.buffer], placement[b.buffer],
                    placement[target.buffer])
            }, to: stages[index])
    }

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

    // MARK: Convolutions

    /// The three members of the family differ only in which of image, weight and output they make.
    struct Parts {
        var image: Shape
        var weight: Shape
        var output: Shape
        var geometry: ConvolutionGeometry
        var kind: Int32
    }

    func parts(_ index: Int) -> Parts {
        let node = graph.nodes[index]
        let operands = node.operands.map { graph.nodes[$0].shape }
        switch node.primitive {
        case let primitive as Convolution:
            return Parts(
                image: operands[0], weight: operands[1], output: node.shape,
                geometry: primitive.geometry, kind: Int32(ONEDNN_FORWARD))
        case let primitive as ConvolutionInputGradient:
            return Parts(
                image: node.shape, weight: operands[1], output: operands[0],
                geometry: primitive.geometry, kind: Int32(ONEDNN_INPUT_GRADIENT))
        case let primitive as ConvolutionWeightGradient:
            return Parts(
                image: operands[0], weight: node.shape, output: operands[1],
                geometry: primitive.geometry, kind: Int32(ONEDNN_WEIGHT_GRADIENT))
        default:
            preconditionFailure("\(node.primitive) is no convolution.")
        }
    }

    func operations(_ parts: Parts) -> Double {
        2 * Double(parts.output.count)
            * Double(parts.weight[1] * parts.weight[2] * parts.weight[3])
    }

    /// The shape as oneDNN wants it.
    func packing(_ parts: Parts) -> ConvolutionPacking {
        var shape = onednn_convolution_shape()
        (shape.batch, shape.in_channels) = (Int64(parts.image[0]), Int64(parts.image[1]))
        (shape.height, shape.width) = (Int64(parts.image[2]), Int64(parts.image[3]))
        shape.out_channels = Int64(parts.output[1])
        (shape.out_height, shape.out_width) = (Int64(parts.output[2]), Int64(parts.output[3]))
        (shape.kernel_height, shape.kernel_width) = (Int64(parts.weight[2]), Int64(parts.weight[3]))
        let geometry = parts.geometry
        shape.stride = (Int64(geometry.stride[0]), Int64(geometry.stride[1]))
        shape.padding = (Int64(geometry.padding[0]), Int64(geometry.padding[1]))
        shape.dilation = (Int64(geometry.dilation[0]), Int64(geometry.dilation[1]))
        shape.groups = Int64(geometry.groups)
        shape.image_layout = Int32(layout(parts.image))
        shape.output_layout = Int32(layout(parts.output))
        return ConvolutionPacking(geometry: shape, kind: Int(parts.kind))
    }

    private func layout(_ shape: Shape) -> Int {
        shape[1] % Layouts.block == 0 ? ONEDNN_BLOCKED : ONEDNN_PLAIN
    }

    func activation(_ index: Int) throws -> BufferID {
        layout(graph.nodes[index].shape) == ONEDNN_BLOCKED
            ? try blockedBuffer(index) : try buffer(index)
    }

    func emitConvolution(_ index: Int) throws {
        let parts = parts(index)
        guard Scalar.hasBlockedConvolution else { return try emitDirectConvolution(index, parts) }
        if Int(parts.kind) == ONEDNN_WEIGHT_GRADIENT {
            let packing = packing(parts)
            let probe = try ConvolutionPrimitive(packing)
            let stored = scratch(probe.weightCount, stages[index])
            try addWeightGradient(index, stored, .overwrite)
            let target = scratch(graph.nodes[index].shape.count, stages[index])
            addWeightReorder(stored, target, packing, toPlain: true, stages[index])
            plain[index] = target
            return
        }
        let packing = packing(parts)
        let source = try activation(graph.nodes[index].operands[0])
        let weight = try packedWeight(graph.nodes[index].operands[1], packing)
        let target = scratch(graph.nodes[index].shape.count, stages[index])
        let isForward = packing.kind == ONEDNN_FORWARD
        try addConvolution(
            packing, image: isForward ? source : target, weight: weight,
            output: isForward ? target : source, writes: target, operations(parts), .overwrite,
            weightCount: 0, stages[index])
        if layout(graph.nodes[index].shape) == ONEDNN_BLOCKED {
            blocked[index] = target
        } else {
            plain[index] = target
        }
    }

    /// Weights in the layout that a convolution wants, converted once where several want the same.
    private func packedWeight(_ index: Int, _ packing: ConvolutionPacking) throws -> BufferID {
        let probe = try ConvolutionPrimitive(packing)
        let key = PackedKey(node: index, layout: probe.weightLayout)
        if let known = packed[key] { return known }
        let source = try buffer(index)
        let target = scratch(probe.weightCount, stages[index])
        addWeightReorder(source, target, packing, toPlain: false, stages[index])
        packed[key] = target
        return target
    }

    /// Adds a weight gradient in packed layout to a buffer.
    private func addWeightGradient(
        _ index: Int, _ target: BufferID, _ mode: Accumulation
    ) throws {
        let parts = parts(index)
        let packing = packing(parts)
        let image = try activation(graph.nodes[index].operands[0])
        let output = try activation(graph.nodes[index].operands[1])
        try addConvolution(
            packing, image: image, weight: target, output: output, writes: target,
            operations(parts), mode, weightCount: try ConvolutionPrimitive(packing).weightCount,
            stages[index])
    }

    private func addConvolution(
        _ packing: ConvolutionPacking, image: BufferID, weight: BufferID, output: BufferID,
        writes: BufferID, _ operations: Double, _ mode: Accumulation, weightCount: Int,
        _ stage: Stage
    ) throws {
        let probe = try ConvolutionPrimitive(packing)
        let working = plan.buffer(bytes: probe.scratchBytes, stage: stage)
        // Weight gradients cannot add to their target: they go aside first.
        let aside = mode.isOverwrite ? nil : scratch(weightCount, stage)
        plan.add(
            Plan.Step(
                name: ["convolution", "input gradient", "weight gradient"][packing.kind],
                reads: [image, weight, output].filter { $0 != writes },
                writes: [writes, working] + (aside.map { [$0] } ?? []), operations: operations
            ) { placement in
                try ConvolutionKernel(
                    packing, image: placement[image], weight: placement[weight],
                    output: placement[output], scratch: placement[working],
                    aside: aside.map { placement[$0] }, weightCount: weightCount, mode: mode)
            }, to: stage)
    }

    func addWeightReorder(
        _ source: BufferID, _ target: BufferID, _ packing: ConvolutionPacking, toPlain: Bool,
        _ stage: Stage
    ) {
        plan.add(
            Plan.Step(name: "weight reorder", reads: [source], writes: [target]) { placement in
                try ReorderKernel(
                    .weight(packing, toPlain: toPlain), source: placement[source],
                    target: placement[target])
            }, to: stage)
    }

    func addImageReorder(_ source: BufferID, _ target: BufferID, _ index: Int, toPlain: Bool) {
        let shape = graph.nodes[index].shape
        plan.add(
            Plan.Step(name: "image reorder", reads: [source], writes: [target]) { placement in
                try ReorderKernel(
                    .image(shape, toPlain: toPlain), source: placement[source],
                    target: placement[target])
            }, to: stages[index])
    }

    // MARK: Sums of weight gradients

    func isConvolutionSum(_ index: Int) -> Bool {
        if sums.contains(index) { return isConvolutionSum(graph.nodes[index].operands[0]) }
        return graph.nodes[index].primitive is ConvolutionWeightGradient
    }

    /// Weight gradients of a tree of sums, in order.
    private func weightGradients(_ index: Int) -> [Int] {
        guard sums.contains(index) else { return [index] }
        return graph.nodes[index].operands.flatMap(weightGradients)
    }

    /// A result that is a sum of weight gradients of one convolution stays in packed layout.
    func lowerPackedSum(_ output: Graph.Output) throws -> OutputPlan? {
        let index = output.node
        guard Scalar.hasBlockedConvolution, plain[index] == nil, users[index].count == 1,
            isConvolutionSum(index)
        else { return nil }
        let terms = weightGradients(index)
        let packings = terms.map { packing(parts($0)) }
        let probes = try packings.map(ConvolutionPrimitive.init)
        guard Set(probes.map(\.weightLayout)).count == 1 else { return nil }
        let target = plan.buffer(
            bytes: bytes(probes[0].weightCount), stage: stages[index], region: .sums)
        var mode = Accumulation.addUnlessFirst
        for term in terms {
            try addWeightGradient(term, target, mode)
            mode = mode.next
        }
        return OutputPlan(
            name: output.name, combination: .sum, stage: stages[index], buffer: target,
            storedCount: probes[0].weightCount, shape: graph.nodes[index].shape,
            packing: packings[0])
    }

    // MARK: Convolutions as products

    private func emitDirectConvolution(_ index: Int, _ parts: Parts) throws {
        let operands = try graph.nodes[index].operands.map(buffer)
        let target = scratch(graph.nodes[index].shape.count, stages[index])
        let columns = parts.weight[1] * parts.weight[2] * parts.weight[3]
            * parts.output[2] * parts.output[3]
        let working = scratch(columns, stages[index])
        let kind = Int(parts.kind)
        let (image, weight, output) =
            kind == ONEDNN_FORWARD
            ? (operands[0], operands[1], target)
            : kind == ONEDNN_INPUT_GRADIENT
                ? (target, operands[1], operands[0]) : (operands[0], target, operands[1])
        plan.add(
            Plan.Step(
                name: ["convolution", "input gradient", "weight gradient"][kind], reads: operands,
                writes: [target, working], operations: operations(parts)
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
