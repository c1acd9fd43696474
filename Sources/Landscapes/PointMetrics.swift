import Results

/// What is measured at one point of a landscape.
///
/// The likelihood and every penalty are kept apart, so that any form of the objective can be drawn
/// from one file. Values that are not finite are kept as they are.
public struct PointMetrics: Fillable, Codable, Hashable {
    /// The mean over examples and draws of -log p(label), in nats.
    public var negativeLogLikelihood: Double
    /// The penalty (λ/2)·Σ‖w‖² over the decayed parameters.
    public var l2Penalty: Double
    /// Σ|w| over all parameters.
    public var l1: Double
    /// Σ‖w_k‖₂ over parameter tensors k, not squared: what the first paper's repository calls l2.
    public var sumOfNorms: Double
    /// The share of examples whose most probable class is the label.
    public var accuracy: Double
    /// The share of examples whose label is among the five most probable classes.
    public var top5Accuracy: Double
    /// The mean over examples of Σ_c (p_c - y_c)².
    public var brier: Double
    /// The expected calibration error with ten equal bins.
    public var expectedCalibrationError: Double
    /// Accuracy of examples whose confidence is above 0.9.
    public var accuracy90 = Double.nan
    /// The share of wrong examples whose confidence is at most 0.
    public var unconfidence = Double.nan
    /// The share of wrong examples whose confidence is at most 0.9.
    public var unconfidence90 = Double.nan
    /// The mean over classes of TP/(TP + FP + FN).
    public var intersectionOverUnion = Double.nan
    /// The same of examples whose confidence is above 0.9.
    public var intersectionOverUnion90 = Double.nan
    /// The share of examples whose confidence is above 0.
    public var frequency = Double.nan
    /// The share of examples whose confidence is above 0.9.
    public var frequency90 = Double.nan
    /// The signed calibration error: negative where confidence is too low.
    public var signedCalibrationError = Double.nan

    /// The metrics of one point.
    public init(
        negativeLogLikelihood: Double, l2Penalty: Double = 0, l1: Double = 0,
        sumOfNorms: Double = 0, accuracy: Double = .nan, top5Accuracy: Double = .nan,
        brier: Double = .nan, expectedCalibrationError: Double = .nan
    ) {
        self.negativeLogLikelihood = negativeLogLikelihood
        self.l2Penalty = l2Penalty
        self.l1 = l1
        self.sumOfNorms = sumOfNorms
        self.accuracy = accuracy
        self.top5Accuracy = top5Accuracy
        self.brier = brier
        self.expectedCalibrationError = expectedCalibrationError
    }

    /// A point of which nothing is known.
    public init() {
        self.init(negativeLogLikelihood: .nan, l2Penalty: .nan, l1: .nan, sumOfNorms: .nan)
    }

    /// The objective of training with weight decay: NLL + (λ/2)·Σ‖w‖².
    public var lossWithL2: Double { negativeLogLikelihood + l2Penalty }
}

extension PointMetrics {
    /// The metrics that are measured, in the order of a row of a study.
    static var measured:
        [(
            metric: LandscapeMetric, path: WritableKeyPath<PointMetrics, Double>, unit: StoredUnit,
            description: String
        )]
    {
        [
            (.negativeLogLikelihood, \.negativeLogLikelihood, .nats, "mean of -log p(label)"),
            (.l2Penalty, \.l2Penalty, .nats, "penalty (λ/2)·Σ‖w‖² over the decayed parameters"),
            (.l1, \.l1, .weight, "Σ|w| over all parameters"),
            (.sumOfNorms, \.sumOfNorms, .weight, "Σ‖w_k‖ over the parameter tensors, not squared"),
            (.accuracy, \.accuracy, .share, "the most probable class is the label"),
            (.top5Accuracy, \.top5Accuracy, .share, "the label is among the five most probable"),
            (.brier, \.brier, .one, "mean of Σ_c (p_c - y_c)²"),
            (
                .expectedCalibrationError, \.expectedCalibrationError, .share,
                "expected calibration error with ten equal bins"
            ),
            (.accuracy90, \.accuracy90, .share, "accuracy where confidence is above 0.9"),
            (
                .unconfidence, \.unconfidence, .share,
                "confidence of at most 0, of the wrong examples"
            ),
            (
                .unconfidence90, \.unconfidence90, .share,
                "confidence of at most 0.9, of the wrong examples"
            ),
            (
                .intersectionOverUnion, \.intersectionOverUnion, .share,
                "TP/(TP+FP+FN), mean over classes"
            ),
            (
                .intersectionOverUnion90, \.intersectionOverUnion90, .share,
                "TP/(TP+FP+FN) where confidence is above 0.9, mean over classes"
            ),
            (.frequency, \.frequency, .share, "confidence above 0"),
            (.frequency90, \.frequency90, .share, "confidence above 0.9"),
            (
                .signedCalibrationError, \.signedCalibrationError, .share,
                "signed calibration error: negative where confidence is too low"
            ),
        ]
    }

    /// The measured values as a row of a study.
    public var row: [Double] { Self.measured.map { self[keyPath: $0.path] } }

    /// The point of a row.
    init(row: [Double]) {
        self.init()
        for (value, metric) in zip(row, Self.measured) { self[keyPath: metric.path] = value }
    }
}

/// The names of the metrics of a landscape, as they stand in files and on the command line.
public enum LandscapeMetric: String, Sendable, Codable, CaseIterable {
    /// NLL, in nats.
    case negativeLogLikelihood = "nll"
    /// (λ/2)·Σ‖w‖².
    case l2Penalty = "l2_penalty"
    /// NLL + (λ/2)·Σ‖w‖².
    case lossWithL2 = "nll_l2"
    /// NLL + λ·Σ‖w_k‖, the value that the first paper's published surfaces draw.
    case lossPark2022 = "nll_park2022"
    /// Σ|w|.
    case l1 = "l1"
    /// Σ‖w_k‖₂.
    case sumOfNorms = "sum_of_norms"
    /// Top-1 accuracy.
    case accuracy = "accuracy"
    /// Top-5 accuracy.
    case top5Accuracy = "top5"
    /// Brier score.
    case brier = "brier"
    /// Expected calibration error.
    case expectedCalibrationError = "ece"
    /// Accuracy above a confidence of 0.9.
    case accuracy90 = "accuracy_90"
    /// Confidence of at most 0 among the wrong.
    case unconfidence
    /// Confidence of at most 0.9 among the wrong.
    case unconfidence90 = "unconfidence_90"
    /// Mean intersection over union.
    case intersectionOverUnion = "iou"
    /// Mean intersection over union above a confidence of 0.9.
    case intersectionOverUnion90 = "iou_90"
    /// Confidence above 0.
    case frequency
    /// Confidence above 0.9.
    case frequency90 = "frequency_90"
    /// Signed calibration error.
    case signedCalibrationError = "ecse"

    /// The value at one point, where `l2` is λ.
    public func value(of point: PointMetrics, l2: Double) -> Double {
        switch self {
        case .negativeLogLikelihood: point.negativeLogLikelihood
        case .l2Penalty: point.l2Penalty
        case .lossWithL2: point.lossWithL2
        case .lossPark2022: point.negativeLogLikelihood + l2 * point.sumOfNorms
        case .l1: point.l1
        case .sumOfNorms: point.sumOfNorms
        case .accuracy: point.accuracy
        case .top5Accuracy: point.top5Accuracy
        case .brier: point.brier
        case .expectedCalibrationError: point.expectedCalibrationError
        case .accuracy90: point.accuracy90
        case .unconfidence: point.unconfidence
        case .unconfidence90: point.unconfidence90
        case .intersectionOverUnion: point.intersectionOverUnion
        case .intersectionOverUnion90: point.intersectionOverUnion90
        case .frequency: point.frequency
        case .frequency90: point.frequency90
        case .signedCalibrationError: point.signedCalibrationError
        }
    }
}
