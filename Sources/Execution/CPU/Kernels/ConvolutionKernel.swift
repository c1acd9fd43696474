import COneDNN
import CVector

/// A convolution of oneDNN; it belongs to one thread at a time.
final class ConvolutionPrimitive {
    let handle: OpaquePointer

    init(_ packing: ConvolutionPacking) throws {
        var shape = packing.geometry
        // A primitive is made for the number of threads that the calling thread may use.
        onednn_use_one_thread()
        var handle: OpaquePointer?
        let status = onednn_convolution_create(&shape, Int32(packing.kind), &handle)
        guard let handle else { throw KernelError(kernel: "convolution", status: Int(status)) }
        self.handle = handle
    }

    deinit { onednn_convolution_destroy(handle) }

    /// The number of floats of the weights as stored.
    var weightCount: Int { Int(onednn_convolution_weight_count(handle)) }

    /// Equal for equal layouts of the weights.
    var weightLayout: UInt64 { onednn_convolution_weight_layout(handle) }

    var scratchBytes: Int { Int(onednn_convolution_scratch_bytes(handle)) }
}

/// Runs a convolution in channel blocks, in single precision.
final class ConvolutionKernel: Kernel {
    private let primitive: ConvolutionPrimitive
    private let image: Slot
    private let weight: Slot
    private let output: Slot
    private let scratch: Slot
    private let aside: Slot?
    private let weightCount: Int
    private let mode: Accumulation

    init(
        _ packing: ConvolutionPacking, image: Slot, weight: Slot, output: Slot, scratch: Slot,
        aside: Slot?, weightCount: Int, mode: Accumulation
    ) throws {
        primitive = try ConvolutionPrimitive(packing)
        (self.image, self.weight, self.output) = (image, weight, output)
        (self.scratch, self.aside) = (scratch, aside)
        (self.weightCount, self.mode) = (weightCount, mode)
    }

    func run(_ frame: Frame) throws {
        let target = frame.pointer(weight, Float.self)
        let adds = mode.adds(frame)
        let written = adds ? aside.map { frame.pointer($0, Float.self) } ?? target : target
        let status = onednn_convolution_run(
            primitive.handle, frame.pointer(image, Float.self), written,
            frame.pointer(output, Float.self), frame.pointer(scratch, UInt8.self))
        if status != 0 { throw KernelError(kernel: "convolution", status: Int(status)) }
        if adds { Float.axpy(Int64(weightCount), 1, written, target) }
    }
}

/// Adds up the gradient of a convolution by its 1 x 1 filters, in place.
final class PointwiseGradientKernel: Kernel {
    private let image: (shape: (batch: Int64, blocks: Int64, pixels: Int64), slot: Slot)
    private let cotangent: (blocks: Int64, slot: Slot)
    private let sums: Slot
    private let mode: Accumulation

    init(
        _ parts: ConvolutionParts, image: Slot, cotangent: Slot, sums: Slot, mode: Accumulation
    ) {
        let shape = parts.image
        self.image = (
            (
                Int64(shape[0]), Int64(shape[1] / Layouts.block), Int64(shape[2] * shape[3])
            ), image
        )
        self.cotangent = (Int64(parts.output[1] / Layouts.block), cotangent)
        (self.sums, self.mode) = (sums, mode)
    }

    func divides(_ share: Share) -> Bool { Int(cotangent.blocks) >= share.count }

    func run(_ frame: Frame) {
        let blocks = frame.share.range(of: Int(cotangent.blocks))
        cv_pointwise_gradient(
            image.shape.batch, image.shape.blocks, cotangent.blocks, image.shape.pixels,
            frame.pointer(image.slot, Float.self), frame.pointer(cotangent.slot, Float.self),
            mode.adds(frame) ? 1 : 0, Int64(blocks.lowerBound), Int64(blocks.upperBound),
            frame.pointer(sums, Float.self))
    }
}

/// Runs a forward convolution with what its shape adds to the sums.
final class FoldedConvolutionKernel: Kernel {
    private let primitive: ConvolutionPrimitive
    private let image: Slot
    private let weight: Slot
    private let bias: Slot
    private let residual: Slot?
    private let output: Slot
    private let scratch: Slot

    init(
        _ packing: ConvolutionPacking, image: Slot, weight: Slot, bias: Slot, residual: Slot?,
        output: Slot, scratch: Slot
    ) throws {
        primitive = try ConvolutionPrimitive(packing)
        (self.image, self.weight, self.bias) = (image, weight, bias)
        (self.residual, self.output, self.scratch) = (residual, output, scratch)
    }

    func run(_ frame: Frame) throws {
        let status = onednn_convolution_run_forward(
            primitive.handle, frame.pointer(image, Float.self), frame.pointer(weight, Float.self),
            frame.pointer(bias, Float.self), residual.map { frame.pointer($0, Float.self) },
            frame.pointer(output, Float.self), frame.pointer(scratch, UInt8.self))
        if status != 0 { throw KernelError(kernel: "folded convolution", status: Int(status)) }
    }
}
