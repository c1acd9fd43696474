import Autodiff

// Loops that CVector does not have. They are generic, and each scalar type calls them from code of
// its own, so that the compiler makes one version for each type.

/// The windows of an average pooling over planes, forward or transposed.
struct AverageWindows: Sendable {
    let window: PoolingWindow
    /// The shapes before and after the pooling, `[batch, channels, height, width]`.
    let image: Shape
    let output: Shape
    /// Whether averages are spread over the pixels of their windows.
    let isTransposed: Bool

    @inline(__always)
    func run<Scalar: BinaryFloatingPoint>(
        planes: Int, _ source: UnsafePointer<Scalar>, _ target: UnsafeMutablePointer<Scalar>
    ) {
        let (pixels, places) = (image[2] * image[3], output[2] * output[3])
        let width = image[3]
        for row in 0..<output[2] {
            let (rows, wholeRows) = clipped(row, axis: 0)
            for column in 0..<output[3] {
                let (columns, wholeColumns) = clipped(column, axis: 1)
                let divisor = window.countsPadding
                    ? wholeRows * wholeColumns : rows.count * columns.count
                let share = 1 / Scalar(divisor)
                let place = row * output[3] + column
                for plane in 0..<planes {
                    var sum: Scalar = 0
                    let value = isTransposed ? source[plane * places + place] * share : 0
                    for y in rows {
                        for x in columns {
                            let pixel = plane * pixels + y * width + x
                            if isTransposed { target[pixel] += value } else { sum += source[pixel] }
                        }
                    }
                    if !isTransposed { target[plane * places + place] = sum * share }
                }
            }
        }
    }

    /// The pixels of a window within the image, and how many it has with the border.
    private func clipped(_ index: Int, axis: Int) -> (pixels: Range<Int>, whole: Int) {
        let start = index * window.stride[axis] - window.padding[axis]
        let extent = image[2 + axis]
        let end = min(start + window.kernel[axis], extent + window.padding[axis])
        return (max(start, 0)..<min(end, extent), end - start)
    }
}

/// Ones where the mask keeps an element of an example, zeros elsewhere.
@inline(__always)
func fillMask<Scalar: BinaryFloatingPoint>(
    _ mask: RandomMask, examples: Int, _ numbers: UnsafePointer<Scalar>,
    _ target: UnsafeMutablePointer<Scalar>
) {
    let width = mask.tail.reduce(1, *)
    for example in 0..<examples {
        let stream = mask.stream.substream(
            ExampleNumber.joined(Double(numbers[2 * example]), Double(numbers[2 * example + 1])))
        for element in 0..<width {
            let keeps = stream.uniform(element) < mask.keepProbability
            target[example * width + element] = keeps ? 1 : 0
        }
    }
}
