import CVector

/// A convolution, or the gradient of one by its pixels, through transformed tiles of 2 x 2
/// outputs (Lavin and Gray, arXiv 1509.09308), in single precision.
///
/// Several terms with filters of their own are added up before the outputs are made.
final class WinogradKernel: Kernel {
    private var shape: cv_winograd
    private let terms: [(image: Slot, filters: Slot)]
    private let bias: Slot?
    private let shortcut: Slot?
    private let isRectified: Bool
    private let output: Slot
    private let scratch: Slot
    // Where the terms lie in the run at hand.
    private let images: UnsafeMutableBufferPointer<UnsafePointer<Float>?>
    private let filters: UnsafeMutableBufferPointer<UnsafePointer<Float>?>

    init(
        _ shape: cv_winograd, terms: [(image: Slot, filters: Slot)], bias: Slot? = nil,
        shortcut: Slot? = nil, isRectified: Bool = false, output: Slot, scratch: Slot
    ) {
        self.shape = shape
        self.terms = terms
        (self.bias, self.shortcut, self.isRectified) = (bias, shortcut, isRectified)
        (self.output, self.scratch) = (output, scratch)
        images = .allocate(capacity: terms.count)
        filters = .allocate(capacity: terms.count)
        images.initialize(repeating: nil)
        filters.initialize(repeating: nil)
    }

    deinit {
        images.deallocate()
        filters.deallocate()
    }

    /// Tiles that products take at a time.
    private static var quantum: Int { 16 }

    func divides(_ share: Share) -> Bool {
        Int(cv_winograd_tiles(&shape)) > Self.quantum * (share.count - 1)
    }

    func run(_ frame: Frame) {
        for (index, term) in terms.enumerated() {
            images[index] = UnsafePointer(frame.pointer(term.image, Float.self))
            filters[index] = UnsafePointer(frame.pointer(term.filters, Float.self))
        }
        var ending = cv_winograd_ending()
        ending.bias = bias.map { UnsafePointer(frame.pointer($0, Float.self)) }
        ending.shortcut = shortcut.map { UnsafePointer(frame.pointer($0, Float.self)) }
        ending.is_rectified = isRectified ? 1 : 0
        let tiles = frame.share.range(of: Int(cv_winograd_tiles(&shape)), by: Self.quantum)
        cv_winograd_convolution(
            &shape, Int32(terms.count), images.baseAddress, filters.baseAddress, &ending,
            Int64(tiles.lowerBound), Int64(tiles.upperBound),
            frame.pointer(output, Float.self), frame.working(scratch, Float.self))
    }
}

/// Adds up the gradient of a convolution by its transformed filters.
final class WinogradGradientKernel: Kernel {
    private var shape: cv_winograd
    private let image: Slot
    private let cotangent: Slot
    private let sums: Slot
    private let scratch: Slot
    private let mode: Accumulation

    init(
        _ shape: cv_winograd, image: Slot, cotangent: Slot, sums: Slot, scratch: Slot,
        mode: Accumulation
    ) {
        self.shape = shape
        (self.image, self.cotangent) = (image, cotangent)
        (self.sums, self.scratch, self.mode) = (sums, scratch, mode)
    }

    func divides(_ share: Share) -> Bool { Int(shape.out_blocks) >= share.count }

    func run(_ frame: Frame) {
        let blocks = frame.share.range(of: Int(shape.out_blocks))
        cv_winograd_gradient(
            &shape, frame.pointer(image, Float.self), frame.pointer(cotangent, Float.self),
            mode.adds(frame) ? 1 : 0, Int64(blocks.lowerBound), Int64(blocks.upperBound),
            frame.pointer(sums, Float.self), frame.working(scratch, Float.self))
    }
}
