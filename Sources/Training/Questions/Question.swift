import Autodiff
import Networks

/// What is asked of a network at a point in weight space.
///
/// A question is a value: given the traced network it names outputs, each with how it combines over
/// examples. Losses, gradients, Hessian products, feature maps and what is reduced from them within
/// the program are questions; a new one is one type and changes nothing else. Equal questions share
/// one compiled program.
public protocol Question: Hashable, Sendable {
    /// The outputs that answer the question.
    ///
    /// - Throws: `ShapeError` or `NetworkError` where the network cannot be asked this.
    func outputs(_ context: QuestionContext) throws -> [QuestionOutput]
}

/// One named output of a question.
public struct QuestionOutput {
    /// How an output of groups of examples becomes that of all of them.
    enum Form {
        case rows(Tensor)
        case groups(Tensor)
        case sum(Tensor)
        case vector([Tensor])
    }

    let name: String
    let form: Form

    /// One row for each example: the leading axis counts examples.
    public static func rows(_ name: String, _ tensor: Tensor) -> QuestionOutput {
        QuestionOutput(name: name, form: .rows(tensor))
    }

    /// One row for each group of examples that is computed together: the leading extent is 1.
    static func groups(_ name: String, _ tensor: Tensor) -> QuestionOutput {
        QuestionOutput(name: name, form: .groups(tensor))
    }

    /// A sum over examples, taken in double precision. What pads a group must count as zero, see
    /// `QuestionContext.exampleWeights`.
    public static func sum(_ name: String, _ tensor: Tensor) -> QuestionOutput {
        QuestionOutput(name: name, form: .sum(tensor))
    }

    /// A vector as long as the parameters, summed over examples: one tensor for each parameter.
    public static func vector(_ name: String, _ tensors: [Tensor]) -> QuestionOutput {
        QuestionOutput(name: name, form: .vector(tensors))
    }
}

/// The traced network that a question is put to.
public final class QuestionContext {
    /// Logits, units, attention maps, statistics: all that the network lets be observed.
    public let trace: NetworkTrace
    /// Soft labels `[group, classes]`.
    public let labels: Tensor
    /// `[group]`: 1 for an example, 0 for what pads a group.
    public let exampleWeights: Tensor
    /// The parameters in the order of the flat vector.
    public let parameters: [Tensor]
    private let names: [String]

    init(
        _ network: any Network, group: Int, options: TraceOptions, layout: WeightLayout
    ) throws {
        let builder = GraphBuilder()
        trace = try network.trace(in: builder, batch: group, options: options)
        labels = builder.input(Self.labelsName, [group, network.classes], role: .examples)
        exampleWeights = builder.input(Self.weightsName, [group], role: .examples)
        parameters = trace.parameters.compactMap(\.tensor)
        names = layout.tensors.map(\.name)
    }

    static let labelsName = "labels"
    static let weightsName = "example weights"

    /// The graph under construction.
    public var builder: GraphBuilder { trace.builder }

    /// −Σ_c y_c log p_c of each example, `[group]`, in nats.
    public func losses() throws -> Tensor {
        // log-softmax in one step keeps the likelihood finite where softmax underflows.
        try (trace.logits.logSoftmax() * labels).sum(over: [1]).scaled(by: -1)
    }

    /// The sum of the losses over examples, and further values, computed without what they do not
    /// need; derivatives are taken of these.
    ///
    /// - Returns: the narrowed sum, losses and `others`.
    public func narrowed(
        _ others: [Tensor] = []
    ) throws -> (sum: Tensor, losses: Tensor, others: [Tensor]) {
        let losses = try losses()
        let all = try builder.narrowed([(losses * exampleWeights).sum(), losses] + others)
        return (all[0], all[1], Array(all.dropFirst(2)))
    }

    /// Declares the vector of a product: one tensor for each parameter.
    public func vector() -> [Tensor] {
        zip(names, parameters).map { builder.input("vector of \($0)", $1.shape, role: .vector) }
    }
}
