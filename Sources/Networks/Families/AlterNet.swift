import Autodiff

/// AlterNet: residual blocks with local attention in place of the last blocks of each stage.
///
/// Stages alternate convolution and attention towards their ends. By default blocks are
/// pre-activation; the post-activation form is the original's ablation.
///
/// - Source: Park & Kim 2022 (arXiv 2202.06709), section 4; `alternet.py` of
///   xxxnell/how-do-vits-work.
public struct AlterNet: Network {
    public let signature: NetworkSignature
    /// The number of blocks of each stage.
    public var blocks = [2, 2, 2, 2]
    /// How many blocks of each stage are attention.
    public var attentionBlocks = [0, 1, 1, 1]
    public var heads = [3, 6, 12, 24]
    public var headFeatures = 64
    public var isBottleneck = false
    public var isPreactivation = true
    /// The side of a window; nil takes the largest up to 7 that divides the map.
    public var window: Int?
    /// Whether the stem is that of large images: 7x7 with stride 2 and pooling.
    public var hasLargeStem = false
    public var head = ClassifierHead.bngap
    /// The probability that training drops the last branch; earlier ones grow to it linearly.
    public var dropPath = 0.0

    /// An AlterNet-18; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        guard blocks.count == 4, attentionBlocks.count == 4, heads.count == 4,
            zip(blocks, attentionBlocks).allSatisfy({ 2 * $1 <= $0 })
        else {
            throw NetworkError(
                "\(name): four stages are needed, with at most half of their blocks attention")
        }
        var x = try scope.unit("layer0", .stem) {
            try ResidualStem(kind: hasLargeStem ? .large : .small, activates: !isPreactivation)
                .apply(images, scope["layer0"]["layer0"])
        }
        var rates = DropPathRates(last: dropPath, blocks: blocks.reduce(0, +))
        for stage in 0..<4 {
            for index in 0..<blocks[stage] {
                let fromEnd = blocks[stage] - 1 - index
                let attends = fromEnd % 2 == 0 && fromEnd / 2 < attentionBlocks[stage]
                let place = scope["layer\(stage + 1)"][index]
                let rate = rates.next()
                x = attends
                    ? try attentionBlock(x, stage, dropPath: rate, place)
                    : try convolution.apply(
                        x, channels: 64 << stage, stride: stage > 0 && index == 0 ? 2 : 1,
                        dropPath: rate, place)
            }
        }
        return try scope.unit("classifier", .classifier) {
            try head.apply(
                x, scope["classifier"], classes: classes,
                pooling: (1, { try $0.adaptivelyAveraged(7) }))
        }
    }

    /// The blocks that are not attention.
    private var convolution: ResidualBlock {
        ResidualBlock(isBottleneck: isBottleneck, isPreactivation: isPreactivation)
    }

    /// A residual unit of local attention; it is never the first block of a stage.
    private func attentionBlock(
        _ x: Tensor, _ stage: Int, dropPath: Double, _ scope: Scope
    ) throws -> Tensor {
        let expansion = convolution.expansion
        let (inputs, outputs) = (x.shape[1], (64 << stage) * expansion)
        let width = inputs / expansion
        return try scope.residual("", .attention, dropPath: dropPath) {
            guard isPreactivation else {
                let convolution = try scope["conv"][0].convolution(inputs, width, kernel: 1)
                let norm = try scope["conv"][1].batchNorm(width)
                let attend = try localAttention(x, stage, width, outputs, scope["attn"])
                let last = try scope["norm"].batchNorm(outputs)
                return (x, try last(attend(norm(convolution(x)).applying(.gelu))))
            }
            let first = try scope["norm1"].batchNorm(inputs)
            let convolution = try scope["conv"].convolution(inputs, width, kernel: 1)
            let second = try scope["norm2"].batchNorm(width)
            let attend = try localAttention(x, stage, width, outputs, scope["attn"])
            return (x, try attend(second(convolution(first(x).applying(.gelu)))))
        }
    }

    /// Attention within windows: maps `[batch, width, H, W] -> [batch, outputs, H, W]`.
    func localAttention(
        _ x: Tensor, _ stage: Int, _ width: Int, _ outputs: Int, _ scope: Scope
    ) throws -> Layer {
        let side = window ?? WindowLayout.largest(x.shape[2], x.shape[3])
        let layout = WindowLayout(height: x.shape[2], width: x.shape[3], window: side, shift: 0)
        let positions = try scope.sharedRelativePositions(layout)
        var configuration = AttentionConfiguration(
            features: width, heads: heads[stage], headFeatures: headFeatures, outputs: outputs)
        configuration.layout = .convolutional
        let mask = layout.borderMask
        let layer = try scope["attn"].attention(
            configuration, scores: { try layout.masked($0 + positions, mask) },
            windows: layout.count)
        return { x in
            try layout.merge(layer(layout.partition(x.permuted([0, 2, 3, 1]))))
                .permuted([0, 3, 1, 2])
        }
    }
}
