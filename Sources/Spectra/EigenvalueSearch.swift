import Execution

/// A way to eigenvalues in steps, between which all that it needs can be laid aside.
///
/// A step of the Lanczos method is a cycle up to a thick restart or to the end, a step of the power
/// iteration is one pair. A step gives a row of numbers; rows and `vectors` together let another
/// process go on with the same bits, from within a step too.
public struct EigenvalueSearch {
    /// How eigenvalues are computed.
    public enum Method: Sendable {
        case power(PowerIteration)
        case lanczos(Lanczos)
    }

    /// How eigenvalues are computed.
    public let method: Method
    /// The number of parameters.
    public let dimension: Int
    /// The number of steps taken.
    public private(set) var steps = 0
    /// The unit eigenvectors found so far, in the order of the pairs, where they are kept.
    public private(set) var eigenvectors: [ParameterVector] = []

    private var krylov: Lanczos.Search?
    private var deflated: [ParameterVector] = []
    /// The pair that power iteration was stopped at.
    private var iterate: PowerIteration.Iterate?
    /// The largest magnitude that power iteration has found.
    private var magnitude = 0.0
    /// The products of a step that was stopped; nil between steps.
    public private(set) var productsWithin: Int?

    /// A search that has not begun.
    public init(_ method: Method, dimension: Int) {
        self.method = method
        self.dimension = dimension
    }

    /// The most steps that there can be.
    public var stepLimit: Int {
        switch method {
        case .power(let power): min(power.count, dimension)
        case .lanczos(let lanczos): lanczos.cycleLimit(dimension)
        }
    }

    /// The largest number of values in a row.
    public var rowLength: Int {
        switch method {
        case .power: return EigenvalueRow.length(pairs: 1, space: 1)
        case .lanczos(let lanczos):
            let wanted = lanczos.wanted(dimension)
            let kept = lanczos.keptCount(of: min(lanczos.basisLimit, dimension), wanted: wanted)
            return max(
                EigenvalueRow.length(pairs: wanted, space: 0),
                EigenvalueRow.length(pairs: 0, space: KrylovSpace.numberCount(vectors: kept, kept: kept)))
        }
    }

    /// Whether the result keeps the eigenvectors.
    public var keepsVectors: Bool {
        switch method {
        case .power(let power): power.keepsVectors
        case .lanczos(let lanczos): lanczos.keepsVectors
        }
    }

    /// The result before anything is known.
    public var emptyResult: EigenvalueResult {
        switch method {
        case .power(let power):
            EigenvalueResult(
                method: .power, pairs: [], products: 0, dimension: dimension,
                tolerance: power.tolerance)
        case .lanczos(let lanczos):
            EigenvalueResult(
                method: .lanczos, pairs: [], products: 0, dimension: dimension,
                tolerance: lanczos.criterion.tolerance)
        }
    }

    /// Whether a row is of a whole step, not of a stop within one.
    public static func isWhole(_ row: [Double]) -> Bool {
        EigenvalueRow(row).map { $0.stage == .goingOn || $0.stage == .last } ?? false
    }

    /// What a row of a step says.
    public static func progress(_ row: [Double]) -> (products: Int, isLast: Bool)? {
        EigenvalueRow(row).map { ($0.products, $0.isLast) }
    }

    // MARK: Steps

    /// Takes the next step, or goes on with one that was stopped.
    ///
    /// - Parameters:
    ///   - row: that of the step before; nil for the first.
    ///   - point: what is known of the point, which the first row holds.
    ///   - observer: what may stop it.
    /// - Returns: the row of the step, and whether the step is at its end; if not, the row belongs
    ///   to what is laid aside.
    /// - Throws: `SpectraError`, and what products throw; the search is of no use after that.
    public mutating func step(
        after row: [Double]?, of target: any SymmetricOperator, point: PointFacts = PointFacts(),
        observer: SearchObserver = SearchObserver()
    ) throws -> (row: [Double], isWhole: Bool) {
        let before = productsWithin ?? row.flatMap { EigenvalueRow($0) }?.products ?? 0
        var found =
            switch method {
            case .power(let power): try step(power, of: target, before, observer)
            case .lanczos(let lanczos): try step(lanczos, of: target, observer)
            }
        let isWhole = found.stage == .goingOn || found.stage == .last
        productsWithin = isWhole ? nil : found.products
        if isWhole { steps += 1 }
        found.point = point
        return (found.values, isWhole)
    }

    private mutating func step(
        _ power: PowerIteration, of target: any SymmetricOperator, _ products: Int,
        _ observer: SearchObserver
    ) throws -> EigenvalueRow {
        var counted = CountedOperator(target, products: products)
        var current = try iterate.take() ?? power.begin(
            deflated.count, dimension, storage: target.storage, magnitude: magnitude)
        let step = try power.find(
            &current, of: &counted, deflated: deflated, observer: observer)
        var found = EigenvalueRow(.within, products: counted.products, restarts: 0)
        if let step {
            deflated.append(current.next)
            if power.keepsVectors { eigenvectors.append(step.vector) }
            found.stage = deflated.count == stepLimit ? .last : .goingOn
            magnitude = current.magnitude
        } else {
            iterate = current
        }
        found.pairs = [current.pair]
        found.space = [current.magnitude]
        return found
    }

    private mutating func step(
        _ lanczos: Lanczos, of target: any SymmetricOperator, _ observer: SearchObserver
    ) throws -> EigenvalueRow {
        // Taken out, so that the basis is changed in place.
        var search = try krylov.take() ?? lanczos.begin(target)
        var found: EigenvalueRow
        let progress = try lanczos.advance(&search, of: target, observer: observer)
        switch progress {
        case .found(let result):
            found = EigenvalueRow(.last, products: result.products, restarts: result.restarts)
            found.pairs = result.pairs
            eigenvectors = result.pairs.compactMap(\.vector)
            return found
        case .restarted, .stopped:
            var stage = EigenvalueRow.Stage.goingOn
            if case .stopped = progress { stage = search.hasEnded ? .verifying : .within }
            found = EigenvalueRow(stage, products: search.products, restarts: search.restarts)
            found.space = search.space.numbers
            krylov = search
            return found
        }
    }

    /// The vectors that the next step, or the result, needs: beside the row of the last step all
    /// that must be laid aside.
    public var vectors: [ParameterVector] {
        switch method {
        case .power: deflated + eigenvectors + (iterate.map { [$0.next] } ?? [])
        case .lanczos: krylov.map { $0.space.basis + [$0.space.next] } ?? eigenvectors
        }
    }

    /// Takes up what was laid aside after a step.
    ///
    /// - Parameters:
    ///   - row: the row of the step, or of a stop within one.
    ///   - vectors: the vectors after it.
    ///   - steps: the number of whole steps up to then.
    /// - Returns: whether they belong together and to this search.
    public mutating func takeUp(
        _ row: [Double], _ vectors: [ParameterVector], steps: Int
    ) -> Bool {
        guard let found = EigenvalueRow(row), vectors.allSatisfy({ $0.count == dimension })
        else { return false }
        let isWithin = found.stage == .within || found.stage == .verifying
        switch method {
        case .power(let power):
            let kept = power.keepsVectors ? steps : 0
            guard vectors.count == steps + kept + (isWithin ? 1 : 0), let pair = found.pairs.first,
                let largest = found.space.first
            else { return false }
            deflated = Array(vectors.prefix(steps))
            eigenvectors = Array(vectors.dropFirst(steps).prefix(kept))
            magnitude = largest
            iterate = isWithin
                ? vectors.last.map {
                    PowerIteration.Iterate(next: $0, pair: pair, magnitude: largest)
                } : nil
        case .lanczos(let lanczos):
            if found.isLast {
                guard vectors.count == found.pairs.count else { return false }
                eigenvectors = vectors
            } else {
                guard
                    let space = KrylovSpace(
                        numbers: found.space, vectors: vectors,
                        stream: lanczos.stream.substream(1))
                else { return false }
                krylov = Lanczos.Search(
                    space: space, products: found.products, restarts: found.restarts,
                    hasEnded: found.stage == .verifying)
            }
        }
        productsWithin = isWithin ? found.products : nil
        self.steps = steps
        return true
    }
}
