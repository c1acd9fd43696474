import Execution

extension Objective {
    /// What the network with weights `w` says about each example, in pieces of about a thousand, so
    /// that whoever watches sees it go on.
    ///
    /// Pieces are of equal size, so that their program is compiled once; examples that batch
    /// statistics couple stay together.
    ///
    /// - Parameters:
    ///   - onProgram: called with the memory of the program before it first runs.
    ///   - onPiece: called with the number of examples of each piece.
    public func evaluate(
        at w: ParameterVector, onProgram: (ProgramMemory) -> Void = { _ in },
        onPiece: (_ count: Int) -> Void
    ) throws -> Evaluation {
        let all = positions
        guard options.batchSize == nil, all.count > 2000 else {
            defer { onPiece(all.count) }
            onProgram(try memory(for: LikelihoodQuestion()))
            return try evaluate(at: w)
        }
        let size = (500...2000).filter { all.count.isMultiple(of: $0) }.max() ?? 1000
        var (losses, logits, labels): ([Double], [Double], [Double]) = ([], [], [])
        for start in stride(from: all.lowerBound, to: all.upperBound, by: size) {
            let piece = start..<min(start + size, all.upperBound)
            try setExamples(piece)
            if piece.lowerBound == all.lowerBound {
                onProgram(try memory(for: LikelihoodQuestion()))
            }
            let evaluation = try evaluate(at: w)
            losses += evaluation.exampleLosses
            logits += evaluation.logits
            labels += evaluation.labels
            onPiece(piece.count)
        }
        try setExamples(all)
        return Evaluation(
            classCount: network.classes, exampleLosses: losses, logits: logits, labels: labels)
    }
}
