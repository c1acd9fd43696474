import Execution
import Randomness

/// The Gauss quadrature of the spectral measure that a vector v sees of a symmetric matrix:
///
///     Ψ(x) = Σ_{λᵢ ≤ x} (uᵢ·v)²   ≈   Σ_{θⱼ ≤ x} ωⱼ
///
/// - Source: Golub & Meurant 2010, "Matrices, Moments and Quadrature", theorem 6.6.
public struct GaussQuadrature: Sendable, Hashable {
    /// The nodes θ, ascending, in loss per squared weight.
    public var nodes: [Double]
    /// The weights ω, which add up to 1.
    public var weights: [Double]

    /// A quadrature from its parts.
    public init(nodes: [Double], weights: [Double]) {
        (self.nodes, self.weights) = (nodes, weights)
    }

    /// The quadrature of `steps` Lanczos steps with full reorthogonalisation; of fewer where the
    /// Krylov space ends before: then it is exact.
    ///
    /// - Parameter start: v, of any length.
    /// - Throws: `SpectraError` where a product is not finite.
    public init(
        of target: any SymmetricOperator, start: ParameterVector, steps: Int
    ) throws {
        let first = try startVector(
            start, dimension: target.dimension, storage: target.storage,
            stream: RandomStream(seed: 0, name: "quadrature"))
        var counted = CountedOperator(target)
        // A space that ends is not continued, so its stream is not drawn from.
        var space = KrylovSpace(start: first, stream: RandomStream(seed: 0, name: "quadrature"))
        repeat { try space.extend(&counted) } while space.basis.count < steps && space.coupling > 0
        let ritz = try space.decomposition()
        self.init(nodes: ritz.values, weights: ritz.vectors.map { $0[0] * $0[0] })
    }

    /// What is known of Ψ(x): the quadrature's own value and bounds that hold for certain.
    ///
    ///     Σ_{j < i} ωⱼ ≤ Ψ(x) ≤ Σ_{j ≤ i+1} ωⱼ     for θᵢ ≤ x < θᵢ₊₁
    ///
    /// - Source: the Chebyshev-Markov-Stieltjes inequalities, Szegő 1939, theorem 3.41.1.
    public func cumulative(at x: Double) -> (value: Double, lower: Double, upper: Double) {
        var (sum, index) = (0.0, 0)
        while index < nodes.count, nodes[index] <= x {
            sum += weights[index]
            index += 1
        }
        return (
            sum, index > 0 ? sum - weights[index - 1] : 0,
            index < nodes.count ? sum + weights[index] : max(sum, 1)
        )
    }
}
