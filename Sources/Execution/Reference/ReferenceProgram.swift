import Autodiff
import Synchronization

/// A graph that the reference machine evaluates for each group of examples.
///
/// Nothing is kept of a point but its inputs: a product evaluates all that it needs again. Sums
/// over groups are taken in double precision, in the order of the groups.
final class ReferenceProgram: MachineProgram {
    let demand: ProgramDemand
    let memory: ProgramMemory
    private let evaluation: ReferenceEvaluation
    private let pool: WorkerPool
    private let clock = ProgramClock()
    /// For each node of the graph, whether it depends on a vector, or on examples.
    private let isOfProduct: [Bool]
    private let isPerGroup: [Bool]

    private typealias Values = ReferenceEvaluation.Values
    private var parameters: Values = [:]
    private var vector: Values = [:]
    /// For each group.
    private var examples: [Values]
    /// The inputs of the last point.
    private var point: (parameters: Values, examples: [Values]) = ([:], [])
    /// What the last runs made, by the names of the outputs.
    private var results: [String: [Double]] = [:]

    init(_ graph: Graph, _ demand: ProgramDemand, precision: Precision, pool: WorkerPool) {
        precondition(
            demand.groups >= 1 && demand.groups.isMultiple(of: demand.shards),
            "There are groups for whole minibatches.")
        self.demand = demand
        self.pool = pool
        evaluation = ReferenceEvaluation(graph, precision: precision, shards: demand.shards)
        isOfProduct = graph.dependents { $0.role == .vector }
        isPerGroup = graph.dependents { $0.role == .examples }
        examples = [Values](repeating: [:], count: demand.groups)
        memory = Self.memory(evaluation, demand)
    }

    private static func memory(
        _ evaluation: ReferenceEvaluation, _ demand: ProgramDemand
    ) -> ProgramMemory {
        let graph = evaluation.graph
        let ofExamples = graph.inputs.filter { $0.role == .examples }.map(\.shape.count)
        let shared = graph.inputs.filter { $0.role != .examples }.map(\.shape.count)
        let made = graph.outputs.map { graph.nodes[$0.node].shape.count }
        func bytes(_ counts: [Int], _ times: Int) -> Int {
            counts.reduce(0) { $0.saturatingSum($1) }.saturatingProduct(8)
                .saturatingProduct(times)
        }
        var memory = ProgramMemory()
        memory.parameters = bytes(shared, 1)
        memory.examples = bytes(ofExamples, demand.groups)
        memory.working = bytes(
            made + [evaluation.peakCount(graph.outputs.map(\.node))],
            demand.workers.saturatingProduct(demand.shards))
        return memory
    }

    var notes: [String] { [] }

    var seconds: Double { clock.seconds }

    func onEachWorker(_ body: @escaping @Sendable (Int) throws -> Void) throws {
        try pool.run(body)
    }

    /// The reference times nothing.
    func profile(ofProduct: Bool, repetitions: Int) throws -> [KernelProfile] { [] }

    // MARK: Inputs

    func set(_ input: Graph.Input, _ values: [Double]) throws {
        try check(input, count: values.count)
        if input.role == .vector {
            vector[input.node] = evaluation.rounded(values)
        } else {
            parameters[input.node] = evaluation.rounded(values)
        }
    }

    func set(
        _ stretches: [(input: Graph.Input, range: Range<Int>)], from vector: ParameterVector
    ) throws {
        try clock.measure {
            for (input, range) in stretches { try set(input, vector.values(in: range)) }
        }
    }

    func setExamples(
        _ values: @escaping @Sendable (_ group: Int) throws -> [ExampleInput]
    ) throws {
        let (groups, workers) = (demand.groups, demand.workers)
        let given = Mutex([[ExampleInput]](repeating: [], count: groups))
        try pool.run { worker in
            for group in stride(from: worker, to: groups, by: workers) {
                let own = try values(group)
                given.withLock { $0[group] = own }
            }
        }
        for (group, inputs) in given.withLock({ $0 }).enumerated() {
            for example in inputs {
                precondition(example.input.role == .examples, "That is no example input.")
                try check(example.input, count: example.values.count)
                switch example.values {
                case .single(let values):
                    examples[group][example.input.node] = values.map(Double.init)
                case .double(let values):
                    examples[group][example.input.node] = evaluation.rounded(values)
                }
            }
        }
    }

    private func check(_ input: Graph.Input, count: Int) throws {
        let declared = evaluation.graph.inputs
        guard declared.contains(where: { $0.node == input.node && $0.name == input.name }) else {
            throw ExecutionError.unknownInput(name: input.name, declared: declared.map(\.name))
        }
        try input.check(count: count)
    }

    // MARK: Running

    func runPoint() throws {
        results = [:]
        point = (parameters, examples)
        try run { !self.isOfProduct[$0.node] }
    }

    func runProduct() throws {
        for output in evaluation.graph.outputs
        where output.combination == .sum && isPerGroup[output.node] {
            results[output.name] = nil
        }
        try run { self.isOfProduct[$0.node] }
    }

    /// Evaluates some outputs, minibatches side by side and their results in order.
    private func run(_ isWanted: (Graph.Output) -> Bool) throws {
        let outputs = evaluation.graph.outputs.filter(isWanted)
        guard !outputs.isEmpty else { return }
        let wanted = Array(Set(outputs.map(\.node)))
        let shared = point.parameters.merging(vector) { $1 }
        let inputs = point.examples.map { shared.merging($0) { $1 } }
        let (shards, evaluation) = (demand.shards, evaluation)
        let minibatches = demand.groups / shards
        var made: [String: [Double]] = [:]
        try clock.measure {
            for start in stride(from: 0, to: minibatches, by: demand.workers) {
                let values = Mutex([Int: [Values]]())
                try pool.run { worker in
                    let minibatch = start + worker
                    guard minibatch < minibatches else { return }
                    let own = Array(inputs[minibatch * shards..<(minibatch + 1) * shards])
                    let found = try evaluation.values(of: wanted, own)
                    values.withLock { $0[worker] = found }
                }
                let found = values.withLock { $0 }
                for worker in found.keys.sorted() {
                    for group in found[worker] ?? [] {
                        for output in outputs { add(group[output.node] ?? [], output, to: &made) }
                    }
                }
            }
        }
        results.merge(made) { $1 }
    }

    /// Joins the result of one more group to those before.
    private func add(
        _ values: [Double], _ output: Graph.Output, to results: inout [String: [Double]]
    ) {
        guard let sum = results[output.name] else { return results[output.name] = values }
        // What does not depend on the examples is there once.
        guard isPerGroup[output.node] else { return }
        results[output.name] = output.combination == .concatenate
            ? sum + values : zip(sum, values).map(+)
    }

    // MARK: Results

    func output(_ name: String) throws -> [Double] {
        if let known = results[name] { return known }
        let declared = evaluation.graph.outputs.map(\.name)
        guard declared.contains(name) else {
            throw ExecutionError.unknownOutput(name: name, declared: declared)
        }
        throw ExecutionError.overwrittenOutput(name: name)
    }

    func vector(
        of names: [String], times factor: Double, storage: Precision,
        addedTo total: consuming ParameterVector?
    ) throws -> ParameterVector {
        let parts = try names.map { try output($0) }
        let count = parts.map(\.count).reduce(0, +)
        var sum = total.take()?.stored(in: storage)
            ?? ParameterVector(zeros: count, storage: storage)
        precondition(sum.count == count, "The sum has another length than the results.")
        var start = 0
        for part in parts {
            let range = start..<start + part.count
            sum.replace(range, with: zip(sum.values(in: range), part).map { $0 + factor * $1 })
            start += part.count
        }
        return sum
    }
}
