import Execution

/// A way to eigenvalues in steps, between which all that it needs can be laid aside.
///
/// A step of the Lanczos method is a cycle up to a thick restart or to the end, a step of the power
/// iteration is one pair. A step gives a row of numbers; rows and `vectors` together let another
/// process go on with the same bits.
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

    /// The most products that the steps can make, those for residuals apart.
    public var productLimit: Int {
        switch method {
        case .power(let power): power.maximumIterations * min(power.count, dimension)
        case .lanczos(let lanczos): max(lanczos.maximumProducts, lanczos.wanted(dimension))
        }
    }

    /// The largest number of values in a row.
    public var rowLength: Int {
        switch method {
        case .power: return EigenvalueRow.length(pairs: 1, space: 0)
        case .lanczos(let lanczos):
            let wanted = lanczos.wanted(dimension)
            let kept = lanczos.keptCount(of: min(lanczos.basisLimit, dimension), wanted: wanted)
            return max(
                EigenvalueRow.length(pairs: wanted, space: 0),
                EigenvalueRow.length(pairs: 0, space: KrylovSpace.numberCount(vectors: kept)))
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
                tolerance: lanczos.tolerance)
        }
    }

    /// What a row of a step says.
    public static func progress(_ row: [Double]) -> (products: Int, isLast: Bool)? {
        EigenvalueRow(row).map { ($0.products, $0.isLast) }
    }

    // MARK: Steps

    /// Takes the next step.
    ///
    /// - Parameters:
    ///   - row: that of the step before; nil for the first.
    ///   - point: what is known of the point, which the first row holds.
    /// - Returns: the row of the step.
    /// - Throws: `SpectraError`, and what products throw; the search is of no use after that.
    public mutating func step(
        after row: [Double]?, of target: any SymmetricOperator, point: PointFacts = PointFacts()
    ) throws -> [Double] {
        let previous = row.flatMap { EigenvalueRow($0) }
        var found: EigenvalueRow
        switch method {
        case .power(let power):
            var counted = CountedOperator(target, products: previous?.products ?? 0)
            let step = try power.find(deflated.count, of: &counted, deflated: deflated)
            deflated.append(step.next)
            if power.keepsVectors { eigenvectors.append(step.vector) }
            found = EigenvalueRow(
                isLast: deflated.count == stepLimit, products: counted.products, restarts: 0)
            found.pairs = [step.pair]
        case .lanczos(let lanczos):
            // Taken out, so that the basis is changed in place.
            var search = try krylov.take() ?? lanczos.begin(target)
            if let result = try lanczos.advance(&search, of: target) {
                found = EigenvalueRow(
                    isLast: true, products: result.products, restarts: result.restarts)
                found.pairs = result.pairs
                eigenvectors = result.pairs.compactMap(\.vector)
            } else {
                found = EigenvalueRow(
                    isLast: false, products: search.products, restarts: search.restarts)
                found.space = search.space.numbers
                krylov = search
            }
        }
        steps += 1
        found.point = point
        return found.values
    }

    /// The vectors that the next step, or the result, needs: beside the row of the last step all
    /// that must be laid aside.
    public var vectors: [ParameterVector] {
        switch method {
        case .power: deflated + eigenvectors
        case .lanczos: krylov.map { $0.space.basis + [$0.space.next] } ?? eigenvectors
        }
    }

    /// Takes up what was laid aside after a step.
    ///
    /// - Parameters:
    ///   - row: the row of the step.
    ///   - vectors: the vectors after it.
    ///   - steps: the number of steps up to then.
    /// - Returns: whether they belong together and to this search.
    public mutating func takeUp(
        _ row: [Double], _ vectors: [ParameterVector], steps: Int
    ) -> Bool {
        guard let found = EigenvalueRow(row), vectors.allSatisfy({ $0.count == dimension })
        else { return false }
        switch method {
        case .power(let power):
            let count = power.keepsVectors ? vectors.count / 2 : vectors.count
            guard count == steps, vectors.count == (power.keepsVectors ? 2 * count : count)
            else { return false }
            deflated = Array(vectors.prefix(count))
            eigenvectors = Array(vectors.dropFirst(count))
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
                    space: space, products: found.products, restarts: found.restarts)
            }
        }
        self.steps = steps
        return true
    }
}
