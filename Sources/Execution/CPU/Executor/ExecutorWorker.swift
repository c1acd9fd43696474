import CVector

/// One worker of an executor: its kernels, its working memory and its sums.
final class ExecutorWorker<Scalar: CPUScalar> {
    /// What kernels are run for.
    enum Work: Hashable {
        case stage(Stage)
        /// The residuals of a group again, and nothing else.
        case residuals
    }

    let bases: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    /// With whom this worker does what is left when each has done as many groups.
    let team: Team?
    private let lists: [Work: KernelList]
    private let scratch: Memory
    private let sums: Memory
    /// Sums of earlier groups in double precision; nil where there are too few groups to matter.
    private let totals: Memory?
    /// Where the sums that each stage makes lie in the region, in elements.
    private let stretches: [Stage: Set<Range<Int>>]
    /// Where a recomputation puts the sums and rows that nobody needs again.
    private let discarded: Memory?
    private var residuals: [Int: Memory] = [:]
    private let recomputed: Memory?
    private let collective: Collective.Member?
    private var groupsSummed = 0

    /// - Parameters:
    ///   - worker: its number.
    ///   - parameters: where weights are, and the vector.
    init(
        _ program: Program<Scalar>, _ demand: ProgramDemand, worker: Int, team: Team?,
        collective: Collective.Member?, parameters: Memory, vector: Memory
    ) throws {
        self.team = team
        let recomputes = program.recomputes(demand)
        lists = [
            .stage(.examples): KernelList(try program.kernels(.examples), team: team),
            .stage(.linear): KernelList(try program.kernels(.linear), team: team),
            .residuals: KernelList(recomputes ? try program.residualKernels() : [], team: team),
        ]
        scratch = try Memory(bytes: program.bytes(.scratch))
        sums = try Memory(bytes: program.bytes(.sums))
        stretches = program.sumStretches
        let sumCount = program.bytes(.sums) / MemoryLayout<Scalar>.stride
        totals = program.sumsInDouble(demand) ? try Memory(bytes: sumCount * 8) : nil
        for group in stride(from: worker, to: program.keptGroups(demand), by: demand.workers)
        where program.residualBytes > 0 {
            residuals[group] = try Memory(bytes: program.residualBytes)
        }
        recomputed = recomputes ? try Memory(bytes: program.residualBytes) : nil
        discarded = recomputes
            ? try Memory(bytes: max(program.bytes(.sums), program.bytes(.rows))) : nil
        self.collective = collective
        bases = .allocate(capacity: Region.allCases.count)
        bases.initialize(repeating: nil, count: Region.allCases.count)
        bases[Region.scratch.rawValue] = scratch.base
        bases[Region.parameters.rawValue] = parameters.base
        bases[Region.vector.rawValue] = vector.base
    }

    deinit { bases.deallocate() }

    func kernels(_ stage: Stage) -> [any Kernel] { lists[.stage(stage)]?.kernels ?? [] }

    /// Runs kernels for one group: a group of this worker's own, or its part of one that the team
    /// does together.
    func run(_ work: Work, group: Int, _ executor: Executor<Scalar>) throws {
        guard let team, executor.isShared(group) else {
            try lists[work]?.run(frame(work, group, executor))
            return
        }
        let leader = executor.workers[team.leader]
        if leader === self { aim(work, group, executor) }
        // The leader has done its own groups, and its memory is that of the group at hand.
        try team.barrier.wait()
        var frame = leader.aimed(work)
        frame.ownScratch = scratch.base
        frame.share = team.share
        try lists[work]?.run(frame, with: team)
    }

    /// The memory of one group, with all regions in place.
    func frame(_ work: Work, _ group: Int, _ executor: Executor<Scalar>) -> Frame {
        aim(work, group, executor)
        return aimed(work)
    }

    private func aimed(_ work: Work) -> Frame {
        Frame(
            bases: bases,
            startsSums: work == .residuals || groupsSummed % Program<Scalar>.groupsPerPartialSum == 0,
            collective: collective)
    }

    /// Points all regions at the memory of one group.
    private func aim(_ work: Work, _ group: Int, _ executor: Executor<Scalar>) {
        let isRecomputed = work == .residuals
        bases[Region.examples.rawValue] = executor.examplesBase(group)
        bases[Region.residuals.rawValue] = residuals[group]?.base ?? recomputed?.base
        bases[Region.sums.rawValue] = isRecomputed ? discarded?.base : sums.base
        bases[Region.rows.rawValue] = isRecomputed
            ? discarded?.base : executor.rowsBase(group)
    }

    /// Lets those go that wait for this worker, which has failed.
    func abandonOthers() {
        team?.barrier.abandon()
        collective?.collective.barrier.abandon()
    }

    /// Makes ready for another run, after one that may have failed.
    func renewBarriers() {
        team?.barrier.renew()
        collective?.collective.barrier.renew()
    }

    // MARK: Sums

    // A stage touches its own sums alone: those of a point outlive the products at that point.

    func beginSums(of stage: Stage) {
        groupsSummed = 0
        guard let target = totals?.base.assumingMemoryBound(to: Double.self) else { return }
        for stretch in stretches[stage] ?? [] {
            cv_fill_f64(Int64(stretch.count), 0, target + stretch.lowerBound)
        }
    }

    func endGroup(of stage: Stage) {
        groupsSummed += 1
        if groupsSummed % Program<Scalar>.groupsPerPartialSum == 0 { foldSums(of: stage) }
    }

    func endSums(of stage: Stage) {
        if groupsSummed % Program<Scalar>.groupsPerPartialSum != 0 { foldSums(of: stage) }
    }

    private func foldSums(of stage: Stage) {
        guard let target = totals?.base.assumingMemoryBound(to: Double.self) else { return }
        let source = sums.base.assumingMemoryBound(to: Scalar.self)
        for stretch in stretches[stage] ?? [] {
            let start = stretch.lowerBound
            Scalar.widen(stretch.count, 1, source + start, adding: true, target + start)
        }
    }

    /// Whether sums are in double precision, over more groups than are added up at a time.
    var hasTotals: Bool { totals != nil }

    /// This worker's sums of one result: in double precision if there are such.
    func sums<Number>(of slot: Slot, _ type: Number.Type) -> UnsafePointer<Number> {
        let element = slot.offset / MemoryLayout<Scalar>.stride
        return UnsafePointer((totals ?? sums).base.assumingMemoryBound(to: type)) + element
    }
}
