import Autodiff
import COneDNN
import CVector

/// A convolution of few channels a group, or its gradient by the pixels, in channel blocks.
final class GroupedConvolutionKernel<Scalar: CPUScalar>: Kernel {
    private var shape: cv_grouped
    private let isTransposed: Bool
    private let source: Slot
    private let filters: Slot
    private let bias: Slot?
    private let shortcut: Slot?
    private let isRectified: Bool
    private let target: Slot

    init(
        _ shape: cv_grouped, isTransposed: Bool, source: Slot, filters: Slot, bias: Slot? = nil,
        shortcut: Slot? = nil, isRectified: Bool = false, target: Slot
    ) {
        self.shape = shape
        self.isTransposed = isTransposed
        (self.source, self.filters) = (source, filters)
        (self.bias, self.shortcut, self.isRectified) = (bias, shortcut, isRectified)
        self.target = target
    }

    func divides(_ share: Share) -> Bool { Int(shape.blocks) >= share.count }

    func run(_ frame: Frame) {
        let blocks = frame.share.range(of: Int(shape.blocks))
        Scalar.groupedConvolution(
            &shape, isTransposed ? 1 : 0, frame.pointer(source, Scalar.self),
            frame.pointer(filters, Scalar.self), bias.map { frame.pointer($0, Scalar.self) },
            shortcut.map { frame.pointer($0, Scalar.self) }, isRectified ? 1 : 0,
            Int64(blocks.lowerBound), Int64(blocks.upperBound),
            frame.pointer(target, Scalar.self))
    }
}

/// Adds up the gradient of a convolution of few channels a group by its filters, in their layout.
final class GroupedGradientKernel<Scalar: CPUScalar>: Kernel {
    private var shape: cv_grouped
    private let image: Slot
    private let cotangent: Slot
    private let sums: Slot
    private let mode: Accumulation

    init(_ shape: cv_grouped, image: Slot, cotangent: Slot, sums: Slot, mode: Accumulation) {
        self.shape = shape
        (self.image, self.cotangent, self.sums, self.mode) = (image, cotangent, sums, mode)
    }

    func divides(_ share: Share) -> Bool { Int(shape.blocks) >= share.count }

    func run(_ frame: Frame) {
        let blocks = frame.share.range(of: Int(shape.blocks))
        Scalar.groupedGradient(
            &shape, frame.pointer(image, Scalar.self), frame.pointer(cotangent, Scalar.self),
            mode.adds(frame) ? 1 : 0, Int64(blocks.lowerBound), Int64(blocks.upperBound),
            frame.pointer(sums, Scalar.self))
    }
}

/// A convolution of few channels a group, or one of its gradients, in row-major order: each block
/// of channels of an image is brought to a channel block, and what is made of it back.
final class PlainGroupedKernel<Scalar: CPUScalar>: Kernel {
    private let kind: Int
    private let batch: Int
    /// Of one block of one image.
    private var shape: cv_grouped
    private let layout: GroupedFilters
    private let filterCopies: [PermutedCopy]
    private let runs: [Run]
    private let image: Slot
    private let weight: Slot
    private let output: Slot
    private let scratch: Slot

    /// Blocks of as many channels each, and the copies of a block's planes.
    private struct Run {
        let channels: Range<Int>
        let image: (toBlock: PermutedCopy, toPlanes: PermutedCopy)
        let output: (toBlock: PermutedCopy, toPlanes: PermutedCopy)
    }

    init(
        _ parts: ConvolutionParts, _ shape: cv_grouped, image: Slot, weight: Slot, output: Slot,
        scratch: Slot
    ) {
        kind = parts.kind
        batch = Int(shape.batch)
        layout = parts.groupedFilters
        filterCopies = layout.copies(toPlain: parts.kind == ONEDNN_WEIGHT_GRADIENT)
        self.shape = shape
        (self.shape.batch, self.shape.blocks) = (1, 1)
        runs = Layouts.runs(layout.channels).map { first, blocks, lanes in
            Run(
                channels: first..<first + blocks * Layouts.block,
                image: Self.copies(lanes, parts.image[2] * parts.image[3]),
                output: Self.copies(lanes, parts.output[2] * parts.output[3]))
        }
        (self.image, self.weight, self.output) = (image, weight, output)
        self.scratch = scratch
    }

    private static func copies(
        _ lanes: Int, _ pixels: Int
    ) -> (toBlock: PermutedCopy, toPlanes: PermutedCopy) {
        let (planes, block) = ([pixels, 1], [1, Layouts.block])
        return (
            PermutedCopy([lanes, pixels], from: planes, to: block),
            PermutedCopy([lanes, pixels], from: block, to: planes)
        )
    }

    /// Elements of working memory: the filters, a block of the image and one of the output.
    static func scratchCount(_ parts: ConvolutionParts) -> Int {
        let pixels = parts.image[2] * parts.image[3] + parts.output[2] * parts.output[3]
        return parts.groupedFilters.storedCount + Layouts.block * pixels
    }

    func run(_ frame: Frame) throws {
        let block = Layouts.block
        let window = shape.window
        let plane = Int(window.height * window.width)
        let pixels = Int(window.out_height * window.out_width)
        let filters = frame.working(scratch, Scalar.self)
        let x = filters + layout.storedCount
        let y = x + block * plane
        let weights = frame.pointer(weight, Scalar.self)
        // Lanes without a channel are groups by themselves: what they hold reaches nothing else.
        if kind != ONEDNN_WEIGHT_GRADIENT {
            for copy in filterCopies { try copy.run(weights, filters) }
        }
        for run in runs {
            let (first, end) = (run.channels.lowerBound, run.channels.upperBound)
            for channel in stride(from: first, to: end, by: block) {
                let own = filters + channel * layout.perGroup * layout.taps
                for example in 0..<batch {
                    let start = example * layout.channels + channel
                    let images = frame.pointer(image, Scalar.self) + start * plane
                    let outputs = frame.pointer(output, Scalar.self) + start * pixels
                    if kind != ONEDNN_INPUT_GRADIENT { try run.image.toBlock.run(images, x) }
                    if kind != ONEDNN_FORWARD { try run.output.toBlock.run(outputs, y) }
                    switch kind {
                    case ONEDNN_FORWARD:
                        Scalar.groupedConvolution(&shape, 0, x, own, nil, nil, 0, 0, 1, y)
                        try run.output.toPlanes.run(y, outputs)
                    case ONEDNN_INPUT_GRADIENT:
                        Scalar.groupedConvolution(&shape, 1, y, own, nil, nil, 0, 0, 1, x)
                        try run.image.toPlanes.run(x, images)
                    default:
                        Scalar.groupedGradient(&shape, x, y, example == 0 ? 0 : 1, 0, 1, own)
                    }
                }
            }
        }
        if kind == ONEDNN_WEIGHT_GRADIENT {
            for copy in filterCopies { try copy.run(filters, weights) }
        }
    }
}
