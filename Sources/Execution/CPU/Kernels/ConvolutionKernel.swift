import COneDNN
import CVector

/// Runs a convolution in channel blocks, in single precision.
final class ConvolutionKernel: Kernel {
    private let packing: ConvolutionPacking
    private let primitive: ConvolutionPrimitive
    private let image: Slot
    private let weight: Slot
    private let output: Slot
    private let scratch: Slot
    private let aside: Slot?
    private let weightCount: Int
    private let mode: Accumulation
    /// A member's part, where a team divides the convolution.
    private var own: ConvolutionPart?

    init(
        _ packing: ConvolutionPacking, image: Slot, weight: Slot, output: Slot, scratch: Slot,
        aside: Slot?, weightCount: Int, mode: Accumulation
    ) throws {
        self.packing = packing
        primitive = try ConvolutionPrimitive(packing)
        (self.image, self.weight, self.output) = (image, weight, output)
        (self.scratch, self.aside) = (scratch, aside)
        (self.weightCount, self.mode) = (weightCount, mode)
    }

    func divides(_ share: Share) -> Bool {
        own = ConvolutionPart.part(of: packing, primitive, share)
        return own != nil
    }

    func run(_ frame: Frame) throws {
        let part = frame.share.count > 1 ? own : nil
        let weights = part?.weights ?? 0..<weightCount
        let offset = part?.activationOffset ?? 0
        let ofImage = packing.kind == ONEDNN_INPUT_GRADIENT
        let target = frame.pointer(weight, Float.self) + weights.lowerBound
        let adds = mode.adds(frame)
        let written = adds
            ? aside.map { frame.pointer($0, Float.self) + weights.lowerBound } ?? target : target
        let status = onednn_convolution_run(
            (part?.primitive ?? primitive).handle,
            frame.pointer(image, Float.self) + (ofImage ? offset : 0), written,
            frame.pointer(output, Float.self) + (ofImage ? 0 : offset),
            frame.working(scratch, UInt8.self))
        if status != 0 { throw KernelError(kernel: "convolution", status: Int(status)) }
        if adds { Float.axpy(Int64(weights.count), 1, written, target) }
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
                Int64(shape[0]), Int64(Layouts.wholeBlocks(shape[1]) / Layouts.block),
                Int64(shape[2] * shape[3])
            ), image
        )
        self.cotangent = (Int64(Layouts.wholeBlocks(parts.output[1]) / Layouts.block), cotangent)
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
    private let packing: ConvolutionPacking
    private let primitive: ConvolutionPrimitive
    private let image: Slot
    private let weight: Slot
    private let bias: Slot
    private let residual: Slot?
    private let output: Slot
    private let scratch: Slot
    /// A member's part, where a team divides the convolution.
    private var own: ConvolutionPart?

    init(
        _ packing: ConvolutionPacking, image: Slot, weight: Slot, bias: Slot, residual: Slot?,
        output: Slot, scratch: Slot
    ) throws {
        self.packing = packing
        primitive = try ConvolutionPrimitive(packing)
        (self.image, self.weight, self.bias) = (image, weight, bias)
        (self.residual, self.output, self.scratch) = (residual, output, scratch)
    }

    func divides(_ share: Share) -> Bool {
        own = ConvolutionPart.part(of: packing, primitive, share)
        return own != nil
    }

    func run(_ frame: Frame) throws {
        let part = frame.share.count > 1 ? own : nil
        let offset = part?.activationOffset ?? 0
        let status = onednn_convolution_run_forward(
            (part?.primitive ?? primitive).handle, frame.pointer(image, Float.self),
            frame.pointer(weight, Float.self) + (part?.weights.lowerBound ?? 0),
            frame.pointer(bias, Float.self) + (part?.channels.lowerBound ?? 0),
            residual.map { frame.pointer($0, Float.self) + offset },
            frame.pointer(output, Float.self) + offset, frame.working(scratch, UInt8.self))
        if status != 0 { throw KernelError(kernel: "folded convolution", status: Int(status)) }
    }
}
