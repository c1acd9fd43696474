import Networks
import Randomness
import Results

/// What a residual unit of a network does, which decides how its bar is drawn.
public enum LesionKind: String, StoredLabel, Sendable, Codable, CaseIterable {
    /// A residual unit of convolutions that keeps the resolution.
    case convolution
    /// A self-attention unit.
    case attention
    /// A feed-forward unit of a transformer.
    case mlp
    /// A residual unit that lowers the resolution; its skip path stays.
    case subsampling

    /// The kind of a network's unit; nil for units that no lesion removes.
    public init?(_ unit: UnitKind) {
        switch unit {
        case .convolution: self = .convolution
        case .attention: self = .attention
        case .mlp: self = .mlp
        case .subsampling: self = .subsampling
        case .stem, .smoothing, .classifier: return nil
        }
    }
}

/// A lesion: what is lost when one residual unit is removed and its skip path kept.
public struct LesionUnit: Sendable, Codable, Hashable {
    /// The unit's name in the network, for example `layer1.0`.
    public var name: String
    /// What the unit does.
    public var kind = LesionKind.convolution
    /// The normalised depth: 0 for the first removable unit, 1 for the last.
    public var depth = 0.0
    /// The accuracy without the unit; NaN, as the rest, where it has not been measured.
    public var accuracy = Double.nan
    /// The mean NLL without the unit, in nats.
    public var negativeLogLikelihood = Double.nan
    /// The accuracy lost, baseline minus lesioned, with a paired interval over examples.
    public var accuracyDrop = Estimate()
    /// The NLL gained, lesioned minus baseline, in nats, with a paired interval over examples.
    public var lossRise = Estimate()
}

/// A lesion study: each residual unit of a trained network removed in turn, without retraining.
///
/// - Source: Park & Kim 2022 (arXiv 2202.06709), Figure 10 and appendix D.
public struct LesionResult: Sendable, Codable, Hashable {
    /// The accuracy of the whole network.
    public var baselineAccuracy = Double.nan
    /// The mean NLL of the whole network, in nats.
    public var baselineNegativeLogLikelihood = Double.nan
    /// The number of examples.
    public var exampleCount: Int
    /// The seed of the resamples.
    public var seed: UInt64
    /// The lesions in the order of the units.
    public var units: [LesionUnit]
    /// The accuracy lost when a unit drawn at random is removed, the mean over all units.
    public var randomUnitAccuracyDrop = Estimate()
    /// The NLL gained when a unit drawn at random is removed, the mean over all units.
    public var randomUnitLossRise = Estimate()

    /// A study of which nothing has been measured yet.
    public init(units: [(name: String, kind: LesionKind)], exampleCount: Int, seed: UInt64 = 0) {
        self.exampleCount = exampleCount
        self.seed = seed
        let last = Double(max(units.count - 1, 1))
        self.units = units.enumerated().map { index, unit in
            LesionUnit(name: unit.name, kind: unit.kind, depth: Double(index) / last)
        }
    }
}

extension LesionUnit: Fillable {
    public init() { self.init(name: "") }
}

extension LesionResult: MeasuredResult {
    public static let kind = "lesion"
    public static let item = "network"

    public init() { self.init(units: [], exampleCount: 0) }

    public var finding: String {
        let worst = units.filter { $0.accuracyDrop.value.isFinite }
            .max { $0.accuracyDrop.value < $1.accuracyDrop.value }
        let loss = worst.map {
            ", lost most (\(Readable.percentage($0.accuracyDrop.value))) without \($0.name)"
        }
        return "accuracy \(Readable.percentage(baselineAccuracy))\(loss ?? "")"
    }

    public static var schema: Schema<LesionResult> {
        Schema(
            .field(
                "baseline_accuracy", \.baselineAccuracy, unit: .share,
                "accuracy of the whole network"),
            .field(
                "baseline_nll", \.baselineNegativeLogLikelihood, unit: .nats,
                "mean NLL of the whole network"),
            .field("examples", \.exampleCount, unit: .one, "number of examples"),
            .field("seed", \.seed, unit: .one, "seed of the resamples"),
            .field(
                "random_unit_accuracy_drop", \.randomUnitAccuracyDrop, unit: .share,
                "accuracy lost without a unit drawn at random"),
            .field(
                "random_unit_nll_rise", \.randomUnitLossRise, unit: .nats,
                "NLL gained without a unit drawn at random"),
            .table(
                "units", axis: "unit", \.units,
                [
                    .column("unit", \.name, "name of the removed unit"),
                    .column("kind", \.kind, "what the unit does"),
                    .column("depth", \.depth, unit: .one, "normalised depth, 0 to 1"),
                    .column("accuracy", \.accuracy, unit: .share, "accuracy without the unit"),
                    .column(
                        "nll", \.negativeLogLikelihood, unit: .nats, "mean NLL without the unit"),
                    .column("accuracy_drop", \.accuracyDrop, unit: .share, "accuracy lost"),
                    .column("nll_rise", \.lossRise, unit: .nats, "NLL gained"),
                ]))
    }

    public func name(ofItem item: Int) -> String {
        item == 0 ? "the whole network"
            : units.indices.contains(item - 1) ? units[item - 1].name : "unit \(item)"
    }

    /// The first item is the whole network, then each unit is removed in turn.
    public mutating func assemble(_ rows: [[Double]?]) throws {
        let outcomes = try rows.enumerated().map { item, row in
            try row.map { row in
                guard let found = ExampleOutcomes(row: row, count: exampleCount) else {
                    throw RowError(
                        name(ofItem: item), "is not measured on \(exampleCount) examples")
                }
                return found
            }
        }
        guard let whole = outcomes.first, let baseline = whole else {
            self = LesionResult(
                units: units.map { ($0.name, $0.kind) }, exampleCount: exampleCount, seed: seed)
            return
        }
        let targets = zip(units, outcomes.dropFirst()).map {
            LesionTarget(name: $0.name, kind: $0.kind, outcomes: $1)
        }
        self = try LesionMeasurement.study(baseline: baseline, targets: targets, seed: seed)
    }
}
