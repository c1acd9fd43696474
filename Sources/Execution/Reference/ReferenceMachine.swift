import Autodiff

/// Plain loops for every primitive: what other machines are checked against.
///
/// Each primitive is computed in double precision and its result rounded to the machine's
/// precision, so in single precision every node carries one rounding error and no more.
public final class ReferenceMachine: Machine {
    public let precision: Precision
    private let pools = WorkerPools()

    /// - Parameter precision: to which every result of a primitive is rounded.
    public init(precision: Precision = .double) {
        self.precision = precision
    }

    public var name: String { "reference" }

    public func inPrecision(_ precision: Precision) -> any Machine {
        ReferenceMachine(precision: precision)
    }

    public func program(_ graph: Graph, _ demand: ProgramDemand) throws -> any MachineProgram {
        ReferenceProgram(graph, demand, precision: precision, pool: pools.pool(demand.workers))
    }
}
