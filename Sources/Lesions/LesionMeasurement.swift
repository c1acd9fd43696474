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
}

/// A residual unit that a lesion removes.
public struct LesionTarget: Sendable, Codable, Hashable {
    /// The unit's name in the network.
    public var name: String
    /// What the unit does.
    public var kind: LesionKind
    /// The outcomes of the network without it, for the same examples in the same order.
    public var outcomes: ExampleOutcomes

    /// A removed unit with what the rest of the network says.
    public init(name: String, kind: LesionKind, outcomes: ExampleOutcomes) {
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
    ///   - targets: the lesions, from the first unit to the last.
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
        for target in targets { try check(target.outcomes, unit: target.name, count: count) }

        let drops = targets.map { target in
            zip(baseline.correct, target.outcomes.correct).map { score($0) - score($1) }
        }
        let rises = targets.map { target in
            zip(target.outcomes.negativeLogLikelihood, baseline.negativeLogLikelihood).map(-)
        }
        let estimates = Bootstrap(seed: seed, resamples: resamples)
            .means(of: drops + rises + [meanColumn(drops), meanColumn(rises)])
        let units = targets.enumerated().map { index, target in
            LesionUnit(
                name: target.name, index: index, kind: target.kind,
                depth: targets.count > 1 ? Double(index) / Double(targets.count - 1) : 0,
                accuracy: mean(target.outcomes.correct.map(score)),
                negativeLogLikelihood: mean(target.outcomes.negativeLogLikelihood),
                accuracyDrop: estimates[index], lossRise: estimates[targets.count + index])
        }
        return LesionResult(
            baselineAccuracy: mean(baseline.correct.map(score)),
            baselineNegativeLogLikelihood: mean(baseline.negativeLogLikelihood),
            exampleCount: count, units: units,
            randomUnitAccuracyDrop: estimates[2 * targets.count],
            randomUnitLossRise: estimates[2 * targets.count + 1])
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
