/// Normalised images with soft labels, ready for a program.
public struct Minibatch<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
    /// Row-major `[batch, channels, height, width]`.
    public var images: [Scalar]
    /// Row-major `[batch, classes]`, rows sum to 1.
    public internal(set) var labels: [Scalar]
    /// The number of each image in its data set, `[batch]`.
    public internal(set) var indices: [Int]
    /// The draw of each image, `[batch]`.
    public internal(set) var draws: [Int]

    /// The number of images.
    public var count: Int { indices.count }
}
