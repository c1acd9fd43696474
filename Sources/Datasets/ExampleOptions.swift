/// What is frozen of a list of examples besides the images: draws, augmentation and labels.
public struct ExampleOptions: Hashable, Sendable {
    /// What is done to each image.
    public var augmentation = Augmentation.none
    /// How often each image occurs, each time with draws of its own.
    public var draws = 1
    /// The share s of the label that is spread over all K classes: s/K each.
    public var labelSmoothing = 0.0
    /// Mixup and CutMix.
    public var mixing = LabelMixing.none
    /// The size of the minibatches; partners of a mixture are of one minibatch.
    public var batchSize = 16
    /// The seed of every draw.
    public var seed: UInt64 = 0

    /// Images as they are with their own labels.
    public init() {}

    /// - Throws: `DatasetError.invalidOption` for a value out of range.
    public func validate() throws {
        func require(_ condition: Bool, _ name: String, _ value: String, _ reason: String) throws {
            if !condition {
                throw DatasetError.invalidOption(name: name, value: value, reason: reason)
            }
        }
        try require(
            draws >= 1 && draws <= 1_000_000, "--draws", "\(draws)", "expected 1 to 1000000")
        try require(batchSize >= 1, "--batch-size", "\(batchSize)", "expected at least 1")
        try require(
            labelSmoothing >= 0 && labelSmoothing < 1, "--label-smoothing", "\(labelSmoothing)",
            "expected a number from 0 to below 1")
        try mixing.validate()
        try require(
            !mixing.isOn || batchSize >= 2, "--batch-size", "\(batchSize)",
            "Mixup and CutMix need minibatches of at least 2 images")
    }
}
