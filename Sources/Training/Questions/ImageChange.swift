/// What becomes of the images of examples after augmentation and normalisation.
public final class ImageChange: Sendable {
    private let changed: @Sendable (_ position: Int, _ image: [Double]) -> [Double]

    /// A change of images `[channels, height, width]` in normalised units, given the position of an
    /// example and its image; all workers call it, and what it gives must always be the same.
    public init(_ changed: @escaping @Sendable (_ position: Int, _ image: [Double]) -> [Double]) {
        self.changed = changed
    }

    /// A change that adds a number to each value.
    public convenience init(adding shift: @escaping @Sendable (_ position: Int) -> [Double]) {
        self.init { position, image in zip(image, shift(position)).map { $0 + $1 } }
    }

    /// Changes the image of an example, which begins at `start`.
    func apply<Scalar: BinaryFloatingPoint>(
        _ position: Int, to images: inout [Scalar], at start: Int, count: Int
    ) {
        let image = images[start..<start + count].map { Double($0) }
        for (index, value) in changed(position, image).enumerated() {
            images[start + index] = Scalar(value)
        }
    }
}
