import Autodiff
import Randomness

/// The drop-path rates of blocks one after another: from 0 linearly to that of the last block.
///
///     p_l = l / (L − 1) · p_last,   l = 0 ... L − 1
///
/// - Source: Huang et al. 2016 (arXiv 1603.09382), eq. 4, counted as timm and
///   xxxnell/how-do-vits-work do: the first block is never dropped.
struct DropPathRates {
    /// The rate of the last block.
    let last: Double
    /// The number of blocks, L.
    let blocks: Int
    private var index = 0

    init(last: Double, blocks: Int) {
        self.last = last
        self.blocks = blocks
    }

    /// The rate of the next block.
    mutating func next() -> Double {
        defer { index += 1 }
        return last * Double(index) / Double(max(blocks - 1, 1))
    }
}

extension Scope {
    /// Dropout: elements become zero with probability `rate`, the rest grow by 1 / (1 − rate).
    ///
    /// - Parameter always: whether it acts in evaluation too, as Monte Carlo dropout does.
    /// - Source: Srivastava et al. 2014; Gal & Ghahramani 2016 for the Monte Carlo form.
    public func dropout(rate: Double, always: Bool = false) -> Layer {
        { x in
            guard always || options.mode == .training else { return x }
            let table = try tracing.dropoutTable(x.shape, rate: rate)
            guard rate > 0 else { return x }
            let tail = Array(x.shape.dimensions.dropFirst())
            return try x * (table ?? mask(rate: rate, tail: tail)).scaled(by: 1 / (1 - rate))
        }
    }

    /// Drop path: a whole example becomes zero with probability `rate` in training.
    ///
    /// - Source: Huang et al. 2016 (arXiv 1603.09382).
    public func dropPath(rate: Double) -> Layer {
        { x in
            guard rate > 0, options.mode == .training else { return x }
            let spread = Shape([x.shape[0]] + [Int](repeating: 1, count: x.shape.rank - 1))
            return try x * mask(rate: rate, tail: []).scaled(by: 1 / (1 - rate))
                .reshaped(to: spread)
        }
    }

    private func mask(rate: Double, tail: [Int]) throws -> Tensor {
        tracing.masks += 1
        let stream = RandomStream(
            seed: options.maskSeed, name: "mask \(tracing.masks) at \(prefix)")
        return try tracing.declaredExampleNumbers()
            .randomMask(stream, keepProbability: 1 - rate, tail: tail)
    }
}
