import Autodiff
import CVector

/// Runs a program over groups of examples, split among workers.
///
/// Weights are shared; each worker sums over its own groups, in single precision over a few and in
/// double precision over the rest, and the workers' sums are added in a fixed order. Groups that are
/// left over, fewer than workers, are done by teams. So results depend on the number of workers, but
/// not on timing.
final class Executor<Scalar: CPUScalar>: MachineProgram, @unchecked Sendable {
    let program: Program<Scalar>
    let demand: ProgramDemand
    let memory: ProgramMemory
    /// The workers.
    let pool: WorkerPool
    let workers: [ExecutorWorker<Scalar>]
    let parameters: Memory
    let vector: Memory
    private let examples: Memory
    private let rows: Memory
    /// The kernels of stages that all examples share: for each round those of each worker.
    private let sharedKernels: [Stage: [[[any Kernel]]]]
    let results: ResultBuffers
    let outputPositions: [String: Int]
    let loaders: [InputLoader]
    /// What each input starts that is not kept as it is, by its node.
    let loadingKernels: [Int: [any Kernel]]
    let clock = ProgramClock()
    /// The stage whose sums were made last; nil where a run has failed.
    private(set) var summedStage: Stage?
    private let keptGroups: Int

    /// - Throws: `ExecutionError.outOfMemory`, and `KernelError` where a library refuses a shape.
    init(_ program: Program<Scalar>, _ demand: ProgramDemand, pool: WorkerPool) throws {
        let (groups, count) = (demand.groups, demand.workers)
        precondition(groups >= 1, "There is at least one group of examples.")
        precondition(
            program.shards == demand.shards && count == pool.count
                && (program.shards == 1 || program.shards == count && groups % count == 0),
            "Coupled examples are split evenly among all workers.")
        self.program = program
        self.demand = demand
        self.pool = pool
        memory = program.memory(demand)
        keptGroups = program.keptGroups(demand)
        // Each part may be mapped where all together could never be touched.
        guard memory.total < .max else { throw ExecutionError.outOfMemory(bytes: .max) }
        parameters = try Memory(bytes: program.bytes(.parameters))
        vector = try Memory(bytes: program.bytes(.vector))
        examples = try Memory(bytes: program.bytes(.examples) * groups)
        rows = try Memory(bytes: program.bytes(.rows) * groups)
        sharedKernels = [
            .parameters: try program.sharedRounds(.parameters, workers: count),
            .vector: try program.sharedRounds(.vector, workers: count),
        ]
        let collective = program.shards > 1 ? Collective(workers: count, pool.turnstile) : nil
        let teams = Team.teams(workers: count, groups: groups % count, pool.turnstile)
        let (weights, direction) = (parameters, vector)
        workers = try (0..<count).map { worker in
            try ExecutorWorker(
                program, demand, worker: worker, team: teams[worker],
                collective: collective.map { Collective.Member(collective: $0, worker: worker) },
                parameters: weights, vector: direction)
        }
        loaders = try (0..<count).map { _ in
            try InputLoader(
                parameters: weights, vector: direction, stagingBytes: program.bytes(.staging))
        }
        loadingKernels = try program.loadingKernels()
        results = try ResultBuffers(program.outputs, workers: count)
        outputPositions = Dictionary(
            program.outputs.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    var notes: [String] { program.notes }

    var seconds: Double { clock.seconds }

    /// The number of groups of examples.
    var groups: Int { demand.groups }

    func onEachWorker(_ body: @escaping @Sendable (Int) throws -> Void) throws {
        try pool.run(body)
    }

    // MARK: Running

    func runPoint() throws { try run(.examples, parameterRounds, point) }

    func runProduct() throws {
        precondition(
            !program.readsVectorsInPlace, "A vector that is read in place comes with its product.")
        try run(.linear, vectorRounds, product)
    }

    func runProduct(
        along stretches: [(input: Graph.Input, range: Range<Int>)], of vector: ParameterVector
    ) throws {
        guard let storage = demand.vectors, program.readsVectorsInPlace else {
            try set(stretches, from: vector)
            return try runProduct()
        }
        for (input, range) in stretches {
            try input.check(count: range.count)
            let offset = try program.slot(of: input).offset
            precondition(
                offset == range.lowerBound * MemoryLayout<Scalar>.stride,
                "A vector that is read in place has its parts in the order of the graph.")
        }
        try vector.stored(in: storage).withStretch(0..<vector.count) { entries in
            bindVector(entries.address)
            defer { bindVector(nil) }
            try run(.linear, vectorRounds, product)
        }
    }

    /// Says where the vector of a product lies.
    func bindVector(_ address: UnsafeRawPointer?) {
        // Nothing writes to an input.
        let base = UnsafeMutableRawPointer(mutating: address)
        for worker in workers { worker.bases[Region.callersVector.rawValue] = base }
        for loader in loaders { loader.frame.bases[Region.callersVector.rawValue] = base }
    }

    private func run(_ stage: Stage, _ rounds: [Round], _ work: @escaping Work) throws {
        summedStage = nil
        for worker in workers { worker.renewBarriers() }
        try clock.measure {
            for round in rounds { try pool.run(round.work) }
            try pool.run(work)
        }
        summedStage = stage
    }

    // What workers do is made once: a closure made anew for each run would be an allocation.

    private typealias Work = @Sendable (Int) throws -> Void

    /// A closure that is an array's element by itself would be wrapped anew whenever it is read.
    private struct Round {
        let work: Work
    }

    private lazy var parameterRounds = rounds(.parameters)
    private lazy var vectorRounds = rounds(.vector)
    private lazy var point: Work = { [unowned self] index in
        try forEachGroup(of: index, .examples) { worker, group in
            try worker.run(.stage(.examples), group: group, self)
        }
    }
    private lazy var product: Work = { [unowned self] index in
        try forEachGroup(of: index, .linear) { worker, group in
            if group >= keptGroups { try worker.run(.residuals, group: group, self) }
            try worker.run(.stage(.linear), group: group, self)
        }
    }

    /// What each worker does in the rounds of a stage that all examples share.
    private func rounds(_ stage: Stage) -> [Round] {
        (sharedKernels[stage] ?? []).map { round in
            nonisolated(unsafe) let (deals, loaders) = (round, loaders)
            return Round { worker in
                for kernel in deals[worker] { try kernel.run(loaders[worker].frame) }
            }
        }
    }

    private func forEachGroup(
        of index: Int, _ stage: Stage, _ body: (ExecutorWorker<Scalar>, Int) throws -> Void
    ) throws {
        let worker = workers[index]
        worker.beginSums(of: stage)
        do {
            for group in stride(from: index, to: groups - sharedGroups, by: workers.count) {
                try body(worker, group)
                worker.endGroup(of: stage)
            }
            if let team = worker.team {
                try body(worker, groups - sharedGroups + team.leader)
                if team.leader == index { worker.endGroup(of: stage) }
            }
        } catch {
            worker.abandonOthers()
            throw error
        }
        worker.endSums(of: stage)
    }

    /// What is left when each worker has done as many groups; teams of workers do it.
    private var sharedGroups: Int { groups % workers.count }

    /// Whether a team does a group.
    func isShared(_ group: Int) -> Bool { group >= groups - sharedGroups }

    /// The workers that have sums: those with a group of their own.
    var summingWorkers: ArraySlice<ExecutorWorker<Scalar>> { workers.prefix(groups) }

    func examplesBase(_ group: Int) -> UnsafeMutableRawPointer {
        examples.base + group * program.bytes(.examples)
    }

    func rowsBase(_ group: Int) -> UnsafeMutableRawPointer {
        rows.base + group * program.bytes(.rows)
    }
}
