import Autodiff

/// What weighs the channels or the pixels of a residual branch.
public enum Gate: String, Sendable, CaseIterable {
    case none
    /// Squeeze and excitation (Hu et al. 2018, arXiv 1709.01507).
    case squeezeExcitation = "se"
    /// Channel and spatial gates (Woo et al. 2018, arXiv 1807.06521).
    case cbam

    /// Declares the gate for maps `[batch, channels, H, W]`.
    func declare(_ channels: Int, _ scope: Scope) throws -> Layer {
        switch self {
        case .none: return { $0 }
        case .squeezeExcitation: return try scope.channelGate(channels, usesMaximum: false)
        case .cbam:
            let channel = try scope[0].channelGate(channels, usesMaximum: true)
            let spatial = try scope[1].spatialGate()
            return { x in try spatial(channel(x)) }
        }
    }
}

extension Scope {
    /// `x · logistic(W₂ relu(W₁ pool(x)))`, per channel; of two poolings the mean of their scores.
    fileprivate func channelGate(_ channels: Int, usesMaximum: Bool) throws -> Layer {
        let reduced = Swift.max(channels / 16, 1)
        let squeeze = try self["ff"][0].linear(channels, reduced, bias: false)
        let excite = try self["ff"][2].linear(reduced, channels, bias: false)
        func score(_ pooled: Tensor) throws -> Tensor {
            try excite(squeeze(pooled).applying(.relu))
        }
        return { x in
            var scores = try score(x.globallyAveraged())
            if usesMaximum {
                scores = try (scores + score(x.globallyMaximized())).scaled(by: 0.5)
            }
            let gate = try scores.applying(.logistic)
                .reshaped(to: [x.shape[0], x.shape[1], 1, 1])
            return try x * gate
        }
    }

    /// `x · logistic(norm(conv7x7([mean, max over channels])))`, per pixel.
    fileprivate func spatialGate() throws -> Layer {
        let convolution = try self["ff"][0].convolution(2, 1, kernel: 7, padding: 3)
        let norm = try self["ff"][1].batchNorm(1)
        return { x in
            let pooled = try Tensor.concatenation(
                [
                    x.mean(over: [1], keepingAxes: true), x.maximum(over: [1], keepingAxes: true),
                ], axis: 1)
            return try x * norm(convolution(pooled)).applying(.logistic)
        }
    }
}
