/// The NLL and the logits of each example.
public struct LikelihoodQuestion: Question {
    public init() {}

    public func outputs(_ context: QuestionContext) throws -> [QuestionOutput] {
        let needed = try context.narrowed([context.trace.logits])
        return [.rows(Self.losses, needed.losses), .rows(Self.logits, needed.others[0])]
    }

    /// −Σ_c y_c log p_c in nats, a number for each example.
    public static let losses = "losses"
    /// `[classes]` for each example.
    public static let logits = "logits"
}
