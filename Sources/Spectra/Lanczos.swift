import Execution
import Randomness

/// The Lanczos method with full reorthogonalisation and thick restarts: both ends of a spectrum.
///
/// Every Ritz pair is judged by its residual, so near ties of +λ and -λ are told apart. A multiple
/// eigenvalue is found once, as in any method that starts from a single vector.
///
/// - Source: Saad 2011, "Numerical Methods for Large Eigenvalue Problems", chapter 6; restarts of
///   Wu & Simon 2000.
public struct Lanczos: Sendable {
    /// How reported residuals are obtained.
    public enum Verification: String, Sendable, Codable, CaseIterable {
        /// One further product for each reported pair: ‖Hv - λv‖ itself.
        case product
        /// From the recurrence and what orthogonalisation removed: an upper bound, no products.
        case recurrence
    }

    /// The number of largest eigenvalues.
    public var largest: Int
    /// The number of smallest eigenvalues.
    public var smallest: Int
    /// When a pair has converged.
    public var criterion: ConvergenceCriterion
    /// The largest number of basis vectors kept, each stored as the operator stores its vectors.
    public var basisLimit: Int
    /// The largest number of products, those of the verification apart.
    public var maximumProducts: Int
    /// How reported residuals are obtained.
    public var verification: Verification
    /// The stream of the random start vector; the operator's leading direction joins it in equal
    /// parts. Measured on ResNet-20: 28 products in place of 37 for five eigenvalues.
    public var stream: RandomStream
    /// A start vector that replaces that one.
    public var start: ParameterVector?
    /// Whether the result keeps the eigenvectors.
    public var keepsVectors: Bool

    /// A Lanczos method for the given numbers of eigenvalues.
    public init(
        largest: Int = 5, smallest: Int = 5, tolerance: Double = 1e-4,
        basisLimit: Int = 100, maximumProducts: Int = 500,
        verification: Verification = .product,
        stream: RandomStream = RandomStream(seed: 0, name: "lanczos"),
        start: ParameterVector? = nil, keepsVectors: Bool = false
    ) {
        self.largest = largest
        self.smallest = smallest
        criterion = ConvergenceCriterion(tolerance: tolerance)
        self.basisLimit = basisLimit
        self.maximumProducts = maximumProducts
        self.verification = verification
        self.stream = stream
        self.start = start
        self.keepsVectors = keepsVectors
    }

    /// The eigenpairs at both ends, with their residuals.
    ///
    /// Where the operator is smaller than the number of eigenvalues, each is reported once, at
    /// the largest end first.
    ///
    /// - Throws: `SpectraError` where a product is not finite or the basis limit is too small.
    public func eigenvalues(of target: any SymmetricOperator) throws -> EigenvalueResult {
        var search = try begin(target)
        while true {
            if case .found(let result) = try advance(&search, of: target) { return result }
        }
    }

    /// A Krylov space on its way to the eigenpairs, as it is between two cycles.
    struct Search {
        var space: KrylovSpace
        /// The products so far.
        var products = 0
        /// How often the basis was shrunk to the best of it.
        var restarts = 0
        /// Whether the space is the last one, so that nothing is left but to verify its pairs.
        var hasEnded = false
        /// What is foreseen; of no meaning for the values.
        var forecast = ConvergenceForecast()
    }

    /// What a part of a search came to.
    enum Progress {
        /// The basis was shrunk; the search goes on.
        case restarted
        /// The observer stopped it; it goes on from where it is.
        case stopped
        case found(EigenvalueResult)
    }

    /// A search that has not made a product yet.
    ///
    /// - Throws: `SpectraError` where the basis limit is too small or the start vector not usable.
    func begin(_ target: any SymmetricOperator) throws -> Search {
        let dimension = target.dimension
        let wanted = wanted(dimension)
        let limit = min(basisLimit, dimension)
        // A restart keeps the wanted vectors and needs room for at least a few steps.
        guard limit == dimension || limit >= wanted + Self.stepRoom else {
            throw SpectraError.basisTooSmall(limit: basisLimit, needed: wanted + Self.stepRoom)
        }
        let first = try startVector(
            start, towards: target.leadingDirection(), dimension: dimension,
            storage: target.storage, stream: stream.substream(0))
        return Search(space: KrylovSpace(start: first, stream: stream.substream(1)))
    }

    /// The vectors beyond the wanted ones that a basis needs at least.
    public static let stepRoom = 4

    /// Runs one cycle and, if it is the last, makes the eigenpairs.
    func advance(
        _ search: inout Search, of target: any SymmetricOperator,
        observer: SearchObserver = SearchObserver()
    ) throws -> Progress {
        var counted = CountedOperator(target, products: search.products)
        if !search.hasEnded {
            let restarts = search.restarts
            search.hasEnded = try cycle(&search, &counted, observer)
            if !search.hasEnded { return search.restarts > restarts ? .restarted : .stopped }
        }
        let ritz = try search.space.decomposition()
        let space = search.space
        let magnitude = ritz.values.reduce(0) { max($0, abs($1)) }
        var pairs = self.pairs(ritz, iterations: search.products) { space.residual($0) }
        if verification == .product || keepsVectors {
            for (number, selection) in selections(ritz.values.count).enumerated() {
                let vector = ParameterVector.combination(
                    ritz.vectors[selection.index], of: space.basis)
                if verification == .product {
                    if observer.shouldStop() { return .stopped }
                    observer.onForecast(pairs.count - number)
                    var difference = try counted.apply(vector)
                    difference.add(-pairs[number].value, vector)
                    pairs[number].residual = difference.norm()
                    criterion.judge(&pairs[number], magnitude: magnitude)
                }
                if keepsVectors { pairs[number].vector = vector }
            }
        }
        var result = EigenvalueResult(
            method: .lanczos, pairs: pairs, products: counted.products,
            dimension: counted.dimension, tolerance: criterion.tolerance)
        result.restarts = search.restarts
        return .found(result)
    }

    /// Extends and restarts a Krylov space until the wanted Ritz pairs have converged or the
    /// products are used up.
    func search(_ target: inout CountedOperator) throws -> (KrylovSpace, EigenDecomposition) {
        var search = try begin(target.base)
        while true {
            if try cycle(&search, &target, SearchObserver()) {
                return (search.space, try search.space.decomposition())
            }
        }
    }

    /// Extends a Krylov space until the wanted Ritz pairs have converged or the products are used
    /// up, or until its basis is full: then it is restarted, or until the observer stops it.
    ///
    /// - Returns: whether this is the end of the search.
    private func cycle(
        _ search: inout Search, _ target: inout CountedOperator, _ observer: SearchObserver
    ) throws -> Bool {
        let dimension = target.dimension
        let wanted = wanted(dimension)
        let limit = min(basisLimit, dimension)
        while !observer.shouldStop() {
            observer.onForecast(
                search.forecast.left.map {
                    min($0, max(maximumProducts - target.products, 1)) + wanted
                })
            try search.space.extend(&target)
            search.products = target.products
            let size = search.space.basis.count
            let isLast = size == dimension || target.products >= max(maximumProducts, wanted)
            // The projected problem costs the cube of its size: large ones are solved less often.
            let isDue = size == limit || target.products % max(1, size / 20) == 0
            guard isLast || (isDue && size >= wanted) else { continue }
            let ritz = try search.space.decomposition()
            let found = pairs(ritz, iterations: target.products) { search.space.residual($0) }
            if isLast || found.allSatisfy(\.converged) { return true }
            search.forecast.add(step: target.products, found)
            if size == limit {
                search.space.restart(ritz, keeping: kept(of: size, wanted: wanted))
                search.restarts += 1
                return false
            }
        }
        return false
    }

    /// The most cycles that there can be for an operator of the given dimension.
    func cycleLimit(_ dimension: Int) -> Int {
        let wanted = wanted(dimension)
        let limit = min(basisLimit, dimension)
        let rest = max(maximumProducts, wanted) - limit
        guard limit < dimension, rest > 0 else { return 1 }
        let step = max(limit - keptCount(of: limit, wanted: wanted), 1)
        return 1 + (rest + step - 1) / step
    }

    /// The number of pairs that there are to be found.
    func wanted(_ dimension: Int) -> Int { min(largest + smallest, dimension) }

    /// The Ritz pairs at both ends, judged by the given residual of their coefficients.
    func pairs(
        _ ritz: EigenDecomposition, iterations: Int, residual: ([Double]) -> Double
    ) -> [Eigenpair] {
        let magnitude = ritz.values.reduce(0) { max($0, abs($1)) }
        return selections(ritz.values.count).map { selection in
            var pair = Eigenpair(
                value: ritz.values[selection.index],
                residual: residual(ritz.vectors[selection.index]), iterations: iterations,
                converged: false, end: selection.end, rank: selection.rank)
            criterion.judge(&pair, magnitude: magnitude)
            return pair
        }
    }

    /// The places of the wanted pairs among `count` ascending Ritz values.
    private func selections(_ count: Int) -> [(index: Int, end: SpectrumEnd, rank: Int)] {
        let top = min(largest, count)
        let bottom = min(smallest, count - top)
        return (0..<top).map { (count - 1 - $0, .largest, $0) }
            + (0..<bottom).map { ($0, .smallest, $0) }
    }

    /// How many Ritz vectors a restart keeps: the wanted ones and, because they speed up what
    /// follows, half as many of the others as there are.
    func keptCount(of size: Int, wanted: Int) -> Int {
        max(min(size - 3, wanted + (size - wanted) / 2), 0)
    }

    /// The places of the Ritz vectors that a restart keeps, from both ends.
    private func kept(of size: Int, wanted: Int) -> [Int] {
        let total = keptCount(of: size, wanted: wanted)
        let bottom = wanted == 0 ? 0 : total * min(smallest, wanted) / max(largest + smallest, 1)
        return Array(0..<bottom) + Array(size - (total - bottom)..<size)
    }
}
