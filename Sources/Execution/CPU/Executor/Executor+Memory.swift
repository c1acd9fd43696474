import Autodiff

extension Program {
    /// The number of groups whose residuals are kept; the others are computed again for each
    /// product.
    func keptGroups(_ demand: ProgramDemand) -> Int {
        let fitting = residualBytes == 0
            ? demand.groups
            : min(demand.groups, (demand.memoryBudget ?? Int.max) / residualBytes)
        // Coupled groups are recomputed together, because their statistics are made together.
        return fitting - fitting % shards
    }

    /// Whether residuals of any group are computed again.
    func recomputes(_ demand: ProgramDemand) -> Bool {
        residualBytes > 0 && keptGroups(demand) < demand.groups
    }

    /// What an executor takes.
    func memory(_ demand: ProgramDemand) -> ProgramMemory {
        func several(_ count: Int, _ regions: Region...) -> Int {
            regions.reduce(0) { $0.saturatingSum(bytes($1).saturatingProduct(count)) }
        }
        let workers = demand.workers
        var memory = ProgramMemory()
        memory.parameters = several(1, .parameters, .vector)
        memory.examples = several(demand.groups, .examples, .rows)
        memory.residuals = several(keptGroups(demand), .residuals)
        memory.working = several(workers, .staging, .scratch, .sums)
        if sumsInDouble(demand) {
            let totals = bytes(.sums) / MemoryLayout<Scalar>.stride * 8
            memory.working = memory.working.saturatingSum(totals.saturatingProduct(workers))
        }
        if recomputes(demand) {
            let discarded = max(bytes(.sums), bytes(.rows))
            memory.working = memory.working.saturatingSum(
                discarded.saturatingSum(residualBytes).saturatingProduct(workers))
        }
        return memory
    }

    /// Whether any worker has so many groups that their sums go on in double precision; then all
    /// workers sum alike.
    func sumsInDouble(_ demand: ProgramDemand) -> Bool {
        (demand.groups + demand.workers - 1) / demand.workers > Self.groupsPerPartialSum
    }

    /// How many groups are added in the working type before the sum goes on in double precision.
    static var groupsPerPartialSum: Int { 16 }
}
