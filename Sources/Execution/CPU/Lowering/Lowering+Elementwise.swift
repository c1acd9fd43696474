import Autodiff
import CVector

/// One operand or result of an elementwise pass.
struct ElementwiseAccess: Equatable {
    let buffer: BufferID
    /// `CV_FULL`, `CV_SCALAR` or `CV_PERIODIC`.
    let kind: Int
    var pattern = Layouts.Pattern()

    func operand(_ placement: Placement) -> ElementwiseOperand {
        ElementwiseOperand(slot: placement[buffer], kind: kind, pattern: pattern)
    }
}

extension Lowering {
    /// Runs a cluster as one pass over memory.
    func emitCluster(_ cluster: Int) throws {
        guard emittedClusters.insert(cluster).inserted else { return }
        let set = Set(clusters.members[cluster])
        let members = clusters.members[cluster].filter { !(graph.nodes[$0].primitive is Reduction) }
        let sinks = clusters.members[cluster].filter { graph.nodes[$0].primitive is Reduction }
        guard let first = members.first else { return }
        let (stage, inBlocks) = (stages[first], isBlocked[first])
        let shape = graph.nodes[first].shape
        let count = inBlocks ? Layouts.blockedCount(shape) : shape.count

        var writer = ElementwiseWriter()
        for member in members {
            for operand in graph.nodes[member].operands {
                let source = Clusters.source(operand, graph, isBlocked)
                if set.contains(source) || writer.knows(operand) { continue }
                if let value = blocks.uniformValue(operand) {
                    writer.define(operand, constant: value)
                } else {
                    writer.define(operand, input: try access(operand, inBlocks: inBlocks))
                }
            }
        }
        let stored = members.filter { needsElements($0, set) }
        let summed = sinks.map { graph.nodes[$0].operands[0] }
        writer.assemble(
            members, graph, source: { Clusters.source($0, self.graph, self.isBlocked) },
            kept: Set(stored + summed))

        var results: [(access: ElementwiseAccess, source: Int)] = []
        for member in stored {
            let target = scratch(count, stage)
            if inBlocks { blocked[member] = target } else { plain[member] = target }
            results.append(
                (ElementwiseAccess(buffer: target, kind: CV_FULL), writer.location(of: member)))
        }
        var totals: [BufferID] = []
        for sink in sinks {
            let node = graph.nodes[sink]
            guard let reduction = node.primitive as? Reduction,
                let pattern = Self.sumPattern(graph, blocks, node.operands[0], reduction)
            else { preconditionFailure("A sum without a pattern joined a cluster.") }
            let total = plan.buffer(bytes: pattern.distinct * 8, stage: stage)
            totals.append(total)
            let kind = pattern.distinct == 1 ? CV_SCALAR : CV_PERIODIC
            results.append(
                (
                    ElementwiseAccess(buffer: total, kind: kind, pattern: pattern),
                    writer.location(of: node.operands[0])
                ))
        }
        addElementwise(writer.instructions, writer.inputs, results, count, stage)
        for (sink, total) in zip(sinks, totals) { plain[sink] = rounded(total, sink) }
    }

    /// The totals of a sum, which are in double precision, as numbers of the working type; those of
    /// lanes that belong to no channel are left out.
    func rounded(_ total: BufferID, _ index: Int) -> BufferID {
        if Scalar.self == Double.self { return total }
        let summed = graph.nodes[index].operands[0]
        let shape = graph.nodes[index].shape
        let channels = isBlocked[summed] ? graph.nodes[summed].shape[1] : 1
        let whole = isBlocked[summed] ? Layouts.wholeBlocks(channels) : 1
        // Totals of all channels, of images if at all, or a single one.
        let rows = shape.count.isMultiple(of: channels) ? shape.count / channels : 1
        let isBroken = channels != whole && rows > 1
        let count = isBroken ? rows * whole : shape.count
        let target = scratch(count, stages[index])
        plan.add(
            Plan.Step(name: "round", reads: [total], writes: [target]) {
                RoundKernel<Scalar>(source: $0[total], target: $0[target], count: count)
            }, to: stages[index])
        guard isBroken else { return target }
        let compact = scratch(shape.count, stages[index])
        var place = View(contiguous: target, [rows, whole])
        place.dimensions[1] = channels
        addCopy(place, View(contiguous: compact, [rows, channels]), .overwrite, stages[index])
        return compact
    }

    /// Whether a member's elements are read by anything but its own cluster.
    private func needsElements(_ member: Int, _ set: Set<Int>) -> Bool {
        users[member].contains { user in
            user < 0 || !(set.contains(user) || handsOn(user, set))
        }
    }

    /// Whether a reshape hands its elements on to members of the cluster alone.
    private func handsOn(_ user: Int, _ set: Set<Int>) -> Bool {
        graph.nodes[user].primitive is Reshape && !isBlocked[graph.nodes[user].operands[0]]
            && users[user].allSatisfy { next in
                next >= 0
                    && (handsOn(next, set)
                        || set.contains(next) && !(graph.nodes[next].primitive is Reduction))
            }
    }

    /// How an elementwise pass reads a node.
    func access(_ index: Int, inBlocks: Bool) throws -> ElementwiseAccess {
        let node = graph.nodes[index]
        if let broadcast = node.primitive as? Broadcast, plain[index] == nil, blocked[index] == nil,
            let pattern = Layouts.pattern(
                broadcast.shape, kept: broadcast.axes, isBlocked: inBlocks)
        {
            let isScalar = graph.nodes[node.operands[0]].shape.count == 1
            let vector = inBlocks && !isScalar
                ? try paddedVector(node.operands[0], broadcast.shape, kept: broadcast.axes)
                : try buffer(node.operands[0])
            return ElementwiseAccess(
                buffer: vector, kind: isScalar ? CV_SCALAR : CV_PERIODIC, pattern: pattern)
        }
        if inBlocks {
            return ElementwiseAccess(buffer: try blockedBuffer(index), kind: CV_FULL)
        }
        if node.primitive is Reshape, plain[index] == nil, !isBlocked[node.operands[0]] {
            return try access(node.operands[0], inBlocks: false)
        }
        return ElementwiseAccess(buffer: try buffer(index), kind: CV_FULL)
    }

    /// One pass over memory.
    func addElementwise(
        _ instructions: [cv_instruction], _ inputs: [ElementwiseAccess],
        _ results: [(access: ElementwiseAccess, source: Int)], _ count: Int, _ stage: Stage
    ) {
        let working = plan.buffer(bytes: Int(CV_SCRATCH_BYTES), stage: stage)
        plan.add(
            Plan.Step(
                name: "elementwise", reads: inputs.map(\.buffer),
                writes: results.map(\.access.buffer) + [working]
            ) { placement in
                ElementwiseKernel<Scalar>(
                    instructions: instructions,
                    operands: inputs.map { $0.operand(placement) },
                    results: results.map { ($0.access.operand(placement), $0.source) },
                    count: count, scratch: placement[working])
            }, to: stage)
    }
}
