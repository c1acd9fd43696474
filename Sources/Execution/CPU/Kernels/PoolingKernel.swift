import Autodiff
import CVector

/// Poolings over row-major images and their transposes.
final class PoolingKernel<Scalar: CPUScalar>: Kernel {
    private let primitive: any Primitive
    private let operands: [Slot]
    private let source: Shape
    private let target: Slot
    private let result: Shape

    init(_ primitive: any Primitive, operands: [Slot], source: Shape, target: Slot, result: Shape) {
        (self.primitive, self.operands, self.source) = (primitive, operands, source)
        (self.target, self.result) = (target, result)
    }

    func run(_ frame: Frame) throws {
        let first = frame.pointer(operands[0], Scalar.self)
        let to = frame.pointer(target, Scalar.self)
        let planes = source[0] * source[1]
        let (size, count) = (source[2] * source[3], result[2] * result[3])
        switch primitive {
        case let pooling as AveragePooling:
            forEachWindow(pooling.window, image: source, output: result) {
                rows, columns, position, share in
                for plane in 0..<planes {
                    var sum: Scalar = 0
                    for row in rows {
                        for column in columns {
                            sum += first[plane * size + row * self.source[3] + column]
                        }
                    }
                    to[plane * count + position] = sum * share
                }
            }
        case let pooling as AverageUnpooling:
            Scalar.fill(Int64(result.count), 0, to)
            forEachWindow(pooling.window, image: result, output: source) {
                rows, columns, position, share in
                for plane in 0..<planes {
                    let value = first[plane * size + position] * share
                    for row in rows {
                        for column in columns {
                            to[plane * count + row * self.result[3] + column] += value
                        }
                    }
                }
            }
        case let pooling as MaximumLocation:
            var window = cv_window(pooling.window, image: source, output: result)
            Scalar.maximumLocations(&window, Int64(planes), first, to)
        case is PixelGather:
            Scalar.pixelGather(
                Int64(planes), Int64(size), Int64(count), first,
                frame.pointer(operands[1], Scalar.self), to)
        case is PixelScatter:
            Scalar.fill(Int64(result.count), 0, to)
            Scalar.pixelScatterAdd(
                Int64(planes), Int64(count), Int64(size), first,
                frame.pointer(operands[1], Scalar.self), to)
        default: preconditionFailure("\(primitive) is no pooling.")
        }
    }

    /// Calls `body` with the pixels of each window, its place in the output and 1/divisor.
    private func forEachWindow(
        _ window: PoolingWindow, image: Shape, output: Shape,
        _ body: (Range<Int>, Range<Int>, Int, Scalar) -> Void
    ) {
        func clipped(_ index: Int, _ axis: Int) -> (Range<Int>, whole: Int) {
            let start = index * window.stride[axis] - window.padding[axis]
            let extent = image[2 + axis]
            let end = min(start + window.kernel[axis], extent + window.padding[axis])
            return (max(start, 0)..<min(end, extent), end - start)
        }
        for row in 0..<output[2] {
            let (rows, wholeRows) = clipped(row, 0)
            for column in 0..<output[3] {
                let (columns, wholeColumns) = clipped(column, 1)
                let divisor = window.countsPadding
                    ? wholeRows * wholeColumns : rows.count * columns.count
                body(rows, columns, row * output[3] + column, 1 / Scalar(divisor))
            }
        }
    }
}

extension cv_window {
    init(_ window: PoolingWindow, image: Shape, output: Shape) {
        self.init(
            height: Int64(image[2]), width: Int64(image[3]), out_height: Int64(output[2]),
            out_width: Int64(output[3]), kernel_height: Int64(window.kernel[0]),
            kernel_width: Int64(window.kernel[1]), stride_height: Int64(window.stride[0]),
            stride_width: Int64(window.stride[1]), padding_top: Int64(window.padding[0]),
            padding_left: Int64(window.padding[1]), dilation_height: 1, dilation_width: 1)
    }
}
