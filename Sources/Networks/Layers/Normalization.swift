import Autodiff

extension Scope {
    /// Declares a batch norm over the channels of feature maps.
    ///
    ///     y = (x − μ) / √(σ² + ε) · weight + bias
    ///
    /// With running statistics this is written as `x · s + t` with vectors `s` and `t` `[channels]`
    /// that depend on parameters only; with the batch's own, derivatives pass through μ and σ.
    ///
    /// - Source: Ioffe & Szegedy 2015 (arXiv 1502.03167).
    public func batchNorm(_ channels: Int, epsilon: Double = 1e-5) throws -> Layer {
        let shape: Shape = [channels]
        let weight = try parameter("weight", shape, .normalization, initial: .ones)
        let bias = try parameter("bias", shape, .normalization, initial: .zeros)
        let mean = try buffer("running_mean", shape, .statistic, initial: .zeros)
        let variance = try buffer("running_var", shape, .statistic, initial: .ones)
        try table("num_batches_tracked", [], initial: .zeros)
        return { x in
            switch options.batchNormalization {
            case .running:
                let scale = try weight
                    * variance.affine(1, epsilon).applying(.reciprocalSquareRoot)
                let shift = try bias - mean * scale
                return try x * scale.alongChannels() + shift.alongChannels()
            case .batch:
                try record(x, channels)
                return try x.standardized(over: [0, 2, 3], epsilon: epsilon)
                    * weight.alongChannels() + bias.alongChannels()
            }
        }
    }

    /// Declares a layer norm over the last axis, `[..., features]`.
    ///
    ///     y = (x − μ) / √(σ² + ε) · weight + bias
    ///
    /// - Source: Ba et al. 2016 (arXiv 1607.06450).
    public func layerNorm(_ features: Int, epsilon: Double) throws -> Layer {
        let weight = try parameter("weight", [features], .normalization, initial: .ones)
        let bias = try parameter("bias", [features], .normalization, initial: .zeros)
        return { x in
            try x.standardized(over: [-1], epsilon: epsilon) * weight + bias
        }
    }

    /// Keeps the statistics of one batch, for running averages.
    private func record(_ x: Tensor, _ channels: Int) throws {
        let samples = x.shape.count / channels
        guard samples > 1 else {
            throw NetworkError("\(prefix): one value per channel has no batch statistics")
        }
        let mean = try x.mean(over: [0, 2, 3])
        let squares = try (x - mean.alongChannels()).applying(.square).sum(over: [0, 2, 3])
        tracing.batchStatistics.append(
            BatchStatistics(
                prefix: prefix, mean: mean,
                variance: try squares.scaled(by: 1 / Double(samples - 1)), samples: samples))
    }
}
