import Autodiff

/// Plain loops for every primitive: what other machines are checked against.
///
/// Each primitive is computed in double precision and its result rounded to the machine's
/// precision, so in single precision every node carries one rounding error and no more.
public final class ReferenceMachine: Machine {
    public let precision: Precision
    private let pools: WorkerPools

    /// - Parameters:
    ///   - precision: to which every result of a primitive is rounded.
    ///   - threads: how many workers run at a time at most; nil for all.
    public init(precision: Precision = .double, threads: Int? = nil) {
        self.precision = precision
        pools = WorkerPools(threads: threads)
    }

    public var threads: Int? { pools.threads }

    public var name: String { "reference" }

    public func inPrecision(_ precision: Precision) -> any Machine {
        ReferenceMachine(precision: precision, threads: threads)
    }

    public func program(_ graph: Graph, _ demand: ProgramDemand) throws -> any MachineProgram {
        ReferenceProgram(graph, demand, precision: precision, pool: pools.pool(demand.workers))
    }
}
