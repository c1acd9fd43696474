import Autodiff
import Datasets
import Execution
import Networks

/// A question put to a network: traced, compiled, with weights and examples loaded.
final class Inquiry {
    let grouping: Grouping
    let program: any MachineProgram
    /// The batch norms, in the order of the statistics; empty unless batch statistics are in use.
    let statistics: [(prefix: String, channels: Int, samples: Int)]
    /// Counts the points that were run: what is kept for products is that of the last one.
    private(set) var points = 0
    private let precision: Precision
    private let layout: WeightLayout
    private let exampleInputs: ExampleInputs
    private let buffers: [(name: String, input: Graph.Input)]
    /// Where weights and the vector of a product lie in flat vectors.
    private let weightInputs: [(input: Graph.Input, range: Range<Int>)]
    private let vectorInputs: [(input: Graph.Input, range: Range<Int>)]
    /// The program's results that make up each vector, in the flat order.
    private let vectors: [String: [String]]
    /// The elements of a row of each output that has one for each example.
    private let rowSizes: [String: Int]
    /// What becomes of images.
    var change: ImageChange? {
        didSet { if change !== oldValue { loaded = nil } }
    }
    /// The examples that are loaded, if any.
    private var loaded: (positions: Range<Int>, numbers: Int)?

    /// - Throws: what tracing, the question and compiling throw.
    init(
        _ network: any Network, _ question: any Question, layout: WeightLayout,
        grouping: Grouping, options: TraceOptions, machine: any Machine,
        memoryBudget: Int? = nil, storage: Precision? = nil, chunkBytes: Int
    ) throws {
        self.grouping = grouping
        self.layout = layout
        precision = machine.precision
        let size = grouping.groupSize
        let context = try QuestionContext(
            network, group: size, options: options, layout: layout)
        var outputs: [(name: String, tensor: Tensor, combination: Combination)] = []
        var vectors: [String: [String]] = [:]
        var rowSizes: [String: Int] = [:]
        for output in try question.outputs(context) {
            switch output.form {
            case .rows(let tensor):
                rowSizes[output.name] = tensor.shape.count / size
                outputs.append((output.name, tensor, .concatenate))
            case .groups(let tensor): outputs.append((output.name, tensor, .concatenate))
            case .sum(let tensor): outputs.append((output.name, tensor, .sum))
            case .vector(let tensors):
                let names = layout.tensors.map { "\(output.name) of \($0.name)" }
                vectors[output.name] = names
                outputs += zip(names, tensors).map { ($0, $1, .sum) }
            }
        }
        (self.vectors, self.rowSizes) = (vectors, rowSizes)
        statistics = context.trace.batchStatistics.map {
            ($0.prefix, $0.mean.shape.count, $0.samples)
        }
        let graph = context.builder.graph(outputs: outputs)
        // Names are unique within a role; a parameter may be called like an input of examples.
        func inputs(_ role: InputRole) -> [String: Graph.Input] {
            Dictionary(
                graph.inputs.filter { $0.role == role }.map { ($0.name, $0) },
                uniquingKeysWith: { first, _ in first })
        }
        exampleInputs = ExampleInputs(inputs(.examples))
        let parameters = inputs(.parameter)
        weightInputs = layout.tensors.compactMap { tensor in
            parameters[tensor.name].map { ($0, tensor.range) }
        }
        buffers = layout.buffers.filter(\.isComputed).compactMap { buffer in
            parameters[buffer.name].map { (buffer.name, $0) }
        }
        vectorInputs = zip(graph.inputs.filter { $0.role == .vector }, layout.tensors).map {
            ($0, $1.range)
        }
        // Rows leave in double precision.
        let answered = rowSizes.values.reduce(0, +) * (precision.bytes + 8)
        let shown = (network.imageShape.reduce(1, *) + network.classes) * precision.bytes
        program = try machine.program(
            graph,
            ProgramDemand(
                groups: grouping.groupsPerChunk(
                    bytesPerExample: shown + answered, within: chunkBytes),
                workers: grouping.workers, shards: grouping.shards, memoryBudget: memoryBudget,
                vectors: storage))
    }

    /// Examples that are in memory at a time.
    var examplesPerChunk: Int { grouping.groupSize * program.demand.groups }

    // MARK: Inputs

    /// Loads a flat weight vector and the buffers.
    func setWeights(_ vector: ParameterVector, buffers: [String: [Double]]) throws {
        try program.set(weightInputs, from: vector)
        for (name, input) in self.buffers {
            if let values = buffers[name] { try program.set(input, values) }
        }
    }

    /// Loads the examples of all positions chunk by chunk and hands over the positions of each.
    ///
    /// - Parameter numbers: is added to a position to give the number that random masks go by.
    func forEachChunk(
        of examples: ExampleSet, _ positions: Range<Int>, numbers: Int = 0,
        _ body: (Range<Int>) throws -> Void
    ) throws {
        for start in stride(
            from: positions.lowerBound, to: positions.upperBound, by: examplesPerChunk)
        {
            let chunk = start..<min(start + examplesPerChunk, positions.upperBound)
            if loaded.map({ $0 != (chunk, numbers) }) ?? true {
                loaded = nil
                try exampleInputs.load(
                    examples, chunk, numbers: numbers, groupSize: grouping.groupSize,
                    change: change, precision: precision, into: program)
                loaded = (chunk, numbers)
            }
            try body(chunk)
        }
    }

    /// Runs all that does not depend on a vector.
    func runPoint() throws {
        points += 1
        try program.runPoint()
    }

    /// Runs what depends on the vector.
    func runProduct(along vector: ParameterVector) throws {
        try program.runProduct(along: vectorInputs, of: vector)
    }

    // MARK: Results

    /// The rows of the first `count` examples that are loaded, row-major.
    func rows(_ name: String, _ count: Int) throws -> [Double] {
        let values = try program.output(name)
        let wanted = count * (rowSizes[name] ?? 0)
        return wanted == values.count ? values : Array(values.prefix(wanted))
    }

    /// A sum over the examples that are loaded.
    func sum(_ name: String) throws -> [Double] { try program.output(name) }

    /// A vector summed over the examples that are loaded, times `factor`, added to `total` if there
    /// is one.
    func vector(
        _ name: String, times factor: Double, storage: Precision,
        addedTo total: consuming ParameterVector?
    ) throws -> ParameterVector {
        try program.vector(
            of: vectors[name] ?? [name], times: factor, storage: storage, addedTo: total)
    }

    /// Mean and unbiased variance of each batch norm for each minibatch of the chunk.
    ///
    /// - Parameter minibatches: how many of them are not padding.
    func batchMoments(_ minibatches: Int) throws -> [BatchMoments] {
        var moments = [BatchMoments](repeating: BatchMoments(), count: minibatches)
        for norm in statistics {
            let means = try program.output(StatisticsQuestion.mean(norm.prefix))
            let variances = try program.output(StatisticsQuestion.variance(norm.prefix))
            for minibatch in 0..<minibatches {
                moments[minibatch].join(
                    norm.prefix, channels: norm.channels, samples: norm.samples,
                    shards: minibatch * grouping.shards..<(minibatch + 1) * grouping.shards,
                    means: means, variances: variances)
            }
        }
        return moments
    }
}
