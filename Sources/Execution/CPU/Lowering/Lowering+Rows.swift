import Autodiff
import CVector

extension Lowering {
    func emitSoftmax(_ index: Int) throws {
        let node = graph.nodes[index]
        let operands: [BufferID?] = try node.operands.map {
            blocks.uniformValue($0) == 0 ? nil : try buffer($0)
        }
        let kind: RowKernel<Scalar>.Kind
        switch node.primitive {
        case is Softmax: kind = .softmax
        case is LogSoftmax: kind = .logSoftmax
        case is SoftmaxJacobian: kind = .softmaxJacobian
        default: kind = .softmaxJacobianTangent
        }
        addRows(kind, operands, index, width: node.shape[-1])
    }

    func emitStandardization(_ index: Int) throws {
        let node = graph.nodes[index]
        let (kind, axes, epsilon) = standardization(node.primitive)
        let rank = node.shape.rank
        let isOfChannels = rank == 4 && axes == [0, 2, 3]
        guard shards == 1 || !axes.contains(0) || !stages[index].isPerGroup || isOfChannels else {
            throw ExecutionError.unsharedCoupling(description: node.primitive.description)
        }
        if axes == [rank - 1] {
            return addRows(
                kind, try node.operands.map { try buffer($0) }, index, width: node.shape[-1])
        }
        if isOfChannels {
            return try emitChannelStandardization(index, kind, epsilon)
        }
        // Bring the group's axes to the end, work on rows, and bring them back.
        let order = (0..<rank).filter { !axes.contains($0) } + axes
        let arranged = Shape(order.map { node.shape[$0] })
        let width = axes.map { node.shape[$0] }.reduce(1, *)
        let operands = try node.operands.map { operand in
            let target = scratch(node.shape.count, stages[operand])
            addCopy(
                try view(operand).permuted(order), View(contiguous: target, arranged), .overwrite,
                stages[operand])
            return target
        }
        let rows = scratch(node.shape.count, stages[index])
        addRows(kind, operands, index, width: width, target: rows)
        let target = scratch(node.shape.count, stages[index])
        addCopy(
            View(contiguous: rows, arranged),
            View(contiguous: target, node.shape).permuted(order), .overwrite, stages[index])
        plain[index] = target
    }

    private func standardization(
        _ primitive: any Primitive
    ) -> (RowKernel<Scalar>.Kind, [Int], Double) {
        switch primitive {
        case let p as Standardization: return (.standardize(p.epsilon), p.axes, p.epsilon)
        case let p as StandardizationJacobian:
            return (.standardizeJacobian(p.epsilon), p.axes, p.epsilon)
        case let p as StandardizationHessian:
            return (.standardizeHessian(p.epsilon), p.axes, p.epsilon)
        default: preconditionFailure("\(primitive) is no standardization.")
        }
    }

    private func addRows(
        _ kind: RowKernel<Scalar>.Kind, _ operands: [BufferID?], _ index: Int, width: Int,
        target given: BufferID? = nil
    ) {
        let count = graph.nodes[index].shape.count
        let target = given ?? scratch(count, stages[index])
        plan.add(
            Plan.Step(
                name: kind.name, reads: operands.compactMap { $0 }, writes: [target]
            ) { placement in
                RowKernel<Scalar>(
                    kind, operands: operands.map { $0.map { placement[$0] } },
                    target: placement[target], rows: count / width, width: width)
            }, to: stages[index])
        if given == nil { plain[index] = target }
    }

    /// Batch statistics: sums over each channel, which workers share, then one elementwise pass.
    private func emitChannelStandardization(
        _ index: Int, _ kind: RowKernel<Scalar>.Kind, _ epsilon: Double
    ) throws {
        let node = graph.nodes[index]
        let inBlocks = isBlocked[index]
        let operands = try node.operands.map {
            inBlocks ? try blockedBuffer($0) : try buffer($0)
        }
        guard let pattern = Layouts.pattern(node.shape, kept: [1], isBlocked: inBlocks) else {
            preconditionFailure("Channels have a pattern in every layout.")
        }
        let channels = pattern.distinct
        let target = scratch(pattern.count, stages[index])
        let statistics = plan.buffer(bytes: channels * 8 * 12, stage: stages[index])
        let coefficients = scratch(channels * 4, stages[index])
        let working = plan.buffer(bytes: Int(CV_SCRATCH_BYTES), stage: stages[index])
        let population = node.shape.count / node.shape[1] * shards
        plan.add(
            Plan.Step(
                name: "channel " + kind.name, reads: operands,
                writes: [target, statistics, coefficients, working]
            ) { placement in
                ChannelKernel<Scalar>(
                    order: operands.count - 1, operands: operands.map { placement[$0] },
                    target: placement[target], statistics: placement[statistics],
                    coefficients: placement[coefficients], scratch: placement[working],
                    pattern: pattern, channels: channels, population: population,
                    epsilon: epsilon)
            }, to: stages[index])
        if inBlocks { blocked[index] = target } else { plain[index] = target }
    }

    // MARK: Reductions

    func emitReduction(_ index: Int, _ reduction: Reduction) throws {
        let node = graph.nodes[index]
        let operand = node.operands[0]
        let shape = graph.nodes[operand].shape
        let kept = reduction.keptAxes(shape)
        let inBlocks = isBlocked[operand]
        if reduction.kind == .sum,
            let pattern = Self.sumPattern(graph, blocks, operand, reduction)
        {
            let source = inBlocks ? try blockedBuffer(operand) : try buffer(operand)
            let total = plan.buffer(bytes: pattern.distinct * 8, stage: stages[index])
            plan.add(
                Plan.Step(name: "sum", reads: [source], writes: [total]) { placement in
                    ChannelSumKernel<Scalar>(
                        source: placement[source], target: placement[total], pattern: pattern,
                        count: pattern.distinct)
                }, to: stages[index])
            plain[index] = rounded(total, index)
            return
        }
        let order = kept + reduction.axes
        let width = reduction.axes.map { shape[$0] }.reduce(1, *)
        var source = try view(operand).permuted(order)
        if !source.isContiguous || source.offset != 0 {
            let arranged = scratch(shape.count, stages[index])
            let target = View(contiguous: arranged, Shape(source.dimensions))
            addCopy(source, target, .overwrite, stages[index])
            source = target
        }
        let rows = source
        let target = scratch(node.shape.count, stages[index])
        plan.add(
            Plan.Step(name: "reduction", reads: [rows.buffer], writes: [target]) { placement in
                RowKernel<Scalar>(
                    reduction.kind == .sum ? .sum : .maximum, operands: [placement[rows.buffer]],
                    target: placement[target], rows: node.shape.count, width: width)
            }, to: stages[index])
        plain[index] = target
    }

    // MARK: Windows, tables, masks

    func emitPooling(_ index: Int) throws {
        let node = graph.nodes[index]
        let operands = try node.operands.map { try buffer($0) }
        let source = graph.nodes[node.operands[0]].shape
        let target = scratch(node.shape.count, stages[index])
        let primitive = node.primitive
        plan.add(
            Plan.Step(name: "pooling", reads: operands, writes: [target]) { placement in
                PoolingKernel<Scalar>(
                    primitive, operands: operands.map { placement[$0] }, source: source,
                    target: placement[target], result: node.shape)
            }, to: stages[index])
        plain[index] = target
    }

    func emitTable(_ index: Int) throws {
        let node = graph.nodes[index]
        let source = try buffer(node.operands[0])
        let operand = graph.nodes[node.operands[0]].shape
        let target = scratch(node.shape.count, stages[index])
        let kernel: TableKernel<Scalar>.Table
        switch node.primitive {
        case let gather as Gather:
            kernel = .init(
                axis: gather.axis, indices: gather.indices, adds: false, shape: operand,
                extent: operand[gather.axis])
        case let scatter as ScatterAdd:
            kernel = .init(
                axis: scatter.axis, indices: scatter.indices, adds: true, shape: operand,
                extent: scatter.extent)
        default: preconditionFailure("\(node.primitive) has no table.")
        }
        plan.add(
            Plan.Step(name: "table", reads: [source], writes: [target]) { placement in
                TableKernel<Scalar>(
                    kernel, source: placement[source], target: placement[target],
                    count: node.shape.count)
            }, to: stages[index])
        plain[index] = target
    }

    func emitMask(_ index: Int, _ mask: RandomMask) throws {
        let node = graph.nodes[index]
        let numbers = try buffer(node.operands[0])
        let target = scratch(node.shape.count, stages[index])
        plan.add(
            Plan.Step(name: "mask", reads: [numbers], writes: [target]) { placement in
                MaskKernel<Scalar>(
                    mask, numbers: placement[numbers], target: placement[target],
                    examples: node.shape[0])
            }, to: stages[index])
        plain[index] = target
    }
}
