import Autodiff

/// The Swin transformer of xxxnell/how-do-vits-work.
///
/// Patches merge by convolutions; relative positions have one table for all heads. Two habits of
/// the original are kept, as its numbers depend on them: maps of one window are shifted too, and
/// the mask for the right border reaches only the last two rows of windows.
///
/// - Source: `swin.py` there; Liu et al. 2021 (arXiv 2103.14030).
public struct ParkSwin: Network {
    public let signature: NetworkSignature
    /// The number of blocks of each stage, even.
    public var depths = [2, 2, 6, 2]
    public var widths = [96, 192, 384, 768]
    public var heads = [3, 6, 12, 24]
    /// The hidden features of the perceptrons of each stage.
    public var hidden = [384, 768, 1536, 3072]
    public var headFeatures = 32
    /// The side of a window, in tokens.
    public var window = 7
    /// How many pixels, then tokens, per side each stage merges.
    public var pools = [4, 2, 2, 2]
    /// The probability that training drops the last branch; earlier ones grow to it linearly.
    public var dropPath = 0.0

    /// A Swin-T; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        let counts = [widths.count, heads.count, hidden.count, pools.count]
        guard counts.allSatisfy({ $0 == depths.count }), depths.allSatisfy({ $0 % 2 == 0 }) else {
            throw NetworkError(
                "\(name): a stage needs an even depth, a width, heads, hidden features and a pool")
        }
        var x = images
        var rates = DropPathRates(last: dropPath, blocks: depths.reduce(0, +))
        for stage in depths.indices {
            let place = scope["layer\(stage + 1)"]
            scope.layOut(.channelsFirst)
            let tokens = try place[0].unit("", stage == 0 ? .stem : .subsampling) {
                try place[0]["patch_merge"].convolution(
                    x.shape[1], widths[stage], kernel: pools[stage], stride: pools[stage],
                    bias: true)(x)
            }
            x = try tokens.permuted([0, 2, 3, 1])
            scope.layOut(.channelsLast)
            for index in 0..<depths[stage] {
                let block = ParkBlock(
                    features: widths[stage], hidden: hidden[stage],
                    dropPath: rates.next(), isSpatial: true)
                let layout = WindowLayout(
                    height: x.shape[1], width: x.shape[2], window: window,
                    shift: index % 2 == 0 ? 0 : window / 2)
                x = try block.apply(x, place[index + 1]) {
                    try attention(stage, layout, $0)
                }
            }
            x = try x.permuted([0, 3, 1, 2])
        }
        let width = x.shape[1]
        return try scope.unit("classifier", .classifier) {
            let norm = try scope["classifier"][2].layerNorm(width, epsilon: 1e-5)
            return try scope["classifier"][3].linear(width, classes)(norm(x.globallyAveraged()))
        }
    }

    /// Attention within windows over `[batch, H, W, features]`.
    func attention(_ stage: Int, _ layout: WindowLayout, _ scope: Scope) throws -> Layer {
        let positions = try scope.sharedRelativePositions(layout)
        var configuration = AttentionConfiguration(
            features: widths[stage], heads: heads[stage], headFeatures: headFeatures)
        configuration.layout = .einops
        let mask = zip(layout.originalShiftMask, layout.borderMask).map { $0 + $1 }
        let layer = try scope["attn"].attention(
            configuration, scores: { try layout.masked($0 + positions, mask) },
            windows: layout.count)
        return { x in try layout.merge(layer(layout.partition(x))) }
    }
}

extension WindowLayout {
    /// The shift mask as xxxnell/how-do-vits-work computes it: complete for the lowest row of
    /// windows, and for the right border at windows n − rows − 1, n − 1, ... of n only.
    fileprivate var originalShiftMask: [Double] {
        var mask = [Double](repeating: 0, count: count * tokens * tokens)
        guard shift > 0 else { return mask }
        let rows = (height + window - 1) / window
        let columns = count / rows
        let rightmost = Set(stride(from: max(count - rows - 1, 0), to: count, by: rows))
        for index in 0..<count {
            let (isLowest, isRight) = (index >= count - columns, rightmost.contains(index))
            for query in 0..<tokens {
                for key in 0..<tokens {
                    let vertical = (query / window >= window - shift)
                        != (key / window >= window - shift)
                    let horizontal = (query % window >= window - shift)
                        != (key % window >= window - shift)
                    if (isLowest && vertical) || (isRight && horizontal) {
                        mask[(index * tokens + query) * tokens + key] = WindowLayout.excluded
                    }
                }
            }
        }
        return mask
    }
}
