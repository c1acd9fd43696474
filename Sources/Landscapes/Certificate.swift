import Results

/// A landscape's own proof: derivatives along its directions, taken in two independent ways.
public struct Certificate: Sendable, Codable, Hashable {
    /// A derivative by differences of the loss beside the same derivative by differentiation.
    public struct Comparison: Sendable, Codable, Hashable {
        /// What is compared, for example `d0'Hd0`.
        public var name: String
        /// 1 for a slope, 2 for a curvature.
        public var order = 1
        /// The value from differences of the loss along the direction, extrapolated to step 0.
        public var difference = Double.nan
        /// The estimated error of `difference`.
        public var differenceError = Double.nan
        /// The value from the gradient or from a Hessian-vector product.
        public var derivative = Double.nan

        /// |difference - derivative| / max(|derivative|, |difference|), 0 where both vanish.
        public var relativeError: Double {
            let scale = max(abs(difference), abs(derivative))
            return scale == 0 ? 0 : abs(difference - derivative) / scale
        }
    }

    /// First derivatives, g·d for each direction, then second ones, d'Hd.
    public var comparisons: [Comparison]
    /// |d₀'Hd₁ - d₁'Hd₀| relative to ‖d₀‖‖Hd₁‖; nil for a single direction.
    public var asymmetry: Double?

    /// The largest relative error of all comparisons.
    public var largestRelativeError: Double { comparisons.map(\.relativeError).max() ?? 0 }

    /// A certificate of first and second derivatives.
    public init(slopes: [Comparison], curvatures: [Comparison], asymmetry: Double?) {
        comparisons = slopes + curvatures
        for index in slopes.count..<comparisons.count { comparisons[index].order = 2 }
        self.asymmetry = asymmetry
    }
}

extension Certificate.Comparison: Fillable {
    public init() { self.init(name: "") }
}

extension Certificate: StoredFields {
    public init() { self.init(slopes: [], curvatures: [], asymmetry: nil) }

    public static var schema: Schema<Certificate> {
        Schema(
            .derived("largest_relative_error", unit: .one, "largest one of the comparisons") {
                $0.largestRelativeError
            },
            .field(
                "asymmetry", \.asymmetry, unit: .one,
                "|d₀'Hd₁ - d₁'Hd₀| / (‖d₀‖‖Hd₁‖)"),
            .table(
                "comparisons", axis: "derivative", \.comparisons,
                [
                    .column("name", \.name, "what is compared"),
                    .column("order", \.order, unit: .one, "1 for a slope, 2 for a curvature"),
                    .column(
                        "difference", \.difference, unit: .nats, "from differences of the loss"),
                    .column(
                        "difference_error", \.differenceError, unit: .nats, "its estimated error"),
                    .column(
                        "derivative", \.derivative, unit: .nats,
                        "from gradient or Hessian product"),
                    .derived("relative_error", unit: .one, "difference against derivative") {
                        $0.map(\.relativeError)
                    },
                ]))
    }

    /// The number of values in a row of a study, for the given number of directions.
    public static func rowLength(directions: Int) -> Int { 1 + 6 * directions }

    /// The certificate as a row of a study: the asymmetry, then three numbers per comparison.
    public var row: [Double] {
        [asymmetry ?? .nan]
            + comparisons.flatMap { [$0.difference, $0.differenceError, $0.derivative] }
    }

    /// The certificate of a row.
    init(row: [Double], directions: Int) {
        let names = (0..<directions).map { "g·d\($0)" } + (0..<directions).map { "d\($0)'Hd\($0)" }
        comparisons = names.enumerated().map { number, name in
            let start = 1 + 3 * number
            return Comparison(
                name: name, order: 1 + number / directions, difference: row[start],
                differenceError: row[start + 1], derivative: row[start + 2])
        }
        asymmetry = directions > 1 ? row[0] : nil
    }
}
