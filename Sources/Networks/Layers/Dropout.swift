import Autodiff
import Randomness

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
