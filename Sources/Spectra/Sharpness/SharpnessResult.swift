import Results

/// Measures of sharpness at one point, each with its definition. None of them tells how well a
/// network generalises (Andriushchenko et al. 2023, arXiv 2302.07011).
public struct SharpnessResult: Sendable, Hashable {
    /// The largest rise of the loss within one radius.
    public struct Rise: Fillable, Hashable {
        /// What is measured.
        public var measure = SharpnessMeasure.worstCase
        /// The radius ρ, in weights; of the adaptive measure, in shares of them.
        public var radius = Double.nan
        /// The largest rise met in the ascent.
        public var rise = Double.nan
        /// The rise after its first step, which is SAM's.
        public var firstStep = Double.nan
        /// The definition of the measure in a formula.
        public var definition = ""

        public init() {}
    }

    /// The loss after one step of an ascent.
    public struct Step: Fillable, Hashable {
        /// What is measured.
        public var measure = SharpnessMeasure.worstCase
        /// The radius of the ascent.
        public var radius = Double.nan
        /// The number of the step; 0 is the point.
        public var step = 0
        /// The loss there, in nats.
        public var loss = Double.nan

        public init() {}
    }

    /// One try of the line search.
    public struct Try: Fillable, Hashable {
        /// The learning rate that was tried.
        public var rate = Double.nan
        /// The loss after a step with it, in nats.
        public var loss = Double.nan

        public init() {}
    }

    /// The steps of an ascent.
    public var steps = 0
    /// The relative width of the bracket of the learning rate.
    public var precision = Double.nan
    /// The loss at the point.
    public var loss = Double.nan
    /// The norm of its gradient.
    public var gradientNorm = Double.nan
    /// The smallest learning rate that was found not to lower the loss.
    public var criticalRate = Double.nan
    /// The largest one below it that was found to lower it.
    public var rateBelow = Double.nan
    /// 2/η.
    public var criticalSharpness = Double.nan
    /// The largest rises, measure by measure.
    public var rises: [Rise] = []
    /// The ascents, step by step.
    public var ascents: [Step] = []
    /// The line search, in the order of its tries.
    public var search: [Try] = []

    public init() {}
}

extension SharpnessResult: MeasuredResult {
    public static let kind = "sharpness"
    public static let item = "measure"

    private var measurement: SharpnessMeasurement {
        let radii = rises.filter { $0.measure == .worstCase }.map(\.radius)
        return SharpnessMeasurement(radii: radii, steps: steps, precision: precision)
    }

    public var finding: String {
        let parts = rises.map {
            "\($0.measure.rawValue) \(Readable.number($0.rise)) at \(Readable.number($0.radius))"
        }
        return (parts + ["critical sharpness \(Readable.number(criticalSharpness))"])
            .joined(separator: ", ")
    }

    public func name(ofItem item: Int) -> String {
        measurement.place(ofItem: item).map { "\($0.measure.rawValue) within \($0.radius)" }
            ?? "critical learning rate"
    }

    public mutating func assemble(_ rows: [[Double]?]) throws {
        (ascents, search) = ([], [])
        for (item, row) in rows.enumerated() {
            guard let row else { continue }
            guard row.count >= (rises.indices.contains(item) ? 1 : 2) else {
                throw RowError(name(ofItem: item), "is none; compute it again")
            }
            if rises.indices.contains(item) {
                take(row, item)
            } else {
                takeSearch(row)
            }
        }
    }

    private mutating func take(_ row: [Double], _ item: Int) {
        // An ascent that ended early has NaN at its end.
        let losses = row.prefix(steps + 1).prefix { !$0.isNaN }
        for (number, loss) in losses.enumerated() {
            var step = Step()
            (step.measure, step.radius) = (rises[item].measure, rises[item].radius)
            (step.step, step.loss) = (number, loss)
            ascents.append(step)
        }
        guard let first = losses.first else { return }
        loss = first
        rises[item].rise = (losses.max() ?? first) - first
        if losses.count > 1 { rises[item].firstStep = losses[1] - first }
    }

    private mutating func takeSearch(_ row: [Double]) {
        (loss, gradientNorm) = (row[0], row[1])
        for place in stride(from: 2, to: row.count - 1, by: 2) where !row[place].isNaN {
            var entry = Try()
            (entry.rate, entry.loss) = (row[place], row[place + 1])
            search.append(entry)
        }
        search.sort { $0.rate < $1.rate }
        let start = loss
        // What has overflowed to NaN does not lower the loss either.
        criticalRate = search.first { !($0.loss < start) }?.rate ?? .nan
        let critical = criticalRate
        rateBelow = search.last { $0.rate < critical && $0.loss < start }?.rate ?? .nan
        criticalSharpness = 2 / criticalRate
    }

    /// A learning rate turns slopes into steps of weights.
    private static let rate = StoredUnit("weight² / loss")

    public static var schema: Schema<SharpnessResult> {
        Schema(
            .field("steps", \.steps, unit: .one, "steps of an ascent"),
            .field(
                "precision", \.precision, unit: .one,
                "relative width of the bracket of the learning rate"),
            .field("loss", \.loss, unit: .nats, "L(w), the loss at the point"),
            .field("gradient_norm", \.gradientNorm, unit: .slope, "norm of its gradient"),
            .field(
                "critical_learning_rate", \.criticalRate, unit: Self.rate,
                "smallest learning rate found at which a step of gradient descent does not lower"
                    + " the loss: L(w - rate ∇L) ≥ L(w) (arXiv 2601.16979)"),
            .field(
                "learning_rate_below", \.rateBelow, unit: Self.rate,
                "largest learning rate found below it that lowers the loss"),
            .field(
                "critical_sharpness", \.criticalSharpness, unit: .curvature,
                "2 / critical learning rate"),
            .table(
                "rises", axis: "ascent", \.rises,
                [
                    .column("measure", \.measure, "what is measured"),
                    .column(
                        "radius", \.radius, unit: .one,
                        "radius ρ, in weights; of adaptive, in shares of them"),
                    .column("rise", \.rise, unit: .nats, "largest rise of the loss within it"),
                    .column(
                        "first_step", \.firstStep, unit: .nats,
                        "rise after the first step, which is SAM's"),
                    .column("definition", \.definition, "the definition of the measure"),
                ]),
            .table(
                "ascents", axis: "step", \.ascents,
                [
                    .column("ascent_measure", \.measure, "what is measured"),
                    .column("ascent_radius", \.radius, unit: .one, "radius of the ascent"),
                    .column("ascent_step", \.step, unit: .one, "number of the step; 0 is the point"),
                    .column("ascent_loss", \.loss, unit: .nats, "loss there"),
                ]),
            .table(
                "search", axis: "try", \.search,
                [
                    .column(
                        "learning_rate", \.rate, unit: Self.rate, "learning rate that was tried"),
                    .column("loss_after_step", \.loss, unit: .nats, "loss after a step with it"),
                ]))
    }
}
