import Training

/// The NLL of each example with its gradient by the image, and the logits.
public struct ImageGradientQuestion: Question {
    public init() {}

    public func outputs(_ context: QuestionContext) throws -> [QuestionOutput] {
        let needed = try context.narrowed([context.trace.logits])
        let gradient = try context.builder.gradient(
            of: needed.sum, withRespectTo: [context.trace.images])
        return [
            .rows(LikelihoodQuestion.losses, needed.losses),
            .rows(LikelihoodQuestion.logits, needed.others[0]),
            .rows(Self.gradient, gradient[0]),
        ]
    }

    /// `[channels, height, width]` for each example.
    public static let gradient = "gradient by image"
}
