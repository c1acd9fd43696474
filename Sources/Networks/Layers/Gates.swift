import Autodiff

/// What weighs the channels or the pixels of a residual branch.
public enum Gate: String, Sendable, CaseIterable {
    case none
    /// Squeeze and excitation (Hu et al. 2018, arXiv 1709.01507).
    case squeezeExcitation = "se"
    /// Channel and spatial gates (Woo et al. 2018, arXiv 1807.06521).
    case cbam

    /// Declares the gate for maps `[batch, channels, H, W]`.
    ///
    /// - Parameters:
    ///   - reduction: the channels for each hidden feature of the gate over channels.
    ///   - bias: whether squeeze and excitation is timm's: biases, and hidden features in multiples
    ///     of 8.
    func declare(
        _ channels: Int, reduction: Int = 16, bias: Bool = false, _ scope: Scope
    ) throws -> Layer {
        let reduced = Swift.max(channels / reduction, 1)
        switch self {
        case .none: return { $0 }
        case .squeezeExcitation where bias:
            return try scope["ff"].excitation(
                channels, reduced: Swift.max((reduced + 4) / 8 * 8, 8), names: ("0", "2"),
                activation: { try $0.applying(.relu) })
        case .squeezeExcitation:
            return try scope.channelGate(channels, reduced, usesMaximum: false)
        case .cbam:
            let channel = try scope[0].channelGate(channels, reduced, usesMaximum: true)
            let spatial = try scope[1].spatialGate()
            return { x in try spatial(channel(x)) }
        }
    }
}

extension Scope {
    /// `x · logistic(W₂ relu(W₁ pool(x)))`, per channel; of two poolings the mean of their scores.
    fileprivate func channelGate(
        _ channels: Int, _ reduced: Int, usesMaximum: Bool
    ) throws -> Layer {
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

extension Scope {
    /// Declares squeeze and excitation with biases, its two maps named `names`:
    /// `x · logistic(W₂ f(W₁ mean(x) + b₁) + b₂)`, per channel.
    ///
    /// - Source: Hu et al. 2018 (arXiv 1709.01507), as timm has it.
    func excitation(
        _ channels: Int, reduced: Int, names: (String, String), activation: @escaping Layer
    ) throws -> Layer {
        let squeeze = try self[names.0].linear(channels, reduced, kernelAxes: 2)
        let excite = try self[names.1].linear(reduced, channels, kernelAxes: 2)
        return { x in
            let gate = try excite(activation(squeeze(x.globallyAveraged()))).applying(.logistic)
            return try x * gate.reshaped(to: [x.shape[0], channels, 1, 1])
        }
    }
}
