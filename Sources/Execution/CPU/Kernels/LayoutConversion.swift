import Autodiff
import COneDNN
import CVector

/// Brings the elements of an array into another layout.
protocol LayoutConversion: AnyObject {
    func run(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) throws
}

/// A conversion from buffer to buffer.
final class LayoutKernel: Kernel {
    private let conversion: any LayoutConversion
    private let source: Slot
    private let target: Slot

    init(_ conversion: any LayoutConversion, source: Slot, target: Slot) {
        self.conversion = conversion
        (self.source, self.target) = (source, target)
    }

    func run(_ frame: Frame) throws {
        try conversion.run(frame.pointer(source, Float.self), frame.pointer(target, Float.self))
    }
}

/// Converts activations or weights between row-major order and a layout of oneDNN.
final class Reorder: LayoutConversion {
    private let handle: OpaquePointer

    /// Between filters in row-major order and as a convolution wants them.
    init(filtersOf packing: ConvolutionPacking, toPlain: Bool) throws {
        let primitive = try ConvolutionPrimitive(packing)
        var handle: OpaquePointer?
        let status = onednn_weight_reorder_create(primitive.handle, toPlain ? 1 : 0, &handle)
        guard let handle else { throw KernelError(kernel: "reorder", status: Int(status)) }
        self.handle = handle
    }

    /// Images from one layout of oneDNN to another.
    init(images shape: Shape, from source: Int, to target: Int) throws {
        var handle: OpaquePointer?
        let status = onednn_image_reorder_create(
            Int64(shape[0]), Int64(shape[1]), Int64(shape[2]), Int64(shape[3]), Int32(source),
            Int32(target), &handle)
        guard let handle else { throw KernelError(kernel: "reorder", status: Int(status)) }
        self.handle = handle
    }

    deinit { onednn_reorder_destroy(handle) }

    func run(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) throws {
        let status = onednn_reorder_run(handle, source, target)
        if status != 0 { throw KernelError(kernel: "reorder", status: Int(status)) }
    }
}

/// Filters `[out, in, 3, 3]` to their transforms, see `cv_winograd_filters`.
final class FilterTransform: LayoutConversion {
    private let layout: WinogradFilters

    init(_ layout: WinogradFilters) { self.layout = layout }

    func run(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
        cv_winograd_filters(
            Int64(layout.outputs), Int64(layout.inputs), source, layout.isMirrored ? 1 : 0, target)
    }
}

/// Transformed sums to the gradient `[out, in, 3, 3]`, see `cv_winograd_plain_gradient`.
final class FilterGradientTransform: LayoutConversion {
    private let outputs: Int
    private let inputs: Int

    init(outputs: Int, inputs: Int) { (self.outputs, self.inputs) = (outputs, inputs) }

    func run(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
        cv_winograd_plain_gradient(Int64(outputs), Int64(inputs), source, target)
    }
}

/// A gradient by 1 x 1 filters, see `FilterGradientLayout`, to `[out, in]`.
final class PointwiseUnpacking: LayoutConversion {
    private let copies: [(copy: PermutedCopy, source: Int, target: Int)]

    init(outputs: Int, inputs: Int) {
        let block = Layouts.block
        let stored = Layouts.wholeBlocks(inputs)
        copies = Layouts.runs(outputs).map { first, blocks, lanes in
            (
                PermutedCopy(
                    [blocks, lanes, inputs], from: [stored * block, 1, block],
                    to: [inputs * block, inputs, 1]),
                first * stored, first * inputs
            )
        }
    }

    func run(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) throws {
        for part in copies { try part.copy.run(source + part.source, target + part.target) }
    }
}
