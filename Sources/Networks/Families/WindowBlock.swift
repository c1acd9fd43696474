import Autodiff

/// One block of a Swin: mixing within windows, then a perceptron, both residual.
struct WindowBlock {
    let swin: Swin
    let heads: Int
    let isShifted: Bool
    let dropPath: Double

    /// Two residual units, `attn` and `mlp`, over `[batch, H, W, features]`.
    func apply(_ x: Tensor, _ scope: Scope) throws -> Tensor {
        let features = x.shape[3]
        let mixes = swin.mixing == .perceptron
        return try ResidualPair(
            features: features, mixing: mixes ? .mlp : .attention, dropPath: dropPath
        ).apply(
            x, scope,
            first: {
                let scale = try swin.antiOversmoothing.featureScale(features, scope)
                let layout = windows(x)
                if layout.shift > 0, swin.layout == .microsoft, !mixes {
                    try scope.table(
                        "attn_mask", [layout.count, layout.tokens, layout.tokens],
                        initial: .values(layout.shiftMask))
                }
                let norm = try scope["norm1"].layerNorm(features, epsilon: 1e-5)
                let layer = mixes
                    ? try perceptron(features, layout, scope["spatial_mlp"])
                    : try attention(features, layout, scope["attn"])
                return { x in
                    let tokens: Shape = [x.shape[0], x.shape[1] * x.shape[2], features]
                    return try scale(layer(norm(x)).reshaped(to: tokens)).reshaped(to: x.shape)
                }
            },
            second: {
                try scope.normalizedPerceptron(
                    features, hidden: Int(Double(features) * swin.expansion), epsilon: 1e-5)
            })
    }

    /// The windows of this block; a map no larger than a window is one window and is not shifted.
    private func windows(_ x: Tensor) -> WindowLayout {
        let side = min(swin.window, min(x.shape[1], x.shape[2]))
        let fits = min(x.shape[1], x.shape[2]) <= swin.window
        return WindowLayout(
            height: x.shape[1], width: x.shape[2], window: side,
            shift: isShifted && !fits ? swin.window / 2 : 0)
    }

    private func attention(
        _ features: Int, _ layout: WindowLayout, _ scope: Scope
    ) throws -> Layer {
        let side = 2 * layout.window - 1
        let table = try scope.parameter(
            "relative_position_bias_table", [side * side, heads], .positionEmbedding,
            initial: .truncatedNormal())
        let indices = layout.relativePositionIndices
        let positions = try table.gather(indices, axis: 0).transposed()
            .reshaped(to: [heads, layout.tokens, layout.tokens])
        var configuration = AttentionConfiguration(features: features, heads: heads)
        configuration.qkvBias = swin.qkvBias
        configuration.scalesFrequencies = swin.antiOversmoothing == .attnScale
        let mask = layout.shiftMask
        let layer = try scope.attention(
            configuration, scores: { try layout.masked($0 + positions, mask) },
            windows: layout.count,
            tables: {
                guard swin.layout == .microsoft else { return }
                try scope.table(
                    "relative_position_index", [layout.tokens, layout.tokens],
                    initial: .values(indices.map(Double.init)))
            })
        return { x in try layout.merge(layer(layout.partition(x))) }
    }

    /// One matrix over the tokens of a window per head; shifted windows start outside of the map,
    /// where zeros are added.
    private func perceptron(
        _ features: Int, _ layout: WindowLayout, _ scope: Scope
    ) throws -> Layer {
        let (tokens, width) = (layout.tokens, features / heads)
        let weight = try scope.parameter(
            "weight", [heads * tokens, tokens, 1], .weight, initial: .fanInUniform(tokens)
        ).reshaped(to: [heads, tokens, tokens])
        let bias = try scope.parameter(
            "bias", [heads * tokens], .bias, initial: .fanInUniform(tokens)
        ).reshaped(to: [heads, tokens, 1])
        let (before, after) = layout.shift == 0
            ? (0, 0) : (layout.window - layout.shift, layout.shift)
        let framed = WindowLayout(
            height: layout.height + before + after, width: layout.width + before + after,
            window: layout.window, shift: 0)
        return { x in
            let windows = try framed.partition(
                x.padded(low: [0, before, before, 0], high: [0, after, after, 0]))
            let count = windows.shape[0]
            let mixed = try weight.product(
                windows.reshaped(to: [count, tokens, heads, width]).permuted([2, 1, 0, 3])
                    .reshaped(to: [heads, tokens, count * width])) + bias
            let joined = try mixed.reshaped(to: [heads, tokens, count, width])
                .permuted([2, 1, 0, 3]).reshaped(to: [count, tokens, features])
            return try framed.merge(joined)
                .slice(axis: 1, before..<before + layout.height)
                .slice(axis: 2, before..<before + layout.width)
        }
    }
}
