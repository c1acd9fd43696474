import Results

/// The accuracies under perturbations of one ring of frequencies.
public struct FrequencyRow: Fillable, Codable, Hashable {
    /// The middle of the ring in units of π radians for each pixel.
    public var frequency = 0.0
    public var random = PerturbedAccuracy()
    public var fgsm = PerturbedAccuracy()
    public var pgd = PerturbedAccuracy()

    public init() {}

    static func path(_ kind: AttackKind) -> WritableKeyPath<FrequencyRow, PerturbedAccuracy> {
        switch kind {
        case .random: \.random
        case .fgsm: \.fgsm
        case .pgd: \.pgd
        }
    }
}

/// The accuracy under noise and attacks that are passed through rings of frequencies.
///
/// - Source: Park & Kim 2022 (arXiv 2202.06709), Figure 2b; the rings are those of `FreqAttack` in the
///   authors' repository.
public struct FrequencyResult: Sendable, Codable, Hashable {
    /// The attacks in the order of a row, such as `random,fgsm`.
    public var attacks = ""
    /// The bound of a perturbation before it is filtered, in normalised units.
    public var epsilon = 0.0
    /// The length of a step of PGD, in normalised units.
    public var stepSize = 0.0
    /// The number of steps of PGD.
    public var steps = 0
    /// Half the width of a ring in radians for each pixel.
    public var halfWidth = 0.0
    /// The number of examples.
    public var exampleCount = 0
    /// The number of examples that have been measured so far.
    public var measuredCount = 0
    /// The number of examples that are measured at a time.
    public var batchSize = 1
    /// The seed of perturbations and resamples.
    public var seed: UInt64 = 0
    /// The images as they are.
    public var clean = PerturbedAccuracy()
    /// The rings, from low to high frequencies.
    public var rings: [FrequencyRow] = []

    public init() {}

    /// A result of which nothing has been measured yet.
    ///
    /// - Parameter frequencies: the middles of rings in units of π.
    public init(
        _ attacks: [Attack], frequencies: [Double], halfWidth: Double, exampleCount: Int,
        batchSize: Int, seed: UInt64
    ) {
        self.attacks = attacks.map(\.kind.rawValue).joined(separator: ",")
        epsilon = attacks.first?.epsilon ?? 0
        let steps = attacks.first { $0.kind == .pgd }
        (stepSize, self.steps) = (steps?.stepSize ?? 0, steps?.steps ?? 0)
        self.halfWidth = halfWidth
        self.exampleCount = exampleCount
        self.batchSize = batchSize
        self.seed = seed
        rings = frequencies.map { frequency in
            var row = FrequencyRow()
            row.frequency = frequency
            return row
        }
    }

    /// The attacks that were made.
    public var kinds: [AttackKind] {
        attacks.split(separator: ",").compactMap { AttackKind(rawValue: String($0)) }
    }

    /// The positions of a minibatch's examples.
    public func positions(ofItem item: Int) -> Range<Int> {
        item * batchSize..<min((item + 1) * batchSize, exampleCount)
    }

    /// The numbers of one example: NLL and whether it was right, of the clean image, then for each
    /// attack of the rings in turn.
    public var valuesPerExample: Int { 2 * (1 + kinds.count * rings.count) }
}

extension FrequencyResult: MeasuredResult {
    public static let kind = "frequency_robustness"
    public static let item = "minibatch"

    public var finding: String {
        guard measuredCount > 0, let attack = kinds.first else { return "nothing measured" }
        let path = FrequencyRow.path(attack)
        let worst = rings.min {
            $0[keyPath: path].accuracyChange.value < $1[keyPath: path].accuracyChange.value
        }
        return worst.map {
            "\(Readable.percentage($0[keyPath: path].accuracyChange.value)) of accuracy by"
                + " \(attack.rawValue) at \(Readable.number($0.frequency))π"
        } ?? "nothing measured"
    }

    public static var schema: Schema<FrequencyResult> {
        Schema(
            .field("attacks", \.attacks, "perturbations before they are filtered"),
            .field("epsilon", \.epsilon, unit: StoredUnit("normalised grey level"), "L∞ bound before the filter"),
            .field("step_size", \.stepSize, unit: StoredUnit("normalised grey level"), "length of a step of PGD"),
            .field("steps", \.steps, unit: .one, "steps of PGD"),
            .field("half_width", \.halfWidth, unit: StoredUnit("radian / pixel"), "half the width of a ring"),
            .field("examples", \.exampleCount, unit: .one, "number of examples"),
            .field("measured", \.measuredCount, unit: .one, "number of examples that have been measured"),
            .field("batch_size", \.batchSize, unit: .one, "number of examples of a minibatch"),
            .field("seed", \.seed, unit: .one, "seed of perturbations and resamples"),
            .field("clean_accuracy", \.clean.accuracy, unit: .share, "accuracy on clean images"),
            .field("clean_nll", \.clean.negativeLogLikelihood, unit: .nats, "mean NLL of clean images"),
            .table(
                "rings", axis: "ring", \.rings,
                [
                    .column(
                        "frequency", \.frequency, unit: StoredUnit("π radian / pixel"), "middle of the ring")
                ] + AttackKind.allCases.flatMap(columns)))
    }

    private static func columns(_ kind: AttackKind) -> [Column<FrequencyRow>] {
        let path = FrequencyRow.path(kind)
        let of = "under \(kind.rawValue) through the ring"
        return [
            .column(
                "\(kind.rawValue)_accuracy", path.appending(path: \.accuracy), unit: .share,
                "accuracy \(of)"),
            .column(
                "\(kind.rawValue)_accuracy_change", path.appending(path: \.accuracyChange),
                unit: .share, "accuracy \(of) minus that on clean images"),
            .column(
                "\(kind.rawValue)_nll", path.appending(path: \.negativeLogLikelihood), unit: .nats,
                "mean NLL \(of)"),
        ]
    }

    /// A row holds the numbers of the first example, then of the next.
    public mutating func assemble(_ rows: [[Double]?]) throws {
        let examples = try PerturbedAccuracy.examples(rows, width: valuesPerExample) { item in
            (name(ofItem: item), positions(ofItem: item).count)
        }
        measuredCount = examples.count
        let outcomes = PerturbedAccuracy.all(of: examples, seed: seed)
        clean = outcomes.first ?? PerturbedAccuracy()
        for (number, kind) in kinds.enumerated() {
            for ring in rings.indices {
                let place = 1 + number * rings.count + ring
                rings[ring][keyPath: FrequencyRow.path(kind)] =
                    outcomes.isEmpty ? PerturbedAccuracy() : outcomes[place]
            }
        }
    }
}
