import Autodiff
import CVector

/// Runs a program over groups of examples, split among workers.
///
/// Weights are shared; each worker sums over its own groups, in single precision over a few and in
/// double precision over the rest, and the workers' sums are added in a fixed order. Groups that are
/// left over, fewer than workers, are done by teams. So results depend on the number of workers, but
/// not on timing.
public final class Executor<Scalar: CPUScalar>: @unchecked Sendable {
    public let program: Program<Scalar>
    /// The number of groups of examples.
    public let groups: Int
    /// The number of groups whose residuals are kept; the others are recomputed for each product.
    public let keptGroups: Int
    /// The workers.
    public let pool: WorkerPool
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
    /// The stage whose sums were made last.
    private(set) var summedStage = Stage.examples

    /// - Parameters:
    ///   - groups: how many groups of examples there are; each has the graph's example extent.
    ///   - memoryBudget: bytes that kept residuals may take; nil keeps all.
    public init(
        _ program: Program<Scalar>, groups: Int, pool: WorkerPool, memoryBudget: Int? = nil
    ) throws {
        precondition(groups >= 1, "There is at least one group of examples.")
        precondition(
            program.shards == 1 || program.shards == pool.count && groups % pool.count == 0,
            "Coupled examples are split evenly among all workers.")
        self.program = program
        self.groups = groups
        self.pool = pool
        let residual = program.residualBytes
        let fitting = residual == 0
            ? groups : min(groups, (memoryBudget ?? Int.max) / residual)
        // Coupled groups are recomputed together, because their statistics are made together.
        keptGroups = fitting - fitting % program.shards
        parameters = Memory(bytes: program.bytes(.parameters))
        vector = Memory(bytes: program.bytes(.vector))
        examples = Memory(bytes: program.bytes(.examples) * groups)
        rows = Memory(bytes: program.bytes(.rows) * groups)
        sharedKernels = [
            .parameters: try program.sharedRounds(.parameters, workers: pool.count),
            .vector: try program.sharedRounds(.vector, workers: pool.count),
        ]
        let collective = program.shards > 1 ? Collective(workers: pool.count) : nil
        let (kept, count) = (keptGroups, pool.count)
        let teams = Team.teams(workers: count, groups: groups % count)
        workers = try (0..<count).map { worker in
            try ExecutorWorker(
                program,
                keptGroups: stride(from: worker, to: groups, by: count).filter { $0 < kept },
                recomputes: kept < groups && residual > 0,
                mostGroups: (groups + count - 1) / count, team: teams[worker],
                collective: collective.map { Collective.Member(collective: $0, worker: worker) })
        }
        let (weights, direction) = (parameters.base, vector.base)
        loaders = (0..<pool.count).map { _ in
            InputLoader(
                parameters: weights, vector: direction, stagingBytes: program.bytes(.staging))
        }
        loadingKernels = try program.loadingKernels()
        results = try ResultBuffers(program.outputs, workers: pool.count)
        outputPositions = Dictionary(
            program.outputs.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        for worker in workers {
            worker.bases[Region.parameters.rawValue] = parameters.base
            worker.bases[Region.vector.rawValue] = vector.base
        }
    }

    // MARK: Running

    /// Runs all that does not depend on a vector, for all groups, and keeps the residuals.
    public func runPoint() throws {
        summedStage = .examples
        try pool.runProgram {
            for round in parameterRounds { try pool.run(round.work) }
            try pool.run(point)
        }
    }

    /// Runs what depends on the vector, at the point of the last `runPoint`.
    public func runProduct() throws {
        summedStage = .linear
        try pool.runProgram {
            for round in vectorRounds { try pool.run(round.work) }
            try pool.run(product)
        }
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
