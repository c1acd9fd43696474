import Datasets
import Execution
import Networks

/// The mean NLL of a network over frozen examples, as a function of its flat weights, and whatever
/// else is asked of the network at a point.
///
///     NLL(w) = 1/N Σ_n −Σ_c y_nc log p_nc(w)
///
/// Programs are compiled when first needed and kept. Groups of examples are spread over workers;
/// sums over examples are taken in double precision and in a fixed order, so the same call on the
/// same number of workers gives the same bits, on any number of threads.
public final class Objective {
    public let network: any Network
    /// The order of tensors in flat vectors.
    public let layout: WeightLayout
    public let examples: ExampleSet
    public let options: ObjectiveOptions
    /// The machine that programs run on.
    public let machine: any Machine
    /// What becomes of the images of the examples; statistics that are estimated anew are those of
    /// images as they are.
    public var change: ImageChange?
    /// The positions of the examples in use.
    public private(set) var positions: Range<Int>
    /// Is added to the numbers of examples that random masks go by: with as many as there are
    /// examples, a pass of Monte Carlo dropout is another draw.
    public var maskOffset = 0
    /// Running statistics and frozen tensors that the network computes with.
    public let buffers: [String: [Double]]
    private let isCoupled: Bool
    private let hasBatchNorm: Bool
    private var inquiries: [AnyHashable: Inquiry] = [:]
    private var recalibrationKept: BatchNormRecalibration?
    /// Seconds of programs that are no longer kept.
    private var earlierSeconds = 0.0
    /// The labels of the examples in use: an evaluation at each point of a landscape asks for them.
    private var labelsKept: (positions: Range<Int>, labels: [Double])?

    /// The objective of `network` over the examples at `positions`, by default all of them.
    ///
    /// - Parameters:
    ///   - weights: gives the layout and the buffers.
    ///   - machine: what programs run on.
    /// - Throws: `ObjectiveError` where data, options and network do not fit each other, and what
    ///   tracing throws.
    public convenience init(
        _ network: any Network, examples: ExampleSet, weights: Weights,
        positions: Range<Int>? = nil, options: ObjectiveOptions = ObjectiveOptions(),
        machine: any Machine = CPUMachine(precision: .single)
    ) throws {
        try self.init(
            network, examples: examples, layout: weights.layout, buffers: weights.buffers,
            positions: positions, options: options, machine: machine)
    }

    private init(
        _ network: any Network, examples: ExampleSet, layout: WeightLayout,
        buffers: [String: [Double]], positions: Range<Int>?, options: ObjectiveOptions,
        machine: any Machine
    ) throws {
        try options.validate()
        try Self.check(network, examples)
        self.network = network
        self.examples = examples
        self.options = options
        self.layout = layout
        self.buffers = buffers
        self.machine = machine
        hasBatchNorm = layout.buffers.contains { $0.kind == .statistic }
        isCoupled = hasBatchNorm && options.batchNorm == .batch
        self.positions = 0..<examples.count
        try setExamples(positions ?? 0..<examples.count)
    }

    /// The number of parameters.
    public var dimension: Int { layout.count }

    /// The precision in which gradients and products are stored.
    public var storage: Precision { options.vectors ?? machine.precision }

    /// The penalty of the chosen convention: value, gradient, Hessian products.
    public var penalty: Penalty {
        Penalty(layout: layout, lambda: options.l2, convention: options.l2Convention)
    }

    /// Seconds that compiled programs have run so far; the rest goes to what is around them.
    public var programSeconds: Double {
        earlierSeconds + inquiries.values.reduce(0) { $0 + $1.program.seconds }
            + (recalibrationKept?.programSeconds ?? 0)
    }

    /// What a user should know of how programs run, one sentence each; usually empty.
    public var notes: [String] { Set(inquiries.values.flatMap(\.program.notes)).sorted() }

    /// Chooses other examples of the same set; programs are kept while the number is the same.
    ///
    /// - Throws: `ObjectiveError.positions` or `.unevenBatches`.
    public func setExamples(_ positions: Range<Int>) throws {
        guard !positions.isEmpty, positions.lowerBound >= 0, positions.upperBound <= examples.count
        else { throw ObjectiveError.positions(positions, count: examples.count) }
        let batchSize = options.batchSize ?? positions.count
        if isCoupled, !positions.count.isMultiple(of: batchSize) {
            throw ObjectiveError.unevenBatches(count: positions.count, batchSize: batchSize)
        }
        if positions.count != self.positions.count { forgetPrograms() }
        self.positions = positions
    }

    /// The units of the network, in the order of computation.
    public func units() throws -> [UnitDescription] { try network.units() }

    /// The objective of the network with the branches of some residual units removed.
    ///
    /// - Throws: `NetworkError` where a unit does not exist or is not residual.
    public func removing(_ lesions: Set<Int>) throws -> Objective {
        var options = options
        options.lesions = lesions
        // Tracing finds out whether the units can be removed.
        _ = try network.units(without: lesions)
        return try Objective(
            network, examples: examples, layout: layout, buffers: buffers, positions: positions,
            options: options, machine: machine)
    }

    // MARK: Asking

    /// Puts a question to the network with weights `w`.
    ///
    /// The examples are taken in chunks whose inputs and answers fit a fixed amount of memory.
    ///
    /// - Parameter body: called with the answer for each chunk, in order.
    /// - Throws: what the question, compiling and running throw, and what `body` throws.
    public func ask(
        _ question: some Question, at w: ParameterVector, _ body: (Answer) throws -> Void
    ) throws {
        let inquiry = try prepared(question, at: w)
        try inquiry.forEachChunk(of: examples, positions, numbers: maskOffset) { chunk in
            try inquiry.runPoint()
            try body(Answer(inquiry: inquiry, positions: chunk, storage: storage))
        }
    }

    /// Puts a question that declares a vector to the network, for several vectors.
    ///
    /// The part of the program that no vector changes runs once for each chunk of examples.
    ///
    /// - Parameter body: called for each chunk with the answer for each of the vectors.
    /// - Throws: as `ask(_:at:_:)`.
    public func ask(
        _ question: some Question, at w: ParameterVector, with vectors: [ParameterVector],
        _ body: (_ answer: Answer, _ vector: Int) throws -> Void
    ) throws {
        let inquiry = try prepared(question, at: w)
        try inquiry.forEachChunk(of: examples, positions) { chunk in
            try inquiry.runPoint()
            for (index, vector) in vectors.enumerated() {
                try inquiry.runProduct(along: vector)
                try body(Answer(inquiry: inquiry, positions: chunk, storage: storage), index)
            }
        }
    }

    /// What the network with weights `w` says about each example.
    public func evaluate(at w: ParameterVector) throws -> Evaluation {
        var (losses, logits): ([Double], [Double]) = ([], [])
        try ask(LikelihoodQuestion(), at: w) { answer in
            losses += try answer.rows(LikelihoodQuestion.losses)
            logits += try answer.rows(LikelihoodQuestion.logits)
        }
        return evaluation(losses: losses, logits: logits)
    }

    /// What was answered about the examples in use.
    ///
    /// - Parameters:
    ///   - losses: NLL, `[examples]`.
    ///   - logits: row-major `[examples, classes]`.
    public func evaluation(losses: [Double], logits: [Double]) -> Evaluation {
        Evaluation(
            classCount: network.classes, exampleLosses: losses, logits: logits,
            labels: softLabels())
    }

    /// The mean NLL without penalty, and its gradient.
    public func gradient(
        at w: ParameterVector
    ) throws -> (negativeLogLikelihood: Double, gradient: ParameterVector) {
        var losses = 0.0
        var gradient: ParameterVector?
        try ask(GradientQuestion(), at: w) { answer in
            losses += try answer.rows(LikelihoodQuestion.losses).reduce(0, +)
            gradient = try answer.vector(
                GradientQuestion.gradient, times: share, addedTo: gradient.take())
        }
        return (losses * share, gradient ?? ParameterVector(zeros: dimension, storage: storage))
    }

    /// 1/N.
    private var share: Double { 1 / Double(positions.count) }

    /// Soft labels of the examples in use, row-major `[examples, classes]`.
    private func softLabels() -> [Double] {
        if let known = labelsKept, known.positions == positions { return known.labels }
        let labels = switch machine.precision {
        case .single: examples.labels(positions, as: Float.self)
        case .double: examples.labels(positions, as: Double.self)
        }
        labelsKept = (positions, labels)
        return labels
    }

    // MARK: Programs

    /// Bytes that the program of a question takes, before it has run.
    public func memory(for question: some Question) throws -> ProgramMemory {
        try inquiry(question).program.memory
    }

    /// How long each kind of kernel of a question's program takes, on one worker.
    ///
    /// - Parameter ofProduct: of the linear program, or of what runs once at a point.
    public func profile(
        _ question: some Question, ofProduct: Bool, at w: ParameterVector
    ) throws -> [KernelProfile] {
        let inquiry = try prepared(question, at: w)
        try inquiry.forEachChunk(of: examples, positions) { _ in try inquiry.runPoint() }
        return try inquiry.program.profile(ofProduct: ofProduct, repetitions: 5)
    }

    /// The program of a question with the weights `w` loaded.
    func prepared(_ question: some Question, at w: ParameterVector) throws -> Inquiry {
        guard w.count == layout.count else {
            throw ObjectiveError.vectorLength(expected: layout.count, actual: w.count)
        }
        var buffers = self.buffers
        if options.batchNorm == .recalibrated, hasBatchNorm {
            buffers = try recalibration().buffers(at: w, from: buffers)
        }
        let inquiry = try inquiry(question)
        inquiry.change = change
        try inquiry.setWeights(w, buffers: buffers)
        return inquiry
    }

    /// The program of a question, compiled when it is first asked.
    func inquiry(_ question: some Question) throws -> Inquiry {
        if let known = inquiries[question] { return known }
        let grouping = isCoupled
            ? Grouping(
                coupled: positions.count, batchSize: options.batchSize ?? positions.count,
                workers: options.workers)
            : Grouping(
                count: positions.count, workers: options.workers, groupSize: options.groupSize,
                footprint: try Footprint(network, weights: layout.count))
        var trace = TraceOptions()
        trace.batchNormalization = isCoupled ? .batch : .running
        trace.lesions = options.lesions
        trace.maskSeed = options.maskSeed
        let made = try Inquiry(
            network, question, layout: layout, grouping: grouping, options: trace,
            machine: machine, memoryBudget: options.memoryBudget, storage: storage,
            chunkBytes: options.chunkBytes)
        inquiries[question] = made
        return made
    }

    private func recalibration() throws -> BatchNormRecalibration {
        if let known = recalibrationKept, known.positions == positions { return known }
        let made = try BatchNormRecalibration(
            network, examples: examples, positions: positions, layout: layout,
            batchSize: options.batchSize ?? positions.count, workers: options.workers,
            lesions: options.lesions, machine: machine, chunkBytes: options.chunkBytes)
        earlierSeconds += recalibrationKept?.programSeconds ?? 0
        recalibrationKept = made
        return made
    }

    private func forgetPrograms() {
        earlierSeconds += inquiries.values.reduce(0) { $0 + $1.program.seconds }
        inquiries = [:]
    }

    static func check(_ network: any Network, _ examples: ExampleSet) throws {
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

/// The answer to a question for some examples.
public struct Answer {
    private let inquiry: Inquiry
    /// The positions of the examples.
    public let positions: Range<Int>
    private let storage: Precision

    init(inquiry: Inquiry, positions: Range<Int>, storage: Precision) {
        (self.inquiry, self.positions, self.storage) = (inquiry, positions, storage)
    }

    /// An output with a row for each example, row-major.
    ///
    /// - Throws: `ExecutionError.unknownOutput`.
    public func rows(_ name: String) throws -> [Double] { try inquiry.rows(name, positions.count) }

    /// An output that is summed over the examples.
    ///
    /// - Throws: `ExecutionError.unknownOutput`.
    public func sum(_ name: String) throws -> [Double] { try inquiry.sum(name) }

    /// A vector as long as the parameters, summed over the examples, times `factor`.
    ///
    /// - Parameter total: is added to where it is given.
    /// - Throws: `ExecutionError.unknownOutput`.
    public func vector(
        _ name: String, times factor: Double = 1, addedTo total: consuming ParameterVector? = nil
    ) throws -> ParameterVector {
        try inquiry.vector(name, times: factor, storage: storage, addedTo: total)
    }
}
