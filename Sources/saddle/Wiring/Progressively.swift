import Training

/// Evaluations in parts, so that progress can be shown.
enum Progressively {
    /// What the network says about all examples of the objective.
    ///
    /// Parts are whole minibatches of equal size, so that their programs are compiled once.
    static func evaluate(
        _ objective: any ObjectiveFunction, at parameters: [Double], what: String
    ) throws -> Evaluation {
        let all = objective.positions
        let size = partSize(all.count, coupled: objective.options.batchSize)
        guard size < all.count else { return try objective.evaluate(at: parameters) }
        let progress = ProgressLine(what, unit: "image", total: all.count)
        defer { progress.finish() }
        var parts: [Evaluation] = []
        for start in stride(from: all.lowerBound, to: all.upperBound, by: size) {
            let part = start..<min(start + size, all.upperBound)
            try objective.setExamples(part)
            parts.append(try objective.evaluate(at: parameters))
            progress.advance(by: part.count)
        }
        try objective.setExamples(all)
        return Evaluation(joining: parts)
    }

    /// A divisor of the count near 1000, or everything at once where batches are coupled.
    private static func partSize(_ count: Int, coupled batchSize: Int?) -> Int {
        guard batchSize == nil, count > 2000 else { return count }
        return (500...2000).filter { count.isMultiple(of: $0) }.max() ?? 1000
    }
}
