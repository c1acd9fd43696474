/// A landscape's own proof: derivatives along its directions, taken in two independent ways.
public struct Certificate: Sendable, Codable, Hashable {
    /// A derivative by differences of the loss beside the same derivative by differentiation.
    public struct Comparison: Sendable, Codable, Hashable {
        /// What is compared, for example `d0'Hd0`.
        public var name: String
        /// The value from differences of the loss along the direction, extrapolated to step 0.
        public var difference: Double
        /// The estimated error of `difference`.
        public var differenceError: Double
        /// The value from the gradient or from a Hessian-vector product.
        public var derivative: Double
        /// |difference - derivative| / max(|derivative|, |difference|), 0 where both vanish.
        public var relativeError: Double

        /// A comparison; the relative error follows.
        public init(
            name: String, difference: Double, differenceError: Double, derivative: Double
        ) {
            self.name = name
            self.difference = difference
            self.differenceError = differenceError
            self.derivative = derivative
            let scale = max(abs(difference), abs(derivative))
            relativeError = scale == 0 ? 0 : abs(difference - derivative) / scale
        }
    }

    /// First derivatives: g·d for each direction.
    public var slopes: [Comparison]
    /// Second derivatives: d'Hd for each direction.
    public var curvatures: [Comparison]
    /// |d₀'Hd₁ - d₁'Hd₀| relative to ‖d₀‖‖Hd₁‖; nil for a single direction.
    public var asymmetry: Double?

    /// A certificate from its parts.
    public init(slopes: [Comparison], curvatures: [Comparison], asymmetry: Double?) {
        self.slopes = slopes
        self.curvatures = curvatures
        self.asymmetry = asymmetry
    }

    /// The largest relative error of all comparisons.
    public var largestRelativeError: Double {
        (slopes + curvatures).map(\.relativeError).max() ?? 0
    }
}
