import Autodiff
import CVector

/// Poolings over row-major images and their transposes.
final class PoolingKernel<Scalar: CPUScalar>: Kernel {
    private let primitive: any Primitive
    private let operands: [Slot]
    private let source: Shape
    private let target: Slot
    private let result: Shape
    /// Of averages, what their rows and columns take of the pixels' sums.
    private let shares: (rows: [Scalar], columns: [Scalar])

    init(_ primitive: any Primitive, operands: [Slot], source: Shape, target: Slot, result: Shape) {
        (self.primitive, self.operands, self.source) = (primitive, operands, source)
        (self.target, self.result) = (target, result)
        switch primitive {
        case let pooling as AveragePooling:
            shares = Self.shares(pooling.window, image: source, output: result)
        case let pooling as AverageUnpooling:
            shares = Self.shares(pooling.window, image: result, output: source)
        default: shares = ([], [])
        }
    }

    private static func shares(
        _ window: PoolingWindow, image: Shape, output: Shape
    ) -> (rows: [Scalar], columns: [Scalar]) {
        func along(_ axis: Int) -> [Scalar] {
            (0..<output[2 + axis]).map { index in
                let start = index * window.stride[axis] - window.padding[axis]
                let extent = image[2 + axis]
                // A border that counts ends with the padding.
                let end = min(start + window.kernel[axis], extent + window.padding[axis])
                let inside = min(end, extent) - max(start, 0)
                return 1 / Scalar(window.countsPadding ? end - start : inside)
            }
        }
        return (along(0), along(1))
    }

    func run(_ frame: Frame) throws {
        let first = frame.pointer(operands[0], Scalar.self)
        let to = frame.pointer(target, Scalar.self)
        let planes = source[0] * source[1]
        let (size, count) = (source[2] * source[3], result[2] * result[3])
        switch primitive {
        case let pooling as AveragePooling:
            var window = cv_window(pooling.window, image: source, output: result)
            Scalar.averagePool(&window, Int64(planes), shares.rows, shares.columns, 0, first, to)
        case let pooling as AverageUnpooling:
            Scalar.fill(Int64(result.count), 0, to)
            var window = cv_window(pooling.window, image: result, output: source)
            Scalar.averagePool(&window, Int64(planes), shares.rows, shares.columns, 1, first, to)
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
