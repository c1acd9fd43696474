import Randomness

@testable import Autodiff
@testable import GraphSamples

/// Small networks that join primitives as real ones do.
struct AgreementNetwork: Sendable, CustomStringConvertible {
    let name: String
    let operands: [Operand]
    let function: @Sendable ([Tensor]) throws -> Tensor

    var description: String { name }

    static let all = [
        residual, tiled, grouped, separable, brokenBlocks, pooled, attention, mixing, multilayer,
        largeProduct, largeRows,
    ]

    /// Convolutions, batch norm with batch statistics, a shortcut and global pooling, at extents
    /// that are no multiple of any vector length.
    static let residual = AgreementNetwork(
        name: "residual block",
        operands: [
            Operand([3, 3, 9, 7]), Operand([5, 3, 3, 3]), Operand([5, 5, 3, 3]),
            Operand([5, 3, 1, 1]), Operand([7, 5]), Operand([5], .positive),
        ]
    ) { x in
        let shortcut = try x[0].convolved(x[3], ConvolutionGeometry(stride: 2))
        let first = try x[0].convolved(x[1], ConvolutionGeometry(stride: 2, padding: 1))
            .standardized(over: [0, 2, 3], epsilon: 1e-2).applying(.gelu)
        let scale = try x[5].reshaped(to: [5, 1, 1])
        let second = try first.convolved(x[2], ConvolutionGeometry(padding: 1)) * scale
        return try crossEntropy((second + shortcut).mean(over: [2, 3]).linear(weight: x[4]))
    }

    /// Convolutions in channel blocks through tiles that overlap the borders, by 1 x 1 filters, and
    /// a shortcut; small factors keep the functions between them away from saturation.
    static let tiled = AgreementNetwork(
        name: "convolutions through tiles",
        operands: [
            Operand([3, 16, 9, 7]), Operand([32, 16, 3, 3]), Operand([16, 32, 3, 3]),
            Operand([16, 16, 3, 3]), Operand([32, 16, 1, 1]),
        ]
    ) { x in
        let first = try x[0].convolved(x[1], ConvolutionGeometry(padding: 0)).scaled(by: 0.1)
        let second = try first.applying(.gelu).convolved(x[2], ConvolutionGeometry(padding: 2))
        let both = try second + x[0].convolved(x[3], ConvolutionGeometry(padding: 1))
        let mixed = try both.scaled(by: 0.1).convolved(x[4], ConvolutionGeometry())
        return try mixed.applying(.hyperbolicTangent).applying(.square).mean()
    }

    /// Depthwise and dilated convolutions with different strides.
    static let grouped = AgreementNetwork(
        name: "grouped convolutions",
        operands: [Operand([2, 6, 11, 8]), Operand([6, 1, 3, 3]), Operand([9, 2, 3, 2])]
    ) { x in
        var wide = ConvolutionGeometry(stride: 1, padding: 2, dilation: 2, groups: 3)
        wide.stride = [2, 1]
        return try x[0].convolved(x[1], ConvolutionGeometry(padding: 1, groups: 6))
            .applying(.logistic).convolved(x[2], wide).applying(.square).mean()
    }

    /// Convolutions of one and of few channels a group in channel blocks, of which the last is
    /// filled up, with a gate for each channel of each image.
    static let separable = AgreementNetwork(
        name: "separable convolutions",
        operands: [
            Operand([2, 3, 11, 9]), Operand([24, 3, 3, 3]), Operand([24, 1, 3, 3]),
            Operand([24, 4, 3, 3]), Operand([24, 24]), Operand([20, 24, 1, 1]), Operand([24]),
            Operand([6, 10, 2, 2]),
        ]
    ) { x in
        let first = try x[0].convolved(x[1], ConvolutionGeometry(stride: 2, padding: 1))
            .standardized(over: [0, 2, 3], epsilon: 1e-2)
            .minimum(try x[0].builder.fill(1, [2, 24, 6, 5])).applying(.gelu)
        let shift = try x[6].reshaped(to: [24, 1, 1])
        let second = try first.convolved(x[2], ConvolutionGeometry(padding: 1, groups: 24)) + shift
        let gate = try second.mean(over: [2, 3]).linear(weight: x[4]).applying(.logistic)
            .reshaped(to: [2, 24, 1, 1])
        let third = try (second * gate).convolved(
            x[3], ConvolutionGeometry(stride: 2, padding: 1, groups: 6)
        ).scaled(by: 0.3)
        let logits = try third.applying(.hyperbolicTangent).convolved(x[5], ConvolutionGeometry())
        let crossing = try logits.scaled(by: 0.1)
            .convolved(x[7], ConvolutionGeometry(padding: 1, groups: 2))
        return try crossEntropy(logits.mean(over: [2, 3])) + crossing.applying(.square).mean()
    }

    /// Functions that do not keep zeros, sums over everything and windows, where the last channel
    /// block has lanes without a channel.
    static let brokenBlocks = AgreementNetwork(
        name: "broken channel blocks",
        operands: [
            Operand([2, 3, 7, 6]), Operand([12, 3, 3, 3]), Operand([20, 12, 3, 3]),
            Operand([12, 1, 1]), Operand([20, 20, 1, 1]), Operand([1, 20, 3, 3]),
            Operand([1], .positive),
        ]
    ) { x in
        let first = try x[0].convolved(x[1], ConvolutionGeometry(padding: 1)).scaled(by: 0.2)
        // Ones, numbers that follow from weights, and what has no value at zero.
        let gate = try first.applying(.logistic)
        let bounded = try (gate * first.applying(.exponential) + x[3]).applying(.hyperbolicTangent)
        let inverse = try bounded.applying(.square).affine(1, 0.5).applying(.reciprocalSquareRoot)
        let ratio = try bounded / (bounded.applying(.square) + gate)
        let scaled = try (inverse + ratio) * x[6].reshaped(to: [1, 1, 1])
        let second = try scaled.convolved(x[2], ConvolutionGeometry(padding: 1)).scaled(by: 0.1)
        let window = try second.slice(axis: 2, 1..<6, step: 1).slice(axis: 1, 2..<20, step: 1)
            .padded(low: [0, 1, 1, 0], high: [0, 1, 0, 1])
        let third = try window.applying(.gelu).convolved(x[4], ConvolutionGeometry(stride: 2))
        let single = try third.convolved(x[5], ConvolutionGeometry(padding: 1))
        return try gate.sum().scaled(by: 0.01) + third.applying(.logistic).mean()
            + single.scaled(by: 0.1).applying(.hyperbolicTangent).sum()
            + second.sum(over: [2, 3]).applying(.square).mean()
    }

    /// Average and maximum pooling with borders; distinct pixels keep maxima apart.
    static let pooled = AgreementNetwork(
        name: "pooling",
        operands: [Operand([2, 3, 9, 6], .distinct(offset: 0)), Operand([3, 1, 1])]
    ) { x in
        let largest = try x[0].maximumPooled(PoolingWindow(3, stride: 2, padding: 1))
        let average = try (x[0] * x[1]).averagePooled(
            PoolingWindow(2, stride: 2, padding: 1, countsPadding: false))
        return try (largest * x[1]).applying(.hyperbolicTangent).mean()
            + average.applying(.gelu).mean()
    }

    /// Layer norm, two heads of attention with a position table, dropout and an MLP.
    static let attention = AgreementNetwork(
        name: "attention block",
        operands: [
            Operand([2, 5, 6]), Operand([18, 6]), Operand([9, 2]), Operand([7, 6]),
            Operand([6, 7]), Operand([2, 2], .held([4, 0, 17, 0])),
        ]
    ) { x in
        let (batch, tokens, channels, heads) = (2, 5, 6, 2)
        let normal = try x[0].standardized(over: [-1], epsilon: 1e-2)
        let parts = try normal.linear(weight: x[1])
            .reshaped(to: [batch, tokens, 3, heads, channels / heads])
            .permuted([2, 0, 3, 1, 4])
        let (q, k, v) = try (
            parts.element(0, axis: 0), parts.element(1, axis: 0), parts.element(2, axis: 0)
        )
        let offsets = (0..<tokens).flatMap { i in (0..<tokens).map { i - $0 + tokens - 1 } }
        let table = try x[2].gather(offsets, axis: 0).reshaped(to: [tokens, tokens, heads])
            .permuted([2, 0, 1])
        let weights = try (q.product(k, transposeOther: true).scaled(by: 0.6) + table).softmax()
        let mixed = try weights.product(v).permuted([0, 2, 1, 3])
            .reshaped(to: [batch, tokens, channels])
        let mask = try x[5].randomMask(
            RandomStream(seed: 5, name: "dropout"), keepProbability: 0.7,
            tail: [tokens, channels])
        let hidden = try x[0] + mixed * mask
        let output = try hidden.linear(weight: x[3]).applying(.gelu).linear(weight: x[4]) + hidden
        return try crossEntropy(output.mean(over: [1]))
    }

    /// Rolls, slices with steps, concatenation and padding, as in shifted windows.
    static let mixing = AgreementNetwork(
        name: "shifted windows", operands: [Operand([2, 6, 5, 3]), Operand([4, 12])]
    ) { x in
        let rolled = try x[0].rolled(by: -2, axis: 1).rolled(by: 1, axis: 2)
            .padded(low: [0, 0, 0, 0], high: [0, 0, 1, 0])
        let quarters = try (0..<4).map {
            try rolled.slice(axis: 1, ($0 / 2)..<6, step: 2).slice(axis: 2, ($0 % 2)..<6, step: 2)
        }
        return try Tensor.concatenation(quarters, axis: -1)
            .standardized(over: [-1], epsilon: 1e-2)
            .linear(weight: x[1]).applying(.hyperbolicTangent).mean()
    }

    /// Three layers and elementwise functions in a chain.
    static let multilayer = AgreementNetwork(
        name: "multilayer",
        operands: [
            Operand([5, 3]), Operand([17, 3]), Operand([17]), Operand([4, 17]), Operand([4]),
        ]
    ) { x in
        let hidden = try (x[0].linear(weight: x[1]) + x[2]).applying(.errorFunction)
        let scale = try hidden.applying(.square).affine(2, 0.5).applying(.reciprocalSquareRoot)
        let logits = try (hidden * scale).linear(weight: x[3]) + x[4]
        return try crossEntropy(logits) + logits.applying(.logistic).power(1.5).mean()
    }

    /// Matrices larger than one tile of any kernel.
    static let largeProduct = AgreementNetwork(
        name: "large product", operands: [Operand([67, 131]), Operand([131, 73])]
    ) { x in
        try x[0].product(x[1]).scaled(by: 0.1).applying(.hyperbolicTangent).mean()
    }

    /// Rows longer than several vectors.
    static let largeRows = AgreementNetwork(
        name: "large rows", operands: [Operand([3, 1037])]
    ) { x in
        try x[0].standardized(over: [-1], epsilon: 1e-3).softmax().applying(.square).sum()
            + x[0].logSoftmax().mean()
    }

    /// The mean negative log-likelihood of labels 0, 1, 2...
    private static func crossEntropy(_ logits: Tensor) throws -> Tensor {
        let (examples, classes) = (logits.shape[0], logits.shape[1])
        let labels = (0..<examples).flatMap { example in
            (0..<classes).map { $0 == example % classes ? 1.0 : 0.0 }
        }
        let target = try logits.builder.constant(labels, logits.shape)
        return try -(logits.logSoftmax() * target).sum(over: [1]).mean()
    }
}
