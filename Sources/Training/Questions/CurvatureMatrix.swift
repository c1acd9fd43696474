import Autodiff

/// A symmetric matrix that tells the curvature of the mean NLL in weight space.
///
/// With J_n the Jacobian of the logits z_n of example n, l_n its loss and p_n its probabilities:
///
///     hessian            H = 1/N Σ_n ∇²l_n
///     ggn                G = 1/N Σ_n J_nᵀ (∂²l_n/∂z²) J_n
///     fisher             F = 1/N Σ_n J_nᵀ (diag p_n − p_n p_nᵀ) J_n
///     empirical-fisher   E = 1/N Σ_n ∇l_n ∇l_nᵀ, with the labels that are given
///     functional         H − G, the curvature that the network itself has
///
/// G and F are the same where the labels of an example sum to 1, because ∂²l/∂z² of a softmax
/// cross-entropy is the covariance of a label that the network draws.
///
/// - Source: Martens 2020, "New Insights and Perspectives on the Natural Gradient Method"
///   (arXiv 1412.1193), sections 8 to 11.
public enum CurvatureMatrix: String, Sendable, Hashable, CaseIterable, Codable {
    case hessian
    case gaussNewton = "ggn"
    case fisher
    case empiricalFisher = "empirical-fisher"
    case functional

    /// Whether a penalty of the weights adds to it: the Gauss-Newton matrix has all of its curvature,
    /// so nothing of it is left in the functional part.
    public var takesPenalty: Bool { self != .functional }

    /// The matrix in words.
    public var text: String {
        switch self {
        case .hessian: "Hessian"
        case .gaussNewton: "generalised Gauss-Newton matrix"
        case .fisher: "Fisher information"
        case .empiricalFisher: "empirical Fisher matrix"
        case .functional: "functional part, Hessian minus Gauss-Newton matrix"
        }
    }
}

extension QuestionContext {
    /// The product of a curvature matrix, summed over examples, with a vector.
    ///
    /// - Parameters:
    ///   - needed: sum, losses and logits, from which alone derivatives are taken.
    ///   - vector: one tensor for each parameter.
    func product(
        _ matrix: CurvatureMatrix, with vector: [Tensor],
        of needed: (sum: Tensor, losses: Tensor, logits: Tensor)
    ) throws -> [Tensor] {
        switch matrix {
        case .hessian:
            return try builder.hessianVectorProduct(
                of: needed.sum, at: parameters, vector: vector
            ).product
        case .gaussNewton:
            return try throughLogits(needed.logits, vector) { tangent in
                try builder.hessianVectorProduct(
                    of: needed.sum, at: [needed.logits], vector: [tangent]
                ).product[0]
            }
        case .fisher:
            let weights = try exampleWeights.reshaped(to: [exampleWeights.shape[0], 1])
            return try throughLogits(needed.logits, vector) { tangent in
                let probabilities = try needed.logits.softmax()
                let mean = try (probabilities * tangent).sum(over: [1], keepingAxes: true)
                return try probabilities * (tangent - mean) * weights
            }
        case .empiricalFisher:
            let slopes = try builder.pushforward(
                of: [needed.losses], from: parameters, along: vector)[0]
            guard let slopes else { return try zeros() }
            return try builder.pullback(
                of: [needed.losses], to: parameters, cotangents: [slopes * exampleWeights])
        case .functional:
            let whole = try product(.hessian, with: vector, of: needed)
            return try zip(whole, product(.gaussNewton, with: vector, of: needed)).map { try $0 - $1 }
        }
    }

    /// Jᵀ A J v, with A a map of tangents of the logits.
    private func throughLogits(
        _ logits: Tensor, _ vector: [Tensor], _ curve: (Tensor) throws -> Tensor
    ) throws -> [Tensor] {
        guard let tangent = try builder.pushforward(of: [logits], from: parameters, along: vector)[0]
        else { return try zeros() }
        return try builder.pullback(of: [logits], to: parameters, cotangents: [curve(tangent)])
    }

    private func zeros() throws -> [Tensor] { try parameters.map { try builder.fill(0, $0.shape) } }
}
