import Autodiff
import Datasets
import Execution
import Networks

/// The mean NLL of a network over frozen examples, as a function of its flat weights.
///
///     NLL(w) = 1/N Σ_n −Σ_c y_nc log p_nc(w)
///
/// Programs are compiled when first needed and kept. Groups of examples are spread over workers;
/// sums over examples are taken in double precision and in a fixed order, so the same call on the
/// same number of threads gives the same bits.
public final class Objective<Scalar: CPUScalar>: ObjectiveFunction {
    public let network: any Network
    public let layout: WeightLayout
    public let examples: ExampleSet<Scalar>
    public let options: ObjectiveOptions
    public private(set) var positions: Range<Int>
    /// Running statistics and frozen tensors that the network computes with.
    public private(set) var buffers: [String: [Double]]
    private let isCoupled: Bool
    private let hasBatchNorm: Bool
    private var pipelines: [PipelineKind: Pipeline<Scalar>] = [:]
    private var pools: [Int: WorkerPool] = [:]
    /// The labels of the examples in use: an evaluation at each point of a landscape asks for them.
    private var labelsKept: (positions: Range<Int>, labels: [Double])?
    /// Counts the points that the Hessian's residuals were computed at.
    private var linearizations = 0

    /// The objective of `network` over the examples at `positions`, by default all of them.
    ///
    /// - Parameter weights: gives the layout and the buffers.
    /// - Throws: `ObjectiveError` where data, options and network do not fit each other, and what
    ///   tracing throws.
    public convenience init(
        _ network: any Network, examples: ExampleSet<Scalar>, weights: Weights,
        positions: Range<Int>? = nil, options: ObjectiveOptions = ObjectiveOptions()
    ) throws {
        try self.init(
            network, examples: examples, layout: weights.layout, buffers: weights.buffers,
            positions: positions, options: options)
    }

    init(
        _ network: any Network, examples: ExampleSet<Scalar>, layout: WeightLayout,
        buffers: [String: [Double]], positions: Range<Int>?, options: ObjectiveOptions
    ) throws {
        try options.validate()
        try Self.check(network, examples)
        self.network = network
        self.examples = examples
        self.options = options
        self.layout = layout
        self.buffers = buffers
        hasBatchNorm = layout.buffers.contains { $0.kind == .statistic }
        isCoupled = hasBatchNorm && options.batchNorm == .batch
        self.positions = 0..<examples.count
        try setExamples(positions ?? 0..<examples.count)
    }

    public var penalty: Penalty {
        Penalty(layout: layout, lambda: options.l2, convention: options.l2Convention)
    }

    public func setExamples(_ positions: Range<Int>) throws {
        guard !positions.isEmpty, positions.lowerBound >= 0, positions.upperBound <= examples.count
        else { throw ObjectiveError.positions(positions, count: examples.count) }
        let batchSize = options.batchSize ?? positions.count
        if isCoupled, !positions.count.isMultiple(of: batchSize) {
            throw ObjectiveError.unevenBatches(count: positions.count, batchSize: batchSize)
        }
        if positions.count != self.positions.count { pipelines = [:] }
        self.positions = positions
    }

    public var programSeconds: Double {
        pools.values.map(\.programSeconds).reduce(0, +) + (recalibrationKept?.programSeconds ?? 0)
    }

    /// Replaces running statistics, for example by recalibrated ones.
    public func setBuffers(_ buffers: [String: [Double]]) { self.buffers = buffers }

    // MARK: Measuring

    public func evaluate(at w: [Double]) throws -> Evaluation {
        let pipeline = try prepared(.forward, at: w)
        var (losses, logits): ([Double], [Double]) = ([], [])
        try forEachChunk(pipeline) { chunk in
            try pipeline.executor.runPoint()
            losses += try pipeline.losses(chunk.count)
            logits += try pipeline.logits(chunk.count)
        }
        return Evaluation(
            classCount: network.classes, exampleLosses: losses, logits: logits,
            labels: softLabels())
    }

    public func gradient(
        at w: [Double]
    ) throws -> (negativeLogLikelihood: Double, gradient: [Double]) {
        let pipeline = try prepared(.gradient, at: w)
        return try meanGradient(pipeline)
    }

    public func linearize(at w: [Double], includingPenalty: Bool) throws -> HessianOperator {
        let pipeline = try prepared(.hessian, at: w)
        linearizations += 1
        var (own, examples) = (linearizations, positions)
        var (nll, gradient) = try meanGradient(pipeline)
        let penalty = self.penalty
        if includingPenalty { penalty.addGradient(at: w, to: &gradient) }
        return HessianOperator(
            point: w, negativeLogLikelihood: nll, gradient: gradient,
            includesPenalty: includingPenalty
        ) { [self] vector in
            guard examples == positions else { throw ObjectiveError.staleHessian }
            if own != linearizations {
                let pipeline = try prepared(.hessian, at: w)
                linearizations += 1
                own = linearizations
                if pipeline.grouping.chunks == 1 { _ = try meanGradient(pipeline) }
            }
            var product = try meanProduct(vector)
            if includingPenalty { penalty.addHessianProduct(at: w, vector, to: &product) }
            return product
        }
    }


    private func meanGradient(
        _ pipeline: Pipeline<Scalar>
    ) throws -> (negativeLogLikelihood: Double, gradient: [Double]) {
        var losses: [Double] = []
        var gradient: [Double]?
        let share = 1 / Double(positions.count)
        try forEachChunk(pipeline) { chunk in
            try pipeline.executor.runPoint()
            losses += try pipeline.losses(chunk.count)
            gradient = try pipeline.gradient(times: share, addedTo: gradient.take())
        }
        return (losses.reduce(0, +) * share, gradient ?? [])
    }

    private func meanProduct(_ vector: [Double]) throws -> [Double] {
        let pipeline = try pipeline(.hessian)
        try pipeline.setVector(vector)
        var product: [Double]?
        try forEachChunk(pipeline) { _ in
            // Where the examples do not fit at once, their residuals cannot be kept either.
            if pipeline.grouping.chunks > 1 { try pipeline.executor.runPoint() }
            try pipeline.executor.runProduct()
            product = try pipeline.product(
                times: 1 / Double(positions.count), addedTo: product.take())
        }
        return product ?? []
    }

    /// Soft labels of the examples in use, row-major `[examples, classes]`.
    private func softLabels() -> [Double] {
        if let known = labelsKept, known.positions == positions { return known.labels }
        let starts = stride(from: positions.lowerBound, to: positions.upperBound, by: 1024)
        let labels = starts.flatMap { start in
            Scalar.doubles(
                examples.minibatch(start..<min(start + 1024, positions.upperBound)).labels)
        }
        labelsKept = (positions, labels)
        return labels
    }

    // MARK: Programs

    func prepared(_ kind: PipelineKind, at w: [Double]) throws -> Pipeline<Scalar> {
        guard w.count == layout.count else {
            throw ObjectiveError.vectorLength(expected: layout.count, actual: w.count)
        }
        var buffers = self.buffers
        if options.batchNorm == .recalibrated, hasBatchNorm {
            buffers = try recalibration().buffers(at: w, from: buffers)
        }
        let pipeline = try pipeline(kind)
        try pipeline.setWeights(w, buffers: buffers)
        return pipeline
    }

    private var recalibrationKept: BatchNormRecalibration<Scalar>?

    private func recalibration() throws -> BatchNormRecalibration<Scalar> {
        if let known = recalibrationKept, known.positions == positions { return known }
        let made = try BatchNormRecalibration(
            network, examples: examples, positions: positions, layout: layout,
            batchSize: options.batchSize ?? positions.count, threads: options.threads,
            lesions: options.lesions)
        recalibrationKept = made
        return made
    }

    private func pipeline(_ kind: PipelineKind) throws -> Pipeline<Scalar> {
        if let known = pipelines[kind] { return known }
        let image = network.imageShape.reduce(1, *)
        let bytes = (image + network.classes) * MemoryLayout<Scalar>.stride
        let grouping = isCoupled
            ? Grouping(
                coupled: positions.count, batchSize: options.batchSize ?? positions.count,
                threads: options.threads, bytesPerExample: bytes)
            : Grouping(
                count: positions.count, threads: options.threads, groupSize: options.groupSize,
                footprint: try Footprint(network, weights: layout.count), bytesPerExample: bytes)
        var trace = TraceOptions()
        trace.batchNormalization = isCoupled ? .batch : .running
        trace.lesions = options.lesions
        trace.maskSeed = options.maskSeed
        let made = try Pipeline<Scalar>(
            network, kind, layout: layout, grouping: grouping, options: trace,
            pool: pool(grouping.workers), memoryBudget: options.memoryBudget)
        pipelines[kind] = made
        return made
    }

    private func pool(_ workers: Int) -> WorkerPool {
        if let known = pools[workers] { return known }
        let made = WorkerPool(count: workers)
        pools[workers] = made
        return made
    }

    /// Loads the examples chunk by chunk.
    func forEachChunk(
        _ pipeline: Pipeline<Scalar>, _ body: (Range<Int>) throws -> Void
    ) throws {
        let size = pipeline.grouping.examplesPerChunk
        for start in stride(from: positions.lowerBound, to: positions.upperBound, by: size) {
            let chunk = start..<min(start + size, positions.upperBound)
            pipeline.setExamples(examples, chunk, numbers: 0)
            try body(chunk)
        }
    }

    static func check(_ network: any Network, _ examples: ExampleSet<Scalar>) throws {
        let expected = (network.imageShape, network.classes)
        let actual = (examples.imageShape, examples.classCount)
        guard expected == actual else {
            func text(_ shape: [Int], _ classes: Int) -> String {
                shape.map(String.init).joined(separator: "x") + " images of \(classes) classes"
            }
            throw ObjectiveError.dataDoesNotFit(
                network: network.name, expected: text(expected.0, expected.1),
                actual: text(actual.0, actual.1))
        }
    }
}
