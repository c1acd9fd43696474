import Autodiff

/// How a convolutional network turns its last feature maps into logits.
///
/// - Source: `classifier_block.py` of xxxnell/how-do-vits-work.
public enum ClassifierHead: String, Sendable, CaseIterable {
    /// Global average pooling and one linear layer.
    case gap
    /// Batch norm and ReLU before `gap`, for pre-activation networks.
    case bngap
    /// Global maximum pooling and one linear layer.
    case gmp
    /// Global median pooling (of an even number, the larger middle value) and one linear layer.
    case gmedp
    /// Global average pooling squashed by t (logistic(x / t) − 1/2), t = 2, and one linear layer.
    case clip
    /// Global average pooling and three linear layers with dropout.
    case gapmlp
    /// Pooling to a small map and three linear layers with dropout over all its pixels.
    case mlp

    /// The logits `[batch, classes]` of feature maps `[batch, channels, H, W]`.
    ///
    /// - Parameters:
    ///   - pooling: what `mlp` does with the maps first, with the number of modules it counts for
    ///     in the keys.
    func apply(
        _ x: Tensor, _ scope: Scope, classes: Int, pooling: (modules: Int, layer: Layer)
    ) throws -> Tensor {
        let channels = x.shape[1]
        let place = scope[self == .mlp ? pooling.modules : 0]
        func dense(_ features: Tensor) throws -> Tensor {
            try place["dense"].linear(channels, classes)(features)
        }
        switch self {
        case .gap: return try dense(x.globallyAveraged())
        case .bngap:
            let normalized = try place["bn"].batchNorm(channels)(x)
            return try dense(normalized.applying(.relu).globallyAveraged())
        case .gmp: return try dense(x.globallyMaximized())
        case .gmedp:
            let pixels = x.shape[2] * x.shape[3]
            guard pixels > 1 else {
                throw NetworkError("median pooling needs a last feature map larger than 1 x 1")
            }
            return try dense(x.globallyRanked(pixels / 2))
        case .clip:
            let temperature = 2.0
            return try dense(
                x.globallyAveraged().scaled(by: 1 / temperature).applying(.logistic)
                    .affine(temperature, -temperature / 2))
        case .gapmlp: return try perceptron(x.globallyAveraged(), place, classes)
        case .mlp:
            let pooled = try pooling.layer(x)
            return try perceptron(
                pooled.reshaped(to: [x.shape[0], pooled.shape.count / x.shape[0]]), place, classes)
        }
    }

    private func perceptron(_ x: Tensor, _ scope: Scope, _ classes: Int) throws -> Tensor {
        let hidden = 4096
        let first = try scope["dense1"].linear(x.shape[1], hidden)
        let second = try scope["dense2"].linear(hidden, hidden)
        let third = try scope["dense3"].linear(hidden, classes)
        let kept = try scope["dropout1"].dropout(rate: 0.5)(first(x).applying(.relu))
        return try third(scope["dropout2"].dropout(rate: 0.5)(second(kept).applying(.relu)))
    }
}
