import Randomness

/// What a network says about each example: the raw material of a lesion study.
public struct ExampleOutcomes: Sendable, Codable, Hashable {
    /// Whether the most probable class is the label, per example.
    public var correct: [Bool]
    /// -log p(label) in nats, per example.
    public var negativeLogLikelihood: [Double]

    /// Outcomes, one entry per example in both.
    public init(correct: [Bool], negativeLogLikelihood: [Double]) {
        self.correct = correct
        self.negativeLogLikelihood = negativeLogLikelihood
    }

    /// The outcomes as a row of a study: the NLL of each example, then 1 or 0 for correct ones.
    public var row: [Double] { negativeLogLikelihood + correct.map { $0 ? 1 : 0 } }

    /// The outcomes of a row; nil where it is of another number of examples.
    init?(row: [Double], count: Int) {
        guard row.count.isMultiple(of: 2), row.count / 2 == count else { return nil }
        self.init(
            correct: row[count...].map { $0 != 0 }, negativeLogLikelihood: Array(row[..<count]))
    }
}

/// A residual unit that a lesion removes.
public struct LesionTarget: Sendable, Codable, Hashable {
    /// The unit's name in the network.
    public var name: String
    /// What the unit does.
    public var kind: LesionKind
    /// The outcomes of the network without it, for the same examples in the same order; nil where
    /// they have not been measured.
    public var outcomes: ExampleOutcomes?

    /// A removed unit with what the rest of the network says.
    public init(name: String, kind: LesionKind, outcomes: ExampleOutcomes?) {
        self.name = name
        self.kind = kind
        self.outcomes = outcomes
    }
}

/// Outcomes that do not belong together.
public enum LesionError: Error, CustomStringConvertible, Equatable {
    /// There are no examples or no units.
    case empty(what: String)
    /// A unit's outcomes are of another number of examples.
    case exampleCount(unit: String, expected: Int, actual: Int)

    public var description: String {
        switch self {
        case .empty(let what):
            "lesion study without \(what); choose data and a network that have some"
        case .exampleCount(let unit, let expected, let actual):
            "lesion of \(unit) has outcomes of \(actual) examples, the whole network of"
                + " \(expected); use the same examples for both"
        }
    }
}

/// Makes a lesion study of outcomes.
public enum LesionMeasurement {
    /// The loss of accuracy and the rise of NLL by each removed unit.
    ///
    /// Intervals are percentiles over resampled examples, the same resamples for every unit, and
    /// paired: an example's outcomes with and without the unit stay together.
    ///
    /// - Parameters:
    ///   - baseline: the outcomes of the whole network.
    ///   - targets: the lesions, from the first unit to the last; what has not been measured is
    ///     NaN in the result, and so is the mean over all units then.
    ///   - seed: the seed of the resamples.
    /// - Throws: `LesionError` where there is nothing to compare or numbers of examples differ.
    public static func study(
        baseline: ExampleOutcomes, targets: [LesionTarget], seed: UInt64 = 0,
        resamples: Int = 1000
    ) throws -> LesionResult {
        let count = baseline.correct.count
        guard count > 0 else { throw LesionError.empty(what: "examples") }
        guard !targets.isEmpty else { throw LesionError.empty(what: "residual units") }
        try check(baseline, unit: "nothing", count: count)
        let measured = try targets.enumerated().compactMap { index, target in
            guard let outcomes = target.outcomes else { return nil as (Int, ExampleOutcomes)? }
            try check(outcomes, unit: target.name, count: count)
            return (index, outcomes)
        }
        let drops = measured.map { _, outcomes in
            zip(baseline.correct, outcomes.correct).map { score($0) - score($1) }
        }
        let rises = measured.map { _, outcomes in
            zip(outcomes.negativeLogLikelihood, baseline.negativeLogLikelihood).map(-)
        }
        let isWhole = measured.count == targets.count
        let means = isWhole ? [meanColumn(drops), meanColumn(rises)] : []
        let estimates = Bootstrap(seed: seed, resamples: resamples)
            .means(of: drops + rises + means)
        var result = LesionResult(
            units: targets.map { ($0.name, $0.kind) }, exampleCount: count, seed: seed)
        result.baselineAccuracy = mean(baseline.correct.map(score))
        result.baselineNegativeLogLikelihood = mean(baseline.negativeLogLikelihood)
        for (place, (index, outcomes)) in measured.enumerated() {
            result.units[index].accuracy = mean(outcomes.correct.map(score))
            result.units[index].negativeLogLikelihood = mean(outcomes.negativeLogLikelihood)
            result.units[index].accuracyDrop = estimates[place]
            result.units[index].lossRise = estimates[measured.count + place]
        }
        if isWhole {
            result.randomUnitAccuracyDrop = estimates[2 * measured.count]
            result.randomUnitLossRise = estimates[2 * measured.count + 1]
        }
        return result
    }

    private static func check(_ outcomes: ExampleOutcomes, unit: String, count: Int) throws {
        for actual in [outcomes.correct.count, outcomes.negativeLogLikelihood.count]
        where actual != count {
            throw LesionError.exampleCount(unit: unit, expected: count, actual: actual)
        }
    }

    private static func score(_ correct: Bool) -> Double { correct ? 1 : 0 }

    private static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(values.count)
    }

    /// The mean over columns, row by row.
    private static func meanColumn(_ columns: [[Double]]) -> [Double] {
        columns[0].indices.map { row in mean(columns.map { $0[row] }) }
    }
}
