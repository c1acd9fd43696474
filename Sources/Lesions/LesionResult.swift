import Networks
import Randomness

/// What a residual unit of a network does, which decides how its bar is drawn.
public enum LesionKind: String, Sendable, Codable, CaseIterable {
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
    /// The place in the sequence of removable units, from 0.
    public var index: Int
    /// What the unit does.
    public var kind: LesionKind
    /// The normalised depth: 0 for the first removable unit, 1 for the last.
    public var depth: Double
    /// The accuracy without the unit.
    public var accuracy: Double
    /// The mean NLL without the unit, in nats.
    public var negativeLogLikelihood: Double
    /// The accuracy lost, baseline minus lesioned, with a paired interval over examples.
    public var accuracyDrop: Estimate
    /// The NLL gained, lesioned minus baseline, in nats, with a paired interval over examples.
    public var lossRise: Estimate

    /// A lesion from its parts.
    public init(
        name: String, index: Int, kind: LesionKind, depth: Double, accuracy: Double,
        negativeLogLikelihood: Double, accuracyDrop: Estimate, lossRise: Estimate
    ) {
        self.name = name
        self.index = index
        self.kind = kind
        self.depth = depth
        self.accuracy = accuracy
        self.negativeLogLikelihood = negativeLogLikelihood
        self.accuracyDrop = accuracyDrop
        self.lossRise = lossRise
    }
}

/// A lesion study: each residual unit of a trained network removed in turn, without retraining.
///
/// - Source: Park & Kim 2022 (arXiv 2202.06709), Figure 10 and appendix D.
public struct LesionResult: Sendable, Codable, Hashable {
    /// The accuracy of the whole network.
    public var baselineAccuracy: Double
    /// The mean NLL of the whole network, in nats.
    public var baselineNegativeLogLikelihood: Double
    /// The number of examples.
    public var exampleCount: Int
    /// The lesions in the order of the units.
    public var units: [LesionUnit]
    /// The accuracy lost when a unit drawn at random is removed, the mean over all units.
    public var randomUnitAccuracyDrop: Estimate
    /// The NLL gained when a unit drawn at random is removed, the mean over all units.
    public var randomUnitLossRise: Estimate

    /// A study from its parts.
    public init(
        baselineAccuracy: Double, baselineNegativeLogLikelihood: Double, exampleCount: Int,
        units: [LesionUnit], randomUnitAccuracyDrop: Estimate, randomUnitLossRise: Estimate
    ) {
        self.baselineAccuracy = baselineAccuracy
        self.baselineNegativeLogLikelihood = baselineNegativeLogLikelihood
        self.exampleCount = exampleCount
        self.units = units
        self.randomUnitAccuracyDrop = randomUnitAccuracyDrop
        self.randomUnitLossRise = randomUnitLossRise
    }
}
