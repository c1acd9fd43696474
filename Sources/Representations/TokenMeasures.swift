import Autodiff

/// How much tokens differ from each other: what is computed of `[batch, tokens, features]` within
/// the program.
///
/// With x_i the tokens, DC[X] their mean at every place and HC[X] = X − DC[X]. Feature maps are
/// taken as a token for each pixel; the rows of an attention map are tokens, too.
///
/// - Source: Wang et al. 2022 (arXiv 2203.05962), section 3 and appendix F.
public enum TokenMeasure: Int, CaseIterable, Sendable {
    /// ‖HC[X]‖, the Frobenius norm.
    case highNorm
    /// ‖DC[X]‖.
    case lowNorm
    /// ‖HC[X]‖ / ‖DC[X]‖.
    case ratio
    /// The mean over i ≠ j of x_i·x_j / (‖x_i‖ ‖x_j‖).
    case cosine
    /// The mean over i ≠ j of its absolute value.
    case absoluteCosine
    /// The mean over all i and j of its absolute value, the ones of i = j included: the paper's.
    case paperCosine
    /// (Σσ²)² / Σσ⁴ of the singular values σ of X: 1 where all tokens are multiples of one.
    case effectiveRank

    /// The most rows of the matrix of products at a time: its memory grows with the tokens, not
    /// with their square.
    private static let blockRows = 512

    /// All measures of tokens `[batch, tokens, features]`: `[batch, measures]`.
    ///
    /// A token that is zero has cosine 0 with all; means over no pair are NaN.
    static func all(of x: Tensor) throws -> Tensor {
        let (batch, tokens) = (x.shape[0], x.shape[1])
        let pairs = Double(tokens * (tokens - 1))
        func total(_ tensor: Tensor) throws -> Tensor { try (tensor * tensor).sum(over: [1, 2]) }
        let mean = try x.mean(over: [1], keepingAxes: true)
        let high = try total(x - mean).applying(.squareRoot)
        let low = try total(mean).scaled(by: Double(tokens)).applying(.squareRoot)

        let lengths = try (x * x).sum(over: [2], keepingAxes: true)
        let inverse = try lengths.maximum(x.builder.fill(1e-30, lengths.shape))
            .applying(.reciprocalSquareRoot)
        // The sum over i = j: the number of tokens that are not zero.
        let own = try (lengths * inverse * inverse).sum(over: [1, 2])
        let unitSum = try (x * inverse).sum(over: [1], keepingAxes: true)
        let signed = try (total(unitSum) - own).scaled(by: 1 / pairs)

        let across = try inverse.reshaped(to: [batch, 1, tokens])
        var (absolute, squares): (Tensor?, Tensor?)
        for start in stride(from: 0, to: tokens, by: blockRows) {
            let rows = start..<min(start + blockRows, tokens)
            let products = try x.slice(axis: 1, rows).product(x, transposeOther: true)
            let cosines = try products.applying(.absolute)
                * inverse.slice(axis: 1, rows) * across
            let (a, s) = try (cosines.sum(over: [1, 2]), total(products))
            absolute = try absolute.map { try $0 + a } ?? a
            squares = try squares.map { try $0 + s } ?? s
        }
        guard let absolute, let squares else {
            throw ShapeError("token measures", [x.shape], "there is no token")
        }
        let power = try total(x)
        let columns = try [
            high, low, high / low, signed,
            (absolute - own).scaled(by: 1 / pairs),
            absolute.scaled(by: 1 / Double(tokens * tokens)), power * power / squares,
        ]
        return try .concatenation(columns.map { try $0.reshaped(to: [batch, 1]) }, axis: 1)
    }
}

/// What is computed of attention weights within the program.
enum AttentionMeasure {
    /// The numbers of a head: those of its map's rows as tokens, and the theorem's factor.
    static let perHead = TokenMeasure.allCases.count + 1

    /// `[batch, heads, queries, keys]`, or with windows before the heads, to
    /// `[batch, heads · perHead]`; the mean over windows.
    static func heads(_ weights: Tensor) throws -> Tensor {
        let (batch, heads) = (weights.shape[0], weights.shape[-3])
        let maps = try flat(weights)
        let numbers = try Tensor.concatenation(
            [TokenMeasure.all(of: maps), smoothingFactor(maps)], axis: 1)
        return try numbers
            .reshaped(to: [batch, numbers.shape[0] / batch / heads, heads * perHead])
            .mean(over: [1])
    }

    /// c √(n / (1 + (n − 1) e^{−2α})) of maps `[maps, queries, n]`: `[maps, 1]`; with it
    /// ‖HC[A X]‖ ≤ factor · ‖HC[X]‖. The sum c of a row is 1 but where talking heads mix maps.
    ///
    /// e^{−2α} is the smallest ratio of two weights of a row, which is that of the theorem where
    /// scores lie in [−α, α]. It is NaN where a weight is negative, as scaled ones may be.
    ///
    /// - Source: Wang et al. 2022 (arXiv 2203.05962), theorem on the convergence rate. As no row
    ///   has a weight above 1 / (1 + (n − 1) e^{−2α}), ‖A‖² ≤ n / (1 + (n − 1) e^{−2α}).
    private static func smoothingFactor(_ maps: Tensor) throws -> Tensor {
        let keys = Double(maps.shape[2])
        let least = try -(-maps).maximum(over: [2])
        let logarithm = try least.applying(.logarithm)
            - maps.maximum(over: [2]).applying(.logarithm)
        let ratio = try -(-logarithm).maximum(over: [1], keepingAxes: true)
        let sum = try maps.sum(over: [2]).maximum(over: [1], keepingAxes: true)
        return try ratio.applying(.exponential).affine(keys - 1, 1)
            .applying(.reciprocalSquareRoot).scaled(by: keys.squareRoot()) * sum
    }

    /// The spectrum of attention maps: ‖row k of F A Fᵀ‖ for the frequencies k = 0, …, ⌊n/2⌋, with
    /// F the unitary DFT; the mean over heads and windows, `[batch, frequencies]`.
    ///
    /// The right factor is unitary and changes no norm, and rows k and n − k are conjugate.
    ///
    /// - Source: Wang et al. 2022 (arXiv 2203.05962), Figure 5 and appendix F.2.
    static func spectrum(_ weights: Tensor) throws -> Tensor {
        let (batch, queries) = (weights.shape[0], weights.shape[-2])
        let maps = try flat(weights)
        let count = queries / 2 + 1
        let waves = try HalfDiagonal(height: queries, width: 1).waves(weights.builder)
            .scaled(by: 1 / Double(queries).squareRoot())
            .reshaped(to: [1, 2 * count, queries])
            .broadcast(to: [maps.shape[0], 2 * count, queries])
        let power = try waves.product(maps).applying(.square).sum(over: [2])
        let magnitude = try (power.slice(axis: 1, 0..<count) + power.slice(axis: 1, count..<2 * count))
            .applying(.squareRoot)
        return try magnitude.reshaped(to: [batch, maps.shape[0] / batch, count]).mean(over: [1])
    }

    private static func flat(_ weights: Tensor) throws -> Tensor {
        let shape = weights.shape
        return try weights.reshaped(
            to: [shape.dimensions.dropLast(2).reduce(1, *), shape[-2], shape[-1]])
    }
}
