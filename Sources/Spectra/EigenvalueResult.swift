/// Eigenvalues of one symmetric operator, with the cost and the settings of the computation.
public struct EigenvalueResult: Sendable, Codable, Hashable {
    /// How eigenvalues are computed.
    public enum Method: String, Sendable, Codable, CaseIterable {
        /// Power iteration with deflation: largest magnitudes.
        case power
        /// Lanczos with full reorthogonalisation and thick restarts: both ends.
        case lanczos
    }

    /// The method.
    public var method: Method
    /// The eigenpairs: those of the largest end first, then the smallest end, each by rank.
    public var pairs: [Eigenpair]
    /// The number of operator products in total, those for residuals included.
    public var products: Int
    /// The number of parameters.
    public var dimension: Int
    /// The tolerance of the stopping criterion.
    public var tolerance: Double
    /// λ of the L2 penalty whose Hessian was added on the decayed parameters; 0 for none.
    public var weightDecay: Double

    /// A result from its parts.
    public init(
        method: Method, pairs: [Eigenpair], products: Int, dimension: Int, tolerance: Double,
        weightDecay: Double = 0
    ) {
        self.method = method
        self.pairs = pairs
        self.products = products
        self.dimension = dimension
        self.tolerance = tolerance
        self.weightDecay = weightDecay
    }

    /// The pairs of one end, by rank.
    public func pairs(at end: SpectrumEnd) -> [Eigenpair] {
        pairs.filter { $0.end == end }
    }

    /// The number of pairs whose criterion was not met.
    public var unconvergedCount: Int { pairs.count { !$0.converged } }
}
