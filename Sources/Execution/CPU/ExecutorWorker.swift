import CVector

/// One worker of an executor: its kernels, its working memory and its sums.
final class ExecutorWorker<Scalar: CPUScalar> {
    let bases: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    let kernels: [Stage: [any Kernel]]
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
    private let residualKernels: [any Kernel]
    private let collective: Collective.Member?
    private var groupsSummed = 0

    /// How many groups are added in the working type before the sum goes on in double precision.
    private static var groupsPerPartialSum: Int { 16 }

    /// - Parameter mostGroups: the groups of the worker that has the most of them, by which all
    ///   workers sum in the same precision.
    init(
        _ program: Program<Scalar>, keptGroups: [Int], groupCount: Int, mostGroups: Int,
        collective: Collective.Member?
    ) throws {
        bases = .allocate(capacity: Region.allCases.count)
        bases.initialize(repeating: nil, count: Region.allCases.count)
        kernels = [
            .examples: try program.kernels(.examples), .linear: try program.kernels(.linear),
        ]
        scratch = Memory(bytes: program.bytes(.scratch))
        sums = Memory(bytes: program.bytes(.sums))
        stretches = program.sumStretches
        let sumCount = program.bytes(.sums) / MemoryLayout<Scalar>.stride
        totals = mostGroups > Self.groupsPerPartialSum ? Memory(bytes: sumCount * 8) : nil
        for group in keptGroups where program.residualBytes > 0 {
            residuals[group] = Memory(bytes: program.residualBytes)
        }
        let recomputes = keptGroups.count < groupCount && program.residualBytes > 0
        recomputed = recomputes ? Memory(bytes: program.residualBytes) : nil
        residualKernels = recomputes ? try program.residualKernels() : []
        discarded = recomputes
            ? Memory(bytes: max(program.bytes(.sums), program.bytes(.rows))) : nil
        self.collective = collective
        bases[Region.scratch.rawValue] = scratch.base
        bases[Region.sums.rawValue] = sums.base
    }

    deinit { bases.deallocate() }

    /// Runs one stage for one group.
    func run(_ stage: Stage, group: Int, _ executor: Executor<Scalar>) throws {
        let starts = groupsSummed % Self.groupsPerPartialSum == 0
        let frame = frame(forGroup: group, executor, startsSums: starts)
        for kernel in kernels[stage] ?? [] { try kernel.run(frame) }
    }

    /// Points all regions at the memory of one group.
    func frame(forGroup group: Int, _ executor: Executor<Scalar>, startsSums: Bool) -> Frame {
        bases[Region.examples.rawValue] = executor.examplesBase(group)
        bases[Region.rows.rawValue] = executor.rowsBase(group)
        bases[Region.residuals.rawValue] = residuals[group]?.base ?? recomputed?.base
        return Frame(bases: bases, startsSums: startsSums, collective: collective)
    }

    /// Computes the residuals of a group again, and nothing else.
    func recompute(group: Int, _ executor: Executor<Scalar>) throws {
        bases[Region.examples.rawValue] = executor.examplesBase(group)
        bases[Region.residuals.rawValue] = recomputed?.base
        bases[Region.sums.rawValue] = discarded?.base
        bases[Region.rows.rawValue] = discarded?.base
        let frame = Frame(bases: bases, startsSums: true, collective: collective)
        for kernel in residualKernels { try kernel.run(frame) }
        bases[Region.sums.rawValue] = sums.base
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
        if groupsSummed % Self.groupsPerPartialSum == 0 { foldSums(of: stage) }
    }

    func endSums(of stage: Stage) {
        if groupsSummed % Self.groupsPerPartialSum != 0 { foldSums(of: stage) }
    }

    private func foldSums(of stage: Stage) {
        guard let target = totals?.base.assumingMemoryBound(to: Double.self) else { return }
        let source = sums.base.assumingMemoryBound(to: Scalar.self)
        for stretch in stretches[stage] ?? [] {
            let start = stretch.lowerBound
            Scalar.widen(stretch.count, 1, source + start, adding: true, target + start)
        }
    }

    /// This worker's sums of one result, of its last groups alone where there are totals.
    func sums(of slot: Slot) -> UnsafePointer<Scalar> {
        UnsafePointer((sums.base + slot.offset).assumingMemoryBound(to: Scalar.self))
    }

    /// This worker's sums of one result in double precision; nil where there are few groups.
    func totals(of slot: Slot) -> UnsafePointer<Double>? {
        guard let totals else { return nil }
        return UnsafePointer(totals.base.assumingMemoryBound(to: Double.self))
            + slot.offset / MemoryLayout<Scalar>.stride
    }
}
