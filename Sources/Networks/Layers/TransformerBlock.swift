import Autodiff

/// The two residual units that a block of most transformers is: `x + γ₁ f(x)`, then `x + γ₂ g(x)`.
struct ResidualPair {
    /// The features of a token.
    let features: Int
    /// What mixes the tokens in f: attention or a perceptron.
    var mixing = UnitKind.attention
    /// What γ₁ and γ₂ `[features]` start at; nil for blocks without LayerScale, where they are 1.
    var layerScale: Double?
    /// The probability that training drops a branch.
    var dropPath = 0.0

    /// Two residual units, `attn` and `mlp`, over `[..., features]`.
    ///
    /// - Parameters:
    ///   - first: declares f; γ₁ and γ₂ are declared before it, as in the originals.
    ///   - second: declares g.
    func apply(
        _ x: Tensor, _ scope: Scope, first: () throws -> Layer, second: () throws -> Layer
    ) throws -> Tensor {
        var secondScale: Layer = { $0 }
        let mixed = try scope.residual("attn", mixing, dropPath: dropPath) {
            let scale = try declareScale("gamma_1", scope)
            secondScale = try declareScale("gamma_2", scope)
            return (x, try scale(first()(x)))
        }
        return try scope.residual("mlp", .mlp, dropPath: dropPath) {
            (mixed, try secondScale(second()(mixed)))
        }
    }

    private func declareScale(_ name: String, _ scope: Scope) throws -> Layer {
        try layerScale.map { try scope.layerScale(name, features, initial: $0) } ?? { $0 }
    }
}

/// A pre-norm block in timm's layout: f is attention of `norm1`, g a perceptron of `norm2`.
///
/// - Source: Dosovitskiy et al. 2021 (arXiv 2010.11929), eq. 2 and 3; with LayerScale Touvron et
///   al. 2021 (arXiv 2103.17239), eq. 4.
struct TransformerBlock {
    var attention: AttentionConfiguration
    /// The hidden features of the perceptron.
    var hidden: Int
    var antiOversmoothing = AntiOversmoothing.none
    /// What LayerScale starts at, nil for none.
    var layerScale: Double?
    var dropPath = 0.0

    /// Two residual units, `attn` and `mlp`, over tokens `[batch, tokens, features]`.
    func apply(_ x: Tensor, _ scope: Scope) throws -> Tensor {
        let features = attention.features
        var configuration = attention
        configuration.scalesFrequencies = antiOversmoothing == .attnScale
        return try ResidualPair(
            features: features, layerScale: layerScale, dropPath: dropPath
        ).apply(
            x, scope,
            first: {
                let scale = try antiOversmoothing.featureScale(features, scope)
                let norm = try scope["norm1"].layerNorm(features, epsilon: 1e-6)
                let layer = try scope["attn"].attention(configuration)
                return { x in try scale(layer(norm(x))) }
            },
            second: {
                try scope.normalizedPerceptron(
                    features, hidden: hidden, epsilon: 1e-6,
                    startsUniform: attention.startsUniform)
            })
    }
}

extension Scope {
    /// Declares the second branch of a pre-norm block in timm's layout: `mlp(norm2(x))`.
    ///
    /// - Parameter startsUniform: see `perceptron`.
    func normalizedPerceptron(
        _ features: Int, hidden: Int, epsilon: Double, startsUniform: Bool = false
    ) throws -> Layer {
        let norm = try self["norm2"].layerNorm(features, epsilon: epsilon)
        let layer = try self["mlp"].perceptron(
            features, hidden: hidden, startsUniform: startsUniform)
        return { x in try layer(norm(x)) }
    }
}
