import Autodiff

/// ConViT of xxxnell/how-do-vits-work: a ViT whose tokens attend to their neighbours only.
///
/// Each place of the map attends to the `kernel` x `kernel` places around it; those beyond the
/// border have keys and values of zero, as in the original, and take part in the softmax.
///
/// - Source: `convit.py` there; Yang et al. 2019, "Convolutional self-attention networks"
///   (arXiv 1904.03107). It is not the ConViT of d'Ascoli et al. 2021.
public struct ConvolutionalTransformer: Network {
    public let signature: NetworkSignature
    /// The side of a patch, in pixels.
    public var patch = 16
    /// The number of features of a token.
    public var width = 192
    /// The number of blocks.
    public var depth = 12
    public var heads = 3
    public var headFeatures = 64
    /// The hidden features of the perceptrons.
    public var hidden = 768
    /// The side of the neighbourhood, odd.
    public var kernel = 3
    /// The distance between neighbours.
    public var dilation = 1
    /// The probability that training drops the last branch; earlier ones grow to it linearly.
    public var dropPath = 0.0

    /// A ConViT-Ti; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        guard kernel % 2 == 1 else {
            throw NetworkError("\(name): kernel \(kernel) has no centre; use an odd one")
        }
        let map = PatchMap.covering(imageShape, patch: patch, stride: patch)
        scope.layOut(map.layout())
        var x = try scope.unit("embedding", .stem) {
            let place = scope["embedding"]
            try place.checkPatch(imageShape, patch)
            let convolution = try place[0].convolution(
                imageShape[0], width, kernel: patch, stride: patch, bias: true)
            let positions = try place[2].parameter(
                "pos_embedding", [1, map.height * map.width, width], .positionEmbedding,
                initial: .normal(deviation: 0.02))
            return try convolution(images).tokens() + positions
        }
        var rates = DropPathRates(last: dropPath, blocks: depth)
        for index in 0..<depth {
            let block = ParkBlock(
                features: width, hidden: hidden, dropPath: rates.next(), isSpatial: true)
            x = try block.apply(x, scope["transformers"][index]) { try attention(map, $0) }
        }
        return try scope.unit("classifier", .classifier) {
            let norm = try scope["classifier"][2].layerNorm(width, epsilon: 1e-5)
            return try scope["classifier"][3].linear(width, classes)(norm(x.mean(over: [1])))
        }
    }

    /// softmax over neighbours w of `q · k_w / √d`, applied to their values; the neighbours are the
    /// keys of what can be observed.
    func attention(_ map: PatchMap, _ scope: Scope) throws -> Layer {
        let inner = heads * headFeatures
        let query = try scope["to_q"].linear(width, inner, bias: false, kernelAxes: 2)
        let pair = try scope["to_kv"].linear(width, 2 * inner, bias: false, kernelAxes: 2)
        let output = try scope["to_out"][0].linear(inner, width, kernelAxes: 2)
        return { x in
            let (batch, tokens) = (x.shape[0], x.shape[1])
            let both = try pair(x)
            let scale = 1 / Double(headFeatures).squareRoot()
            let queries = try query(x).scaled(by: scale)
                .reshaped(to: [batch, tokens, 1, heads, headFeatures])
            let keys = try neighbours(both.slice(axis: 2, 0..<inner), map)
            let values = try neighbours(both.slice(axis: 2, inner..<2 * inner), map)
            let scores = try (queries * keys).sum(over: [4])
            let attention = try scores.permuted([0, 1, 3, 2]).softmax()
            try scope.observe(attention: attention.permuted([0, 2, 1, 3]))
            let weights = try attention.permuted([0, 1, 3, 2])
                .reshaped(to: [batch, tokens, kernel * kernel, heads, 1])
            return try output(
                (weights * values).sum(over: [2]).reshaped(to: [batch, tokens, inner]))
        }
    }

    /// `[batch, tokens, heads · d] -> [batch, tokens, neighbours, heads, d]`.
    private func neighbours(_ x: Tensor, _ map: PatchMap) throws -> Tensor {
        let (batch, features) = (x.shape[0], x.shape[2])
        let border = dilation * (kernel / 2)
        let framed = try x.reshaped(to: [batch, map.height, map.width, features])
            .padded(low: [0, border, border, 0], high: [0, border, border, 0])
        let shifted = try (0..<kernel * kernel).map { index in
            let (top, left) = (index / kernel * dilation, index % kernel * dilation)
            return try framed.slice(axis: 1, top..<top + map.height)
                .slice(axis: 2, left..<left + map.width)
                .reshaped(to: [batch, map.height * map.width, 1, heads, headFeatures])
        }
        return try Tensor.concatenation(shifted, axis: 2)
    }
}
