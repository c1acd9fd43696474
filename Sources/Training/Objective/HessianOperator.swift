import Execution

/// The Hessian of an objective at one point, as a map of flat vectors.
///
/// The primal pass and its residuals are computed once; each product runs the linear program alone.
/// Another point or other examples of the same objective may be measured in between: the residuals
/// are then computed again, and where the examples have changed, `apply` says so.
public final class HessianOperator: SymmetricOperator {
    /// The flat weights.
    public let point: [Double]
    /// The mean NLL at the point, without penalty.
    public let negativeLogLikelihood: Double
    /// The gradient of the mean NLL, and of the penalty where that is included.
    public let gradient: [Double]
    /// Whether products include the penalty's Hessian.
    public let includesPenalty: Bool
    /// The number of products so far.
    public private(set) var products = 0
    private let product: ([Double]) throws -> [Double]

    init(
        point: [Double], negativeLogLikelihood: Double, gradient: [Double],
        includesPenalty: Bool, product: @escaping ([Double]) throws -> [Double]
    ) {
        self.point = point
        self.negativeLogLikelihood = negativeLogLikelihood
        self.gradient = gradient
        self.includesPenalty = includesPenalty
        self.product = product
    }

    public var dimension: Int { point.count }

    /// The gradient, which lies for the most part in the space of the leading eigenvectors.
    ///
    /// - Source: Gur-Ari et al. 2018, "Gradient Descent Happens in a Tiny Subspace"
    ///   (arXiv 1812.04754).
    public var leadingDirection: [Double]? { gradient }

    /// H v.
    ///
    /// - Throws: `ObjectiveError.vectorLength`, `.staleHessian`, and what running throws.
    public func apply(_ vector: [Double]) throws -> [Double] {
        guard vector.count == dimension else {
            throw ObjectiveError.vectorLength(expected: dimension, actual: vector.count)
        }
        products += 1
        return try product(vector)
    }
}
