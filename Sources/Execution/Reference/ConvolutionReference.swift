import Autodiff

/// A convolution and its two gradients.
func convolutionReference(
    _ primitive: any Primitive, _ operands: [ReferenceOperand], _ shape: Shape
) -> [Double]? {
    var result = [Double](repeating: 0, count: shape.count)
    switch primitive {
    case let convolution as Convolution:
        let (image, weight) = (operands[0], operands[1])
        let loops = ConvolutionLoops(
            image: image.shape, weight: weight.shape, output: shape,
            geometry: convolution.geometry)
        loops.accumulate(image.values, weight.values, &result) { x, w, y, run in
            let factor = w[run.weight]
            for j in 0..<run.count { y[run.output + j] += x[run.image + j * run.step] * factor }
        }
    case let gradient as ConvolutionInputGradient:
        let (cotangent, weight) = (operands[0], operands[1])
        let loops = ConvolutionLoops(
            image: shape, weight: weight.shape, output: cotangent.shape,
            geometry: gradient.geometry)
        loops.accumulate(cotangent.values, weight.values, &result) { y, w, x, run in
            let factor = w[run.weight]
            for j in 0..<run.count { x[run.image + j * run.step] += y[run.output + j] * factor }
        }
    case let gradient as ConvolutionWeightGradient:
        let (image, cotangent) = (operands[0], operands[1])
        let loops = ConvolutionLoops(
            image: image.shape, weight: shape, output: cotangent.shape,
            geometry: gradient.geometry)
        loops.accumulate(image.values, cotangent.values, &result) { x, y, w, run in
            var sum = 0.0
            for j in 0..<run.count { sum += x[run.image + j * run.step] * y[run.output + j] }
            w[run.weight] += sum
        }
    default:
        return nil
    }
    return result
}

/// All products that a convolution adds up; its gradients add up the same ones elsewhere.
private struct ConvolutionLoops {
    /// `[N, C, H, W]`
    let image: Shape
    /// `[O, C/groups, h, w]`
    let weight: Shape
    /// `[N, O, H', W']`
    let output: Shape
    let geometry: ConvolutionGeometry

    /// One row of outputs that meets one weight: output `output + j` meets pixel `image + j·step`.
    struct Run {
        let weight: Int
        let image: Int
        let output: Int
        let count: Int
        let step: Int
    }

    typealias Numbers = UnsafeBufferPointer<Double>

    /// Calls `body` with two operands and the result for each run.
    @inline(__always)
    func accumulate(
        _ first: [Double], _ second: [Double], _ result: inout [Double],
        _ body: (Numbers, Numbers, UnsafeMutableBufferPointer<Double>, Run) -> Void
    ) {
        first.withUnsafeBufferPointer { first in
            second.withUnsafeBufferPointer { second in
                result.withUnsafeMutableBufferPointer { result in
                    forEachRun { body(first, second, result, $0) }
                }
            }
        }
    }

    @inline(__always)
    private func forEachRun(_ body: (Run) -> Void) {
        let channels = weight[1]
        let filtersPerGroup = weight[0] / geometry.groups
        let (imageHeight, imageWidth) = (image[2], image[3])
        let (height, width) = (output[2], output[3])
        let (kernelHeight, kernelWidth) = (weight[2], weight[3])
        let (strideY, strideX) = (geometry.stride[0], geometry.stride[1])
        let rows = (0..<kernelHeight).map { outputs(tap: $0, axis: 0) }
        let columns = (0..<kernelWidth).map { outputs(tap: $0, axis: 1) }
        for n in 0..<image[0] {
            for o in 0..<weight[0] {
                let outputPlane = (n * weight[0] + o) * height * width
                let firstChannel = o / filtersPerGroup * channels
                for c in 0..<channels {
                    let imagePlane = (n * image[1] + firstChannel + c) * imageHeight * imageWidth
                    for k in 0..<kernelHeight {
                        for l in 0..<kernelWidth {
                            let tap = ((o * channels + c) * kernelHeight + k) * kernelWidth + l
                            let j = columns[l].lowerBound
                            let x = j * strideX + l * geometry.dilation[1] - geometry.padding[1]
                            for i in rows[k] {
                                let y = i * strideY + k * geometry.dilation[0]
                                    - geometry.padding[0]
                                body(
                                    Run(
                                        weight: tap, image: imagePlane + y * imageWidth + x,
                                        output: outputPlane + i * width + j,
                                        count: columns[l].count, step: strideX))
                            }
                        }
                    }
                }
            }
        }
    }

    /// The outputs whose window has this tap inside the image: 0 ≤ i·s + tap·d − p < extent.
    private func outputs(tap: Int, axis: Int) -> Range<Int> {
        let shift = tap * geometry.dilation[axis] - geometry.padding[axis]
        let inside = (0..<output[2 + axis]).filter {
            (0..<image[2 + axis]).contains($0 * geometry.stride[axis] + shift)
        }
        guard let first = inside.first, let last = inside.last else { return 0..<0 }
        return first..<(last + 1)
    }
}
