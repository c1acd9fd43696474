import Autodiff

/// A machine that runs graphs: the door through which everything above this target computes.
///
/// Two stand behind it, `CPUMachine` and `ReferenceMachine`. Whoever is handed one compiles a graph
/// for a number of groups of examples and then, any number of times: sets weights, vector and
/// examples, runs the point, runs products, collects. Nothing above names a processor.
public protocol Machine: Sendable {
    /// The name on the command line and in files, such as `cpu`.
    var name: String { get }

    /// The number type in which programs run.
    var precision: Precision { get }

    /// How many workers run at a time at most; nil for all. Results do not depend on it.
    var threads: Int? { get }

    /// A machine of the same kind that runs programs in another number type.
    func inPrecision(_ precision: Precision) -> any Machine

    /// Compiles a graph.
    ///
    /// - Throws: `ExecutionError` for a graph that cannot be run, or where memory is short.
    func program(_ graph: Graph, _ demand: ProgramDemand) throws -> any MachineProgram
}

/// For what a graph is compiled.
public struct ProgramDemand: Sendable, Hashable {
    /// The number of groups of examples that are in memory at a time, at least 1; each has the
    /// graph's example extent.
    public var groups: Int
    /// The number of workers that share the groups, at least 1. They run side by side as far as the
    /// machine has threads; sums are taken worker by worker.
    public var workers: Int
    /// How many workers share a minibatch whose examples are coupled by batch statistics, each with
    /// a group of its own: all `workers`, or 1 where examples are independent. Divides `groups`.
    public var shards: Int
    /// Bytes that residuals kept for products may take; nil keeps all. What is not kept is computed
    /// again for each product.
    public var memoryBudget: Int?
    /// The precision of the flat vectors along which products are taken, where these have the
    /// vector inputs one after another in the order of the graph: a program in that precision may
    /// read them in place. Nil where inputs are set one by one, or in another order.
    public var vectors: Precision?

    public init(
        groups: Int = 1, workers: Int = 1, shards: Int = 1, memoryBudget: Int? = nil,
        vectors: Precision? = nil
    ) {
        (self.groups, self.workers, self.shards) = (groups, workers, shards)
        (self.memoryBudget, self.vectors) = (memoryBudget, vectors)
    }
}

/// A compiled graph with its memory, ready to be run any number of times.
///
/// Sums over groups and workers are taken in one fixed order, so results depend on the number of
/// workers and not on timing. After an error the program can be run again.
public protocol MachineProgram: AnyObject {
    /// For what it was compiled.
    var demand: ProgramDemand { get }

    /// Bytes that the program takes when it runs.
    var memory: ProgramMemory { get }

    /// What a user should know of how it runs, one sentence each, such as that a primitive has no
    /// kernel of its own and is slow; usually empty.
    var notes: [String] { get }

    /// Seconds that it has run so far, with the loading of weights and vectors.
    var seconds: Double { get }

    // MARK: Inputs

    /// Sets inputs that all examples share, weights or the vector of a product, from stretches of a
    /// flat vector, rounded to the precision of the program.
    ///
    /// - Throws: `ExecutionError` where a stretch has not the size of its input.
    func set(
        _ stretches: [(input: Graph.Input, range: Range<Int>)], from vector: ParameterVector) throws

    /// Sets one input that all examples share.
    ///
    /// - Throws: `ExecutionError` where there are too few or too many values.
    func set(_ input: Graph.Input, _ values: [Double]) throws

    /// Sets the example inputs of every group; workers share the groups.
    ///
    /// - Parameter values: the inputs of the group with the given number, called once for each
    ///   group, by any worker.
    func setExamples(
        _ values: @escaping @Sendable (_ group: Int) throws -> [ExampleInput]) throws

    // MARK: Running

    /// Runs all that does not depend on a vector, for all groups, and keeps the residuals.
    func runPoint() throws

    /// Runs what depends on the vector, at the point of the last `runPoint`.
    func runProduct() throws

    /// Runs it along a vector whose stretches are the vector inputs.
    ///
    /// - Throws: `ExecutionError` where a stretch has not the size of its input.
    func runProduct(
        along stretches: [(input: Graph.Input, range: Range<Int>)], of vector: ParameterVector
    ) throws

    // MARK: Results

    /// A result that has a row for each example: the rows of all groups, one after another; or a
    /// result that is summed.
    ///
    /// - Throws: `ExecutionError.unknownOutput`.
    func output(_ name: String) throws -> [Double]

    /// Several summed results, one after another in one vector, times `factor`.
    ///
    /// Sums of a product take the place of those of its point, which must be collected before.
    ///
    /// - Parameters:
    ///   - storage: the precision of the vector; sums are taken in double and rounded once.
    ///   - total: is added to where it is given, as long as all results together.
    /// - Throws: `ExecutionError.unknownOutput` or `.overwrittenOutput`.
    func vector(
        of names: [String], times factor: Double, storage: Precision,
        addedTo total: consuming ParameterVector?) throws -> ParameterVector

    // MARK: Workers

    /// Runs `body` once for each worker number from 0, side by side, and waits for all.
    func onEachWorker(_ body: @escaping @Sendable (_ worker: Int) throws -> Void) throws

    /// How long each kind of kernel takes on the first group, the slowest first; empty where a
    /// machine does not know.
    ///
    /// - Parameters:
    ///   - ofProduct: of the linear program, or of what runs once at a point.
    ///   - repetitions: over how many runs times are averaged.
    func profile(ofProduct: Bool, repetitions: Int) throws -> [KernelProfile]
}

extension MachineProgram {
    public func runProduct(
        along stretches: [(input: Graph.Input, range: Range<Int>)], of vector: ParameterVector
    ) throws {
        try set(stretches, from: vector)
        try runProduct()
    }
}

/// The values of one example input of one group, in row-major order; best in the precision of the
/// program, to which they are rounded otherwise.
public struct ExampleInput: Sendable {
    /// Numbers in one of the working types.
    public enum Values: Sendable {
        case single([Float])
        case double([Double])

        /// How many there are.
        var count: Int {
            switch self {
            case .single(let values): values.count
            case .double(let values): values.count
            }
        }
    }

    public let input: Graph.Input
    public let values: Values

    public init(_ input: Graph.Input, _ values: Values) {
        (self.input, self.values) = (input, values)
    }
}

/// Bytes that a program takes, by what they are for.
public struct ProgramMemory: Sendable, Hashable {
    /// Weights and vector in the layouts in which they are read, shared by all workers.
    public var parameters = 0
    /// Examples, and results that have a row for each of them.
    public var examples = 0
    /// What is kept of the point for its products.
    public var residuals = 0
    /// Working memory and sums of all workers.
    public var working = 0

    public init() {}

    /// All of them.
    public var total: Int {
        [parameters, examples, residuals, working].reduce(0) { $0.saturatingSum($1) }
    }
}

/// How long the kernels of one kind take.
public struct KernelProfile: Sendable {
    /// What the kernels compute.
    public let name: String
    /// How many of them one group of examples needs.
    public let count: Int
    /// Seconds for one group of examples, on one worker.
    public let seconds: Double
    /// Floating-point operations in products and convolutions.
    public let operations: Double

    public init(name: String, count: Int, seconds: Double, operations: Double) {
        (self.name, self.count) = (name, count)
        (self.seconds, self.operations) = (seconds, operations)
    }
}
