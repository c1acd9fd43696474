import Autodiff

/// The variance of a feature map over its pixels, the mean over channels: a number per example.
///
///     1/C Σ_c v_c,   v_c = 1/(HW − 1) Σ_xy (z_cxy − z̄_c)²
///
/// It is NaN for maps of one pixel.
///
/// - Source: Park & Kim 2022 (arXiv 2202.06709), Figure 9; the divisor HW − 1 is that of the
///   authors' notebook `featuremap_variance.ipynb`.
public struct SpatialVariance: FeatureReduction {
    public init() {}

    public func reduced(_ map: Tensor) throws -> Tensor {
        try Self.ofChannels(map).mean(over: [1])
    }

    /// v, `[batch, channels]`.
    static func ofChannels(_ map: Tensor) throws -> Tensor {
        let pixels = map.shape[2] * map.shape[3]
        let centred = try map - map.mean(over: [2, 3], keepingAxes: true)
        // A factor of 0/0 at one pixel gives the NaN that is meant.
        let factor = Double(pixels) / Double(pixels - 1)
        return try (centred * centred).mean(over: [2, 3]).scaled(by: factor)
    }
}

/// The variance of a feature map over its pixels and the share of channels that carry it: two
/// numbers per example.
///
///     (Σ_c v_c)² / (C Σ_c v_c²)   from 1/C, where one channel varies, to 1, where all do alike
///
/// The share is NaN where nothing varies.
public struct ChannelShare: FeatureReduction {
    public init() {}

    public func reduced(_ map: Tensor) throws -> Tensor {
        let variances = try SpatialVariance.ofChannels(map)
        let mean = try variances.mean(over: [1], keepingAxes: true)
        let squares = try (variances * variances).mean(over: [1], keepingAxes: true)
        return try .concatenation([mean, mean * mean / squares], axis: 1)
    }
}
