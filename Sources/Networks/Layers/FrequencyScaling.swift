import Autodiff

/// What counters oversmoothing in a vision transformer.
///
/// - Source: Wang et al. 2022 (arXiv 2203.05962), section 4.
public enum AntiOversmoothing: String, Sendable, CaseIterable {
    case none
    /// The high-pass part of the attention weights is scaled, one factor per head.
    case attnScale = "attnscale"
    /// Mean and rest of the attention's output are scaled, two factors per feature.
    case featScale = "featscale"
    /// FeatScale with both scaled parts added twice, as the released code for DeiT does by mistake;
    /// checkpoints trained with that code need it.
    case featScaleDoubled = "featscale-doubled"

    /// Declares the scaling of an output `[batch, tokens, features]`, where there is one.
    func featureScale(_ features: Int, _ scope: Scope) throws -> Layer {
        switch self {
        case .none, .attnScale: return { $0 }
        case .featScale: return try scope.featureScale(features, times: 1)
        case .featScaleDoubled: return try scope.featureScale(features, times: 2)
        }
    }
}

extension Scope {
    /// Declares the scaling `lamb` `[heads]` of the high-pass part of attention weights.
    ///
    ///     Â = 1/N + (1 + λ)(A − 1/N),   A `[batch, heads, queries, N]`, rows sum to 1
    func attentionScale(heads: Int) throws -> Layer {
        let factor = try parameter("lamb", [heads], .scale, initial: .zeros)
            .affine(1, 1).reshaped(to: [heads, 1, 1])
        return { weights in
            let mean = 1 / Double(weights.shape[-1])
            return try (weights.affine(1, -mean) * factor).affine(1, mean)
        }
    }

    /// Declares the scaling of the mean over tokens by `lamb1` and of the rest by `lamb2`.
    ///
    ///     y = x + k (λ₁ m + λ₂ (x − m)),   m = mean over tokens, x `[batch, tokens, features]`
    fileprivate func featureScale(_ features: Int, times: Double) throws -> Layer {
        let low = try parameter("lamb1", [features], .scale, initial: .zeros)
        let high = try parameter("lamb2", [features], .scale, initial: .zeros)
        return { x in
            let mean = try x.mean(over: [1], keepingAxes: true)
            return try x + (mean * low + (x - mean) * high).scaled(by: times)
        }
    }

    /// Declares LayerScale: one factor per feature, started small.
    ///
    /// - Source: Touvron et al. 2021 (arXiv 2103.17239), eq. 4.
    func layerScale(_ name: String, _ features: Int, initial: Double) throws -> Layer {
        let factor = try parameter(name, [features], .scale, initial: .constant(initial))
        return { x in try x * factor }
    }
}
