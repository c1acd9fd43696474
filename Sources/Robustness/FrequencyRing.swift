/// A square ring in the plane of frequencies, whose edges are those of two boxes around the constant.
///
/// A frequency of k periods along a side of n pixels is kept where it lies in the outer box and not in
/// the inner one: a box of radius r holds -r ≤ k < r. The radii are ⌊(f ± s) n / 2π⌋ towards zero, for
/// each side of its own, at most half a side and at least 0.
///
/// - Source: `FreqAttack` of the repository of Park & Kim 2022 (arXiv 2202.06709), which takes the
///   height for both sides and is exact for even ones.
public struct FrequencyRing: Hashable, Sendable {
    /// The middle of the ring, in radians for each pixel, 0 to π.
    public let frequency: Double
    /// Half the width of the ring, in radians for each pixel.
    public let halfWidth: Double

    /// A ring around a frequency.
    public init(frequency: Double, halfWidth: Double = 0.2) {
        (self.frequency, self.halfWidth) = (frequency, halfWidth)
    }

    /// Which frequencies are kept, row-major `[height, width]`; the constant is the first.
    public func mask(height: Int, width: Int) -> [Bool] {
        func box(_ edge: Double) -> [Bool] {
            let rows = Self.kept(edge, length: height)
            let columns = Self.kept(edge, length: width)
            return rows.flatMap { row in columns.map { row && $0 } }
        }
        return zip(box(frequency + halfWidth), box(frequency - halfWidth)).map { $0 && !$1 }
    }

    private static func kept(_ edge: Double, length: Int) -> [Bool] {
        let radius = Int(edge * Double(length) / (2 * Double.pi))
        return (0..<length).map { index in
            let periods = 2 * index < length ? index : index - length
            return -radius <= periods && periods < radius
        }
    }
}

/// Takes from images all but the frequencies of a ring.
public struct RingFilter: Sendable {
    private let transform: FourierTransform
    /// The factor of each frequency: the real part of what is left is that of a mask which is the same
    /// at k and -k.
    private let factors: [Double]

    /// A filter of images with the given sides.
    public init(_ ring: FrequencyRing, height: Int, width: Int) {
        transform = FourierTransform(height: height, width: width)
        let mask = ring.mask(height: height, width: width)
        factors = mask.indices.map { index in
            let (row, column) = index.quotientAndRemainder(dividingBy: width)
            let opposite = (height - row) % height * width + (width - column) % width
            return ((mask[index] ? 1 : 0) + (mask[opposite] ? 1 : 0)) / 2
        }
    }

    /// The real part of what the ring lets through.
    ///
    /// - Parameter image: row-major `[channels, height, width]`.
    public func filtered(_ image: [Double]) -> [Double] {
        let size = factors.count
        var result = image
        // Two channels at a time, as real and imaginary part: factors are real and even.
        for start in stride(from: 0, to: image.count, by: 2 * size) {
            let hasSecond = start + size < image.count
            var plane = ComplexPlane(
                real: Array(image[start..<start + size]),
                imaginary: hasSecond
                    ? Array(image[start + size..<start + 2 * size])
                    : [Double](repeating: 0, count: size))
            transform.transform(&plane)
            for index in 0..<size {
                plane.real[index] *= factors[index]
                plane.imaginary[index] *= factors[index]
            }
            transform.transform(&plane, backwards: true)
            result.replaceSubrange(start..<start + size, with: plane.real)
            if hasSecond {
                result.replaceSubrange(start + size..<start + 2 * size, with: plane.imaginary)
            }
        }
        return result
    }
}
