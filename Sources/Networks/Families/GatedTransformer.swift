import Autodiff

/// ConViT of d'Ascoli et al.: a vision transformer whose first blocks attend by position as well as by
/// content, in a proportion that each head learns.
///
///     A = (1 − σ(g)) softmax(Q Kᵀ / √d) + σ(g) softmax(W δ + b)      δ = (Δx, Δy, Δx² + Δy²)
///
/// The class token joins the patches after these blocks.
///
/// - Source: d'Ascoli et al. 2021 (arXiv 2103.10697), eq. 6 and 7; keys of timm's `ConVit`. It is not
///   the ConViT of xxxnell/how-do-vits-work.
public struct GatedTransformer: Network {
    public let signature: NetworkSignature
    /// The side of a patch, in pixels.
    public var patch = 16
    /// The number of features of a token.
    public var width = 192
    /// The number of blocks.
    public var depth = 12
    /// The number of blocks with gated positions, before the class token joins.
    public var localDepth = 10
    public var heads = 4
    /// The hidden features of the perceptron as a multiple of `width`.
    public var expansion = 4.0
    public var qkvBias = false
    /// The probability that training drops the last branch; earlier ones grow to it linearly.
    public var dropPath = 0.0

    private static let epsilon = 1e-6

    /// A ConViT-Ti; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        guard heads > 0, width % heads == 0, localDepth <= depth else {
            throw NetworkError(
                "\(name): heads must divide width, and no more than depth blocks can be local")
        }
        let tiles = try scope.tiles(imageShape, patch)
        let token = try scope.parameter(
            "cls_token", [1, 1, width], .token, initial: .truncatedNormal()
        ).repeated(images.shape[0])
        var x = try scope.unit("patch_embed", .stem) {
            let positions = try scope.parameter(
                "pos_embed", [1, tiles.height * tiles.width, width], .positionEmbedding,
                initial: .truncatedNormal())
            let embedding = try scope["patch_embed"].patchEmbedding(
                imageShape, patch: patch, features: width)
            scope.layOut(tiles.layout())
            return try embedding(images) + positions
        }
        var rates = DropPathRates(last: dropPath, blocks: depth)
        for index in 0..<depth {
            if index == localDepth {
                x = try Tensor.concatenation([token, x], axis: 1)
                scope.layOut(tiles.layout(others: 1))
            }
            let place = scope["blocks"][index]
            x = try ResidualPair(features: width, dropPath: rates.next()).apply(
                x, place,
                first: {
                    let norm = try place["norm1"].layerNorm(width, epsilon: Self.epsilon)
                    let layer = try attention(isLocal: index < localDepth, tiles, place["attn"])
                    return { x in try layer(norm(x)) }
                },
                second: {
                    try place.normalizedPerceptron(
                        width, hidden: Int(Double(width) * expansion), epsilon: Self.epsilon)
                })
        }
        if localDepth == depth { x = try Tensor.concatenation([token, x], axis: 1) }
        return try scope.unit("head", .classifier) {
            let norm = try scope["norm"].layerNorm(width, epsilon: Self.epsilon)
            return try scope["head"].transformerLinear(width, classes)(norm(x).element(0, axis: 1))
        }
    }

    private func attention(isLocal: Bool, _ tiles: PatchMap, _ scope: Scope) throws -> Layer {
        guard isLocal else {
            var configuration = AttentionConfiguration(features: width, heads: heads)
            configuration.qkvBias = qkvBias
            return try scope.attention(configuration)
        }
        let share = try scope.parameter("gating_param", [heads], .scale, initial: .ones)
            .applying(.logistic).reshaped(to: [heads, 1, 1])
        let queryKey = try scope["qk"].transformerLinear(width, 2 * width, bias: qkvBias)
        let value = try scope["v"].transformerLinear(width, width, bias: qkvBias)
        let output = try scope["proj"].transformerLinear(width, width)
        let tokens = tiles.height * tiles.width
        let offsets = try scope.builder.constant(tiles.offsets, [tokens * tokens, 3])
        let places = try scope["pos_proj"].transformerLinear(3, heads)(offsets).transposed()
            .reshaped(to: [heads, tokens, tokens]).softmax() * share
        return { x in
            let both = try queryKey(x)
            let operands = AttentionOperands(
                query: try both.slice(axis: 2, 0..<width).headed(heads),
                key: try both.slice(axis: 2, width..<2 * width).headed(heads),
                value: try value(x).headed(heads))
            let weights = try operands.scores().softmax() * share.affine(-1, 1) + places
            let joined = try output(weights.product(operands.value).joinHeads())
            try scope.observe(
                attention: weights,
                mapping: AttentionMapping(
                    input: x, output: joined, valueKey: scope.key("v.weight"),
                    valueRows: 0..<width, projectionKey: scope.key("proj.weight")))
            return joined
        }
    }
}

extension PatchMap {
    /// For each query and key their offset in columns, in rows, and its square.
    fileprivate var offsets: [Double] {
        let places = (0..<height * width).map { ($0 / width, $0 % width) }
        return places.flatMap { query in
            places.flatMap { key in
                let (rows, columns) = (Double(key.0 - query.0), Double(key.1 - query.1))
                return [columns, rows, columns * columns + rows * rows]
            }
        }
    }
}
