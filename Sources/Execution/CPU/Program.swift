import Autodiff

/// A compiled graph: kernels with their buffers placed, ready to be run any number of times.
///
/// Compilation chooses layouts, fuses elementwise chains, lets products accumulate in place, sorts
/// the steps into stages and plans the memory. Running then allocates nothing.
final class Program<Scalar: CPUScalar> {
    let graph: Graph
    let plan: Plan
    let placement: Placement
    let outputs: [OutputPlan]
    /// How many workers share a group of coupled examples.
    let shards: Int
    /// What a user should know of how it runs.
    let notes: [String]
    private let inputBuffers: [Int: BufferID]

    /// - Parameter shards: the number of workers among which each batch is split where its
    ///   examples are coupled by batch statistics; 1 where they are independent.
    /// - Parameter readsVectorsInPlace: whether the vector inputs may be read where the caller keeps
    ///   them, one after another in the order of the graph.
    /// - Throws: `ExecutionError` for a primitive that cannot be computed, `KernelError` where a
    ///   library refuses a shape.
    init(_ graph: Graph, shards: Int = 1, readsVectorsInPlace: Bool = false) throws {
        var lowering = try Lowering<Scalar>(
            graph, shards: shards, readsVectorsInPlace: readsVectorsInPlace)
        // A result that is the vector itself outlives the product.
        if lowering.outputs.contains(where: {
            lowering.plan.buffers[$0.buffer.index].region == .callersVector
        }) {
            lowering = try Lowering(graph, shards: shards, readsVectorsInPlace: false)
        }
        self.graph = graph
        self.shards = shards
        plan = lowering.plan
        placement = plan.placed(results: Set(lowering.outputs.map(\.buffer)))
        outputs = lowering.outputs
        notes = lowering.notes
        // Callers know inputs by their nodes in the graph that they gave.
        inputBuffers = zip(graph.inputs, lowering.graph.inputs).reduce(into: [:]) {
            $0[$1.0.node] = lowering.plain[$1.1.node]
        }
    }

    /// - Throws: `ExecutionError.unknownInput` for an input of another graph.
    func slot(of input: Graph.Input) throws -> Slot {
        guard let buffer = inputBuffers[input.node] else {
            throw ExecutionError.unknownInput(
                name: input.name, declared: graph.inputs.map(\.name))
        }
        return placement[buffer]
    }

    /// Bytes of one region.
    func bytes(_ region: Region) -> Int { placement.sizes[region, default: 0] }

    /// Where the sums over examples that each stage makes lie in their region, in elements.
    var sumStretches: [Stage: Set<Range<Int>>] {
        outputs.reduce(into: [:]) { stretches, output in
            let slot = placement[output.buffer]
            guard slot.region == .sums else { return }
            let start = slot.offset / MemoryLayout<Scalar>.stride
            stretches[output.stage, default: []].insert(start..<start + output.storedCount)
        }
    }

    func kernels(_ stage: Stage) throws -> [any Kernel] {
        try (plan.steps[stage] ?? []).map { try $0.make(placement) }
    }

    /// The kernels of the examples stage that residuals depend on: not those of sums and rows.
    func residualKernels() throws -> [any Kernel] {
        let steps = plan.steps[.examples] ?? []
        var needed = Set(
            plan.buffers.indices.map(BufferID.init).filter { placement[$0].region == .residuals })
        var chosen: [Int] = []
        for index in steps.indices.reversed()
        where steps[index].writes.contains(where: needed.contains) {
            chosen.append(index)
            needed.formUnion(steps[index].reads + steps[index].writes)
        }
        return try chosen.reversed().map { try steps[$0].make(placement) }
    }

    /// The kernels that run when an input is set that is not kept, by the input's place among the
    /// graph's nodes.
    func loadingKernels() throws -> [Int: [any Kernel]] {
        var nodes: [BufferID: Int] = [:]
        for (node, buffer) in inputBuffers { nodes[buffer] = node }
        var kernels: [Int: [any Kernel]] = [:]
        for step in [Stage.parameters, .vector].flatMap({ plan.steps[$0] ?? [] })
        where placement.runsAtLoading(step) {
            guard let node = step.reads.first.flatMap({ nodes[$0] }) else { continue }
            kernels[node, default: []].append(try step.make(placement))
        }
        return kernels
    }

    /// The kernels of a shared stage in rounds: those of a round need nothing of each other and are
    /// dealt to workers, the largest first, so that all have about the same to write.
    func sharedRounds(_ stage: Stage, workers: Int) throws -> [[[any Kernel]]] {
        var madeIn: [BufferID: Int] = [:]
        var rounds: [[Int]] = []
        let steps = (plan.steps[stage] ?? []).filter { !placement.runsAtLoading($0) }
        for (index, step) in steps.enumerated() {
            let round = (step.reads + step.writes).map { (madeIn[$0] ?? -1) + 1 }.max() ?? 0
            for buffer in step.writes { madeIn[buffer] = round }
            if round == rounds.count { rounds.append([]) }
            rounds[round].append(index)
        }
        return try rounds.map { round in
            var deals = [[any Kernel]](repeating: [], count: workers)
            var load = [Int](repeating: 0, count: workers)
            func size(_ index: Int) -> Int {
                steps[index].writes.map { plan.buffers[$0.index].bytes }.reduce(0, +)
            }
            for index in round.sorted(by: { (size($1), $0) < (size($0), $1) }) {
                let least = load.indices.min { load[$0] < load[$1] } ?? 0
                deals[least].append(try steps[index].make(placement))
                load[least] += size(index)
            }
            return deals
        }
    }

    /// Whether the vector inputs are read where the caller keeps them.
    var readsVectorsInPlace: Bool { bytes(.callersVector) > 0 }

    /// Bytes that one group of examples needs between the primal and the linear program.
    var residualBytes: Int { bytes(.residuals) }
}
