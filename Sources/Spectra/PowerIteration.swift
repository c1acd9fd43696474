import Execution
import Randomness

/// Power iteration with deflation: the eigenvalues of largest magnitude, one after the other.
///
///     v ← (I - QQᵀ)v / ‖·‖,   ρ = vᵀHv,   v ← Hv,   until |ρ - ρ'| / (|ρ'| + 1e-6) < tolerance
///
/// Q holds the vectors found before, ρ' is the previous quotient. Near a tie of +λ and -λ the
/// iterate mixes both eigenvectors and the quotient settles between them: the residual shows it,
/// the quotient's change does not. `Lanczos` has no such weakness.
///
/// - Source: PyHessian (Yao et al. 2020, arXiv 1912.07145), its `eigenvalues`. Two differences:
///   the newest quotient is returned, not the one before, and vectors are divided by their norm,
///   not by norm + 1e-6.
public struct PowerIteration: Sendable {
    /// When the iteration for one eigenvalue stops.
    public enum Criterion: String, Sendable, Codable, CaseIterable {
        /// The relative change of the Rayleigh quotient is below the tolerance.
        case quotient
        /// The residual is small enough, see `ConvergenceCriterion`.
        case residual
    }

    /// The number of eigenvalues.
    public var count: Int
    /// The largest number of products for one eigenvalue.
    public var maximumIterations: Int
    /// The tolerance of the criterion.
    public var tolerance: Double
    /// The stopping criterion.
    public var criterion: Criterion
    /// The stream of the random start vectors; eigenvalue k uses sub-stream k.
    public var stream: RandomStream
    /// Start vectors that replace the random ones, by rank.
    public var startVectors: [ParameterVector]
    /// Whether the result keeps the eigenvectors.
    public var keepsVectors: Bool

    /// A power iteration; the defaults are those of the first paper's protocol.
    public init(
        count: Int = 5, maximumIterations: Int = 100, tolerance: Double = 1e-3,
        criterion: Criterion = .quotient,
        stream: RandomStream = RandomStream(seed: 0, name: "power iteration"),
        startVectors: [ParameterVector] = [], keepsVectors: Bool = false
    ) {
        self.count = count
        self.maximumIterations = maximumIterations
        self.tolerance = tolerance
        self.criterion = criterion
        self.stream = stream
        self.startVectors = startVectors
        self.keepsVectors = keepsVectors
    }

    /// The eigenpairs of largest magnitude, in the order in which they were found.
    ///
    /// Each residual belongs to the vector of the last quotient and costs no further product.
    ///
    /// - Throws: `SpectraError` where a product or start vector is not usable.
    public func eigenvalues(of target: any SymmetricOperator) throws -> EigenvalueResult {
        var pairs: [Eigenpair] = []
        let products = try run(target) { pair, vector, _ in
            var pair = pair
            if keepsVectors { pair.vector = vector }
            pairs.append(pair)
        }
        return EigenvalueResult(
            method: .power, pairs: pairs, products: products, dimension: target.dimension,
            tolerance: tolerance)
    }

    /// Finds pair after pair and hands over each with its unit vector v and product Hv.
    ///
    /// - Returns: the number of products.
    func run(
        _ target: any SymmetricOperator,
        found: (_ pair: Eigenpair, _ vector: ParameterVector, _ product: ParameterVector) -> Void
    ) throws -> Int {
        var counted = CountedOperator(target)
        var deflated: [ParameterVector] = []
        var magnitude = 0.0
        for rank in 0..<min(count, counted.dimension) {
            var iterate = try begin(
                rank, counted.dimension, storage: counted.base.storage, magnitude: magnitude)
            guard let step = try find(&iterate, of: &counted, deflated: deflated) else { break }
            deflated.append(iterate.next)
            magnitude = iterate.magnitude
            found(step.pair, step.vector, step.product)
        }
        return counted.products
    }

    /// The iteration for one pair, as it is between two products.
    struct Iterate {
        /// The vector of the next product, or the one that the pair ends with.
        var next: ParameterVector
        /// The pair as the last product has it.
        var pair: Eigenpair
        /// The largest magnitude of an eigenvalue so far.
        var magnitude: Double
    }

    /// The iteration for the pair of the given rank before its first product.
    ///
    /// - Parameter magnitude: the largest magnitude among the pairs before.
    func begin(
        _ rank: Int, _ dimension: Int, storage: Precision, magnitude: Double
    ) throws -> Iterate {
        let supplied = rank < startVectors.count ? startVectors[rank] : nil
        return Iterate(
            next: try startVector(
                supplied, dimension: dimension, storage: storage, stream: stream.substream(rank)),
            pair: Eigenpair(
                value: .nan, residual: .nan, iterations: 0, converged: false,
                end: .largestMagnitude, rank: rank),
            magnitude: magnitude)
    }

    /// Finds one pair.
    ///
    /// - Parameter deflated: the iterates that the pairs before have ended with.
    /// - Returns: the pair, its unit vector v and the product Hv; nil where the observer stopped the
    ///   iteration, which goes on from where it is.
    func find(
        _ iterate: inout Iterate, of counted: inout CountedOperator, deflated: [ParameterVector],
        observer: SearchObserver = SearchObserver()
    ) throws -> (pair: Eigenpair, vector: ParameterVector, product: ParameterVector)? {
        var vector = iterate.next
        var product: ParameterVector = []
        var pair = iterate.pair
        var forecast = ConvergenceForecast()
        while pair.iterations < maximumIterations, !pair.converged {
            if observer.shouldStop() { return nil }
            // Pairs that are to come are taken to need as many products as this one.
            observer.onForecast(
                forecast.left.map { left in
                    let left = min(left, maximumIterations - pair.iterations)
                    return left + (count - 1 - pair.rank) * (pair.iterations + left)
                })
            vector = iterate.next
            Self.orthonormalize(&vector, against: deflated)
            product = try counted.apply(vector)
            let previous = pair.value
            pair.value = vector.dot(product)
            var difference = product
            difference.add(-pair.value, vector)
            pair.residual = difference.norm()
            pair.iterations += 1
            switch criterion {
            case .quotient:
                // The first comparison is with NaN and false.
                pair.converged =
                    abs(pair.value - previous) / (abs(previous) + 1e-6) < tolerance
            case .residual:
                ConvergenceCriterion(tolerance: tolerance)
                    .judge(&pair, magnitude: max(iterate.magnitude, abs(pair.value)))
                forecast.add(step: pair.iterations, [pair])
            }
            var next = product
            if next.normalize() == 0 {
                // The vector lies in the null space: an exact eigenvector of eigenvalue 0.
                next = vector
                pair.converged = true
            }
            (iterate.next, iterate.pair) = (next, pair)
        }
        iterate.magnitude = max(iterate.magnitude, abs(pair.value))
        return (pair, vector, product)
    }

    private static func orthonormalize(
        _ vector: inout ParameterVector, against basis: [ParameterVector]
    ) {
        for other in basis { vector.add(-vector.dot(other), other) }
        vector.normalize()
    }
}
