extension Evaluation {
    /// The evaluations of consecutive parts as one.
    ///
    /// - Precondition: at least one part, all with the same number of classes.
    public init(joining parts: [Evaluation]) {
        let classes = parts.first?.classCount ?? 0
        precondition(
            parts.allSatisfy { $0.classCount == classes }, "Parts differ in their classes.")
        self.init(
            classCount: classes, exampleLosses: parts.flatMap(\.exampleLosses),
            logits: parts.flatMap(\.logits), labels: parts.flatMap(\.labels))
    }
}
