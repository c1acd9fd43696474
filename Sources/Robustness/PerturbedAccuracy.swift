import Randomness
import Results

/// What a network says about images under one perturbation.
public struct PerturbedAccuracy: Sendable, Codable, Hashable {
    /// The accuracy, with an interval over examples; NaN, as the rest, where nothing was measured.
    public var accuracy = Estimate()
    /// The accuracy minus that of the clean images, with a paired interval over examples.
    public var accuracyChange = Estimate()
    /// The mean NLL in nats.
    public var negativeLogLikelihood = Double.nan

    public init() {}
}

extension PerturbedAccuracy {
    /// The numbers of each example in the rows of minibatches.
    ///
    /// - Parameters:
    ///   - width: the numbers of an example.
    ///   - minibatch: the name of an item and the number of its examples.
    /// - Throws: `RowError` where a row has too few.
    static func examples(
        _ rows: [[Double]?], width: Int, minibatch: (_ item: Int) -> (name: String, count: Int)
    ) throws -> [ArraySlice<Double>] {
        try rows.enumerated().flatMap { item, row -> [ArraySlice<Double>] in
            guard let row else { return [] }
            let (name, count) = minibatch(item)
            guard row.count >= count * width else {
                throw RowError(name, "is not measured on \(count) examples of \(width) numbers")
            }
            return (0..<count).map { row[$0 * width..<($0 + 1) * width] }
        }
    }

    /// The outcome under each of several perturbations; the first is none.
    ///
    /// - Parameter examples: for each example NLL and 1 or 0 for right or wrong, of each perturbation.
    /// - Returns: nothing where there is no example.
    static func all(of examples: [ArraySlice<Double>], seed: UInt64) -> [PerturbedAccuracy] {
        guard let width = examples.first?.count else { return [] }
        func column(_ place: Int) -> [Double] { examples.map { $0[$0.startIndex + place] } }
        let correct = stride(from: 1, to: width, by: 2).map(column)
        let changes = correct.dropFirst().map { zip($0, correct[0]).map(-) }
        let estimates = Bootstrap(seed: seed).means(of: correct + changes)
        return correct.indices.map { place in
            var outcome = PerturbedAccuracy()
            outcome.accuracy = estimates[place]
            if place > 0 { outcome.accuracyChange = estimates[correct.count + place - 1] }
            outcome.negativeLogLikelihood =
                column(2 * place).reduce(0, +) / Double(examples.count)
            return outcome
        }
    }
}
