/// What is measured once at the point of a Hessian, before its eigenvalues are looked for.
public struct PointFacts: Sendable, Hashable {
    /// The NLL, in nats, where it is known.
    public var negativeLogLikelihood: Double?
    /// The norm of the gradient, where it is known.
    public var gradientNorm: Double?
    /// What was checked of the Hessian.
    public var checks: OperatorChecks?

    /// Facts of a point; by default nothing is known.
    public init(
        negativeLogLikelihood: Double? = nil, gradientNorm: Double? = nil,
        checks: OperatorChecks? = nil
    ) {
        self.negativeLogLikelihood = negativeLogLikelihood
        self.gradientNorm = gradientNorm
        self.checks = checks
    }
}

/// What one item of a run for eigenvalues gave, as a row of a study.
///
/// An item is a cycle of the Lanczos method, up to a restart or to the end, or one pair of the power
/// iteration. The row holds: its stage, products and restarts so far, four numbers of the point, the
/// number of pairs, seven numbers of each, then what the next item needs beside vectors. Of an item
/// that was stopped within there is such a row too, which lies aside and is no item.
struct EigenvalueRow {
    /// Where the search is after the row.
    enum Stage: Int {
        case goingOn
        /// There is no further item.
        case last
        /// Within an item.
        case within
        /// Within the last item, whose pairs are yet to be verified.
        case verifying
    }

    var stage: Stage
    var isLast: Bool { stage == .last }
    /// The products so far, those for residuals included.
    var products: Int
    var restarts: Int
    var point = PointFacts()
    var pairs: [Eigenpair] = []
    /// The numbers of the Krylov space, or the largest magnitude that power iteration has found.
    var space: [Double] = []

    init(_ stage: Stage, products: Int, restarts: Int) {
        (self.stage, self.products, self.restarts) = (stage, products, restarts)
    }

    private static let fieldCount = 8
    private static let valuesPerPair = 7

    /// The largest number of values in a row.
    static func length(pairs: Int, space: Int) -> Int {
        fieldCount + pairs * valuesPerPair + space
    }

    /// The row.
    var values: [Double] {
        var row = [Double(stage.rawValue), Double(products), Double(restarts)]
        row += [point.negativeLogLikelihood ?? .nan, point.gradientNorm ?? .nan]
        row += [point.checks?.repetitionMismatch ?? .nan, point.checks?.asymmetry ?? .nan]
        row.append(Double(pairs.count))
        for pair in pairs {
            row.append(Double(SpectrumEnd.allCases.firstIndex(of: pair.end) ?? 0))
            row += [Double(pair.rank), pair.value, pair.residual, Double(pair.iterations)]
            row += [pair.converged ? 1 : 0, pair.bound]
        }
        return row + space
    }

    /// The part of a row, whatever fills it up at the end; nil where it is none.
    init?(_ row: [Double]) {
        guard row.count >= Self.fieldCount,
            let stage = Int(exactly: row[0]).flatMap(Stage.init), let products = Int(exactly: row[1]),
            let restarts = Int(exactly: row[2]), let count = Int(exactly: row[7]),
            products >= 0, count >= 0, count <= (row.count - Self.fieldCount) / Self.valuesPerPair
        else { return nil }
        self.init(stage, products: products, restarts: restarts)
        func known(_ value: Double) -> Double? { value.isNaN ? nil : value }
        point = PointFacts(negativeLogLikelihood: known(row[3]), gradientNorm: known(row[4]))
        if !row[5].isNaN || !row[6].isNaN {
            point.checks = OperatorChecks(repetitionMismatch: row[5], asymmetry: row[6])
        }
        for number in 0..<count {
            let start = Self.length(pairs: number, space: 0)
            let v = Array(row[start..<start + Self.valuesPerPair])
            guard let end = Int(exactly: v[0]), SpectrumEnd.allCases.indices.contains(end),
                let rank = Int(exactly: v[1]), let iterations = Int(exactly: v[4])
            else { return nil }
            pairs.append(
                Eigenpair(
                    value: v[2], residual: v[3], iterations: iterations, converged: v[5] != 0,
                    bound: v[6], end: SpectrumEnd.allCases[end], rank: rank))
        }
        space = Array(row[Self.length(pairs: count, space: 0)...])
    }
}
