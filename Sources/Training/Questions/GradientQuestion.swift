/// The NLL of each example and the gradient of their sum.
public struct GradientQuestion: Question {
    public init() {}

    public func outputs(_ context: QuestionContext) throws -> [QuestionOutput] {
        let needed = try context.narrowed()
        let gradient = try context.builder.gradient(
            of: needed.sum, withRespectTo: context.parameters)
        return [.rows(LikelihoodQuestion.losses, needed.losses), .vector(Self.gradient, gradient)]
    }

    /// The gradient, summed over examples.
    public static let gradient = "gradient"
}
