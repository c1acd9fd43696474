import Autodiff

/// Mean and unbiased variance of every batch norm over the examples that are computed together.
struct StatisticsQuestion: Question {
    func outputs(_ context: QuestionContext) throws -> [QuestionOutput] {
        let values = try Self.values(context)
        return zip(values.map(\.name), try context.builder.narrowed(values.map(\.tensor)))
            .map { .groups($0, $1) }
    }

    static func mean(_ prefix: String) -> String { "mean of \(prefix)" }
    static func variance(_ prefix: String) -> String { "variance of \(prefix)" }

    /// `[1, channels]` each.
    static func values(_ context: QuestionContext) throws -> [(name: String, tensor: Tensor)] {
        try context.trace.batchStatistics.flatMap { norm in
            let row: Shape = [1, norm.mean.shape.count]
            return [
                (mean(norm.prefix), try norm.mean.reshaped(to: row)),
                (variance(norm.prefix), try norm.variance.reshaped(to: row)),
            ]
        }
    }
}

/// What a training step needs: losses, gradient and the statistics of batch norms.
struct TrainingQuestion: Question {
    func outputs(_ context: QuestionContext) throws -> [QuestionOutput] {
        let statistics = try StatisticsQuestion.values(context)
        let needed = try context.narrowed(statistics.map(\.tensor))
        let gradient = try context.builder.gradient(
            of: needed.sum, withRespectTo: context.parameters)
        return [
            .rows(LikelihoodQuestion.losses, needed.losses),
            .vector(GradientQuestion.gradient, gradient),
        ] + zip(statistics, needed.others).map { .groups($0.name, $1) }
    }
}
