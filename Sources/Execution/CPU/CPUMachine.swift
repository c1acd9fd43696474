import Autodiff

/// The processor: oneDNN in single, OpenBLAS in double precision, and vector loops for the rest.
///
/// Its programs run their groups of examples on threads side by side. What has no kernel runs by
/// the plain loops of the reference, and the program says so in its notes.
public final class CPUMachine: Machine {
    public let precision: Precision
    private let pools: WorkerPools

    /// - Parameters:
    ///   - precision: the number type of all its programs.
    ///   - threads: how many workers run at a time at most; nil for all.
    public init(precision: Precision = .single, threads: Int? = nil) {
        self.precision = precision
        pools = WorkerPools(threads: threads)
    }

    public var threads: Int? { pools.threads }

    public var name: String { "cpu" }

    public func inPrecision(_ precision: Precision) -> any Machine {
        CPUMachine(precision: precision, threads: threads)
    }

    public func program(_ graph: Graph, _ demand: ProgramDemand) throws -> any MachineProgram {
        let pool = pools.pool(demand.workers)
        func executor<Scalar: CPUScalar>(_: Scalar.Type) throws -> Executor<Scalar> {
            try Executor(
                Program(
                    graph, shards: demand.shards,
                    readsVectorsInPlace: demand.vectors == precision),
                demand, pool: pool)
        }
        return switch precision {
        case .single: try executor(Float.self)
        case .double: try executor(Double.self)
        }
    }
}
