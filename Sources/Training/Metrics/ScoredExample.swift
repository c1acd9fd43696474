/// What metrics need to know of one example.
public struct ScoredExample: Sendable, Hashable {
    /// The most probable class of the label.
    public var target: Int
    /// The most probable class; -1 where a score is no number.
    public var prediction: Int
    /// The probability of the prediction; NaN where there is none.
    public var confidence: Double
    /// NLL in nats.
    public var loss: Double
    /// Whether the target is among the five most probable classes.
    public var isAmongTop5: Bool
    /// Σ_c (p_c − y_c)², with y one at the target.
    public var brier: Double

    /// An example of its parts.
    public init(
        target: Int, prediction: Int, confidence: Double, loss: Double, isAmongTop5: Bool,
        brier: Double
    ) {
        self.target = target
        self.prediction = prediction
        self.confidence = confidence
        self.loss = loss
        self.isAmongTop5 = isAmongTop5
        self.brier = brier
    }

    /// Whether the prediction is the target.
    public var isCorrect: Bool { target == prediction }
}

/// The examples of one bin of confidence.
public struct ReliabilityBin: Sendable, Hashable {
    /// Confidences above the lower and up to the upper bound.
    public var range: ClosedRange<Double>
    public var count = 0
    public var correct = 0
    /// The sum of their confidences.
    public var confidence = 0.0
}
