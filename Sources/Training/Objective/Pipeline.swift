import Autodiff
import Datasets
import Execution
import Networks

/// What a compiled program computes of a network.
enum PipelineKind: Hashable {
    /// NLL and logits per example.
    case forward
    /// NLL per example and the summed gradient.
    case gradient
    /// NLL per example, the summed gradient, and products with the summed Hessian.
    case hessian
    /// Mean and variance of every batch norm, per group.
    case statistics
    /// Gradient and statistics.
    case training
    /// Outputs of the named units, one row per example.
    case captures([String])
}

/// A network's computation traced, differentiated and compiled, with examples and weights loaded.
final class Pipeline<Scalar: CPUScalar> {
    let grouping: Grouping
    let classCount: Int
    /// The batch norms, in the order of the statistics; empty unless batch statistics are in use.
    let statistics: [(prefix: String, channels: Int, samples: Int)]
    let executor: Executor<Scalar>
    private let layout: WeightLayout
    private let inputs: [String: Graph.Input]
    /// Where weights and the vector of a Hessian product lie in flat vectors.
    private let weightInputs: [(input: Graph.Input, range: Range<Int>)]
    private let vectorInputs: [(input: Graph.Input, range: Range<Int>)]
    /// The names of the results that make up a gradient and a product, in the flat order.
    private let gradientNames: [String]
    private let productNames: [String]
    /// The examples that are loaded, if any.
    private var loaded: (positions: Range<Int>, numbers: Int)?
    private var minibatch: Minibatch<Scalar>?

    init(
        _ network: any Network, _ kind: PipelineKind, layout: WeightLayout, grouping: Grouping,
        options: TraceOptions, pool: WorkerPool, memoryBudget: Int?
    ) throws {
        self.grouping = grouping
        self.layout = layout
        classCount = network.classes
        let builder = GraphBuilder()
        let trace = try network.trace(
            in: builder, batch: grouping.groupSize, options: options)
        let labels = builder.input(
            Self.labels, [grouping.groupSize, network.classes], role: .examples)
        let weights = builder.input(Self.exampleWeights, [grouping.groupSize], role: .examples)
        // log-softmax in one step keeps the likelihood finite where softmax underflows.
        let losses = try (trace.logits.logSoftmax() * labels).sum(over: [1]).scaled(by: -1)
        var values: [(name: String, tensor: Tensor)] = []
        if kind != .statistics { values.append((Self.losses, losses)) }
        if kind == .forward { values.append((Self.logits, trace.logits)) }
        if case .captures(let units) = kind {
            for unit in units {
                guard let output = trace.captures[unit] else {
                    throw NetworkError(
                        "\(network.name) has no unit \(unit); its units are "
                            + trace.units.map(\.name).joined(separator: ", "))
                }
                values.append(("output of \(unit)", output))
            }
        }
        if kind == .training || kind == .statistics {
            for norm in trace.batchStatistics {
                let row: Shape = [1, norm.mean.shape.count]
                values.append(("mean of \(norm.prefix)", try norm.mean.reshaped(to: row)))
                values.append(("variance of \(norm.prefix)", try norm.variance.reshaped(to: row)))
            }
        }
        let needed = try builder.narrowed(
            [(losses * weights).sum()] + values.map(\.tensor))
        var outputs: [(name: String, tensor: Tensor, combination: Combination)] =
            zip(values, needed.dropFirst()).map { ($0.name, $1, .concatenate) }
        let parameters = trace.parameters.compactMap(\.tensor)
        let names = layout.tensors.map(\.name)
        gradientNames = names.map { "gradient of " + $0 }
        productNames = names.map { "product of " + $0 }
        switch kind {
        case .forward, .statistics, .captures: break
        case .gradient, .training:
            let gradient = try builder.gradient(of: needed[0], withRespectTo: parameters)
            outputs += zip(gradientNames, gradient).map { ($0, $1, .sum) }
        case .hessian:
            let vector = zip(names, parameters).map {
                builder.input("vector of \($0)", $1.shape, role: .vector)
            }
            let (gradient, product) = try builder.hessianVectorProduct(
                of: needed[0], at: parameters, vector: vector)
            outputs += zip(gradientNames, gradient).map { ($0, $1, .sum) }
            outputs += zip(productNames, product).map { ($0, $1, .sum) }
        }
        statistics = trace.batchStatistics.map { ($0.prefix, $0.mean.shape.count, $0.samples) }
        let graph = builder.graph(outputs: outputs)
        let inputs = Dictionary(uniqueKeysWithValues: graph.inputs.map { ($0.name, $0) })
        self.inputs = inputs
        weightInputs = layout.tensors.compactMap { tensor in
            inputs[tensor.name].map { ($0, tensor.range) }
        }
        vectorInputs = zip(graph.inputs.filter { $0.role == .vector }, layout.tensors).map {
            ($0, $1.range)
        }
        executor = try Executor(
            Program<Scalar>(graph, shards: grouping.shards, sharesSums: true),
            groups: grouping.groupsPerChunk, pool: pool, memoryBudget: memoryBudget)
    }

    private static var labels: String { "labels" }
    private static var exampleWeights: String { "example weights" }
    private static var losses: String { "losses" }
    private static var logits: String { "logits" }

    // MARK: Inputs

    /// Loads a flat weight vector and the buffers.
    func setWeights(_ vector: [Double], buffers: [String: [Double]]) throws {
        try vector.withUnsafeBufferPointer { try executor.set(weightInputs, rounding: $0) }
        for buffer in layout.buffers where buffer.isComputed {
            guard let input = inputs[buffer.name], let values = buffers[buffer.name] else { continue }
            // Short: to wake the workers for each would take longer than to round it.
            try Scalar.rounding(values).withUnsafeBufferPointer { try executor.set(input, $0) }
        }
    }

    /// Loads the vector of a Hessian product.
    func setVector(_ vector: [Double]) throws {
        try vector.withUnsafeBufferPointer { try executor.set(vectorInputs, rounding: $0) }
    }

    /// Loads examples, unless they are there already.
    ///
    /// Room that is left is filled with the last example, of weight 0.
    ///
    /// - Parameter numbers: the first of the numbers that random masks go by.
    func setExamples(_ examples: ExampleSet<Scalar>, _ positions: Range<Int>, numbers: Int) {
        if let loaded, loaded == (positions, numbers) { return }
        loaded = (positions, numbers)
        let size = grouping.groupSize
        var minibatch = self.minibatch
            ?? examples.minibatch(positions.lowerBound..<positions.lowerBound + 1)
        self.minibatch = nil
        for group in 0..<grouping.groupsPerChunk {
            let start = min(positions.lowerBound + group * size, positions.upperBound)
            let own = start..<min(start + size, positions.upperBound)
            // A group of padding alone shows the last example.
            let shown = own.isEmpty ? positions.upperBound - 1..<positions.upperBound : own
            examples.fill(&minibatch, shown)
            set("images", group, Self.padded(minibatch.images, from: shown.count, to: size))
            set(Self.labels, group, Self.padded(minibatch.labels, from: shown.count, to: size))
            set(Self.exampleWeights, group, (0..<size).map { $0 < own.count ? 1 : 0 })
            if inputs["example numbers"] != nil {
                // Consecutive whole numbers that a Float holds exactly.
                let first = (start + numbers) % ((1 << 24) - size)
                set("example numbers", group, (0..<size).map { Scalar(first + $0) })
            }
        }
        self.minibatch = minibatch
    }

    /// Rows repeated from the last of `count` until there are `size`.
    private static func padded(_ rows: [Scalar], from count: Int, to size: Int) -> [Scalar] {
        guard count < size else { return rows }
        let last = rows.suffix(rows.count / count)
        return (count..<size).reduce(into: rows) { result, _ in result += last }
    }

    private func set(_ name: String, _ group: Int, _ values: [Scalar]) {
        guard let input = inputs[name] else { return }
        values.withUnsafeBufferPointer { executor.set(input, group: group, $0) }
    }

    // MARK: Results

    /// NLL of the first `count` examples.
    func losses(_ count: Int) throws -> [Double] {
        Array(try executor.output(Self.losses).prefix(count))
    }

    /// Logits of the first `count` examples, row-major.
    func logits(_ count: Int) throws -> [Double] {
        Array(try executor.output(Self.logits).prefix(count * classCount))
    }

    /// The outputs of a unit for the first `count` examples, row-major.
    func capture(_ unit: String, _ count: Int) throws -> [Double] {
        let values = try executor.output("output of \(unit)")
        let rows = grouping.examplesPerChunk
        return Array(values.prefix(values.count / rows * count))
    }

    /// The gradient summed over examples, times `factor`, added to `total` if there is one.
    func gradient(times factor: Double, addedTo total: consuming [Double]?) throws -> [Double] {
        try executor.outputs(gradientNames, times: factor, addedTo: total)
    }

    /// The product with the Hessian summed over examples, like the gradient.
    func product(times factor: Double, addedTo total: consuming [Double]?) throws -> [Double] {
        try executor.outputs(productNames, times: factor, addedTo: total)
    }

    /// Mean and unbiased variance of each batch norm for each minibatch of the chunk.
    ///
    /// - Parameter minibatches: how many of them are not padding.
    func batchStatistics(_ minibatches: Int) throws -> [BatchMoments] {
        try (0..<minibatches).map { minibatch in
            var moments = BatchMoments()
            for norm in statistics {
                let means = try executor.output("mean of \(norm.prefix)")
                let variances = try executor.output("variance of \(norm.prefix)")
                moments.join(
                    norm.prefix, channels: norm.channels, samples: norm.samples,
                    shards: minibatch * grouping.shards..<(minibatch + 1) * grouping.shards,
                    means: means, variances: variances)
            }
            return moments
        }
    }
}
