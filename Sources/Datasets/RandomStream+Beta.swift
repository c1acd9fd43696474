import Randomness

#if canImport(Glibc)
    import Glibc
#endif

extension RandomStream {
    /// A number with distribution Beta(alpha, beta), in [0, 1].
    ///
    /// It is X / (X + Y) with X and Y of distribution Gamma(alpha) and Gamma(beta), computed from
    /// their logarithms: with a small alpha both numbers are often too small for a Double.
    func beta(_ alpha: Double, _ beta: Double) -> Double {
        let difference = substream(1).logGamma(beta) - substream(0).logGamma(alpha)
        return 1 / (1 + exp(difference))
    }

    /// The logarithm of a number with distribution Gamma(shape, 1).
    ///
    /// Rejection without the squeeze for shape >= 1; below it, Gamma(a) = Gamma(a + 1) · U^(1/a).
    ///
    /// - Source: Marsaglia & Tsang 2000, "A simple method for generating gamma variables".
    private func logGamma(_ shape: Double) -> Double {
        let raised = shape < 1
        let d = (raised ? shape + 1 : shape) - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        var attempt = 0
        while true {
            let draws = substream(attempt)
            attempt += 1
            let x = draws.gaussian(0)
            let root = 1 + c * x
            if root <= 0 { continue }
            let v = root * root * root
            // 1 - U lies in (0, 1], so that its logarithm is finite. Draws 0 and 1 made x.
            if log(1 - draws.uniform(2)) < 0.5 * x * x + d - d * v + d * log(v) {
                let result = log(d * v)
                return raised ? result + log(1 - draws.uniform(3)) / shape : result
            }
        }
    }
}
