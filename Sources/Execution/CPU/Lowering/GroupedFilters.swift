import CVector

/// The layout of filters `[channels, perGroup, taps]` of a convolution of few channels a group:
/// `[blocks, taps, perGroup, 16]`, see `cv_grouped_convolution`.
struct GroupedFilters: Hashable {
    let channels: Int
    let perGroup: Int
    let taps: Int
    /// Whether lanes are of inputs and the axis before them of outputs, as for the gradients.
    let isTransposed: Bool

    /// The number of elements, those of lanes beyond the last channel included.
    var storedCount: Int { Layouts.wholeBlocks(channels) * perGroup * taps }

    /// The copies that bring filters to this layout, or back, whole blocks and what remains.
    func copies(toPlain: Bool) -> [PermutedCopy] {
        let block = Layouts.block
        let perBlock = taps * perGroup * block
        let across = isTransposed ? [block, 1] : [1, block]
        // Blocks, groups of a block, outputs and inputs of a group, taps.
        let stored = [perBlock, perGroup, across[0], across[1], perGroup * block]
        let plain = [perBlock, perGroup * perGroup * taps, perGroup * taps, taps, 1]
        return Layouts.runs(channels).map { first, blocks, lanes in
            PermutedCopy(
                [blocks, lanes / perGroup, perGroup, perGroup, taps],
                from: toPlain ? stored : plain, to: toPlain ? plain : stored,
                offset: first * perGroup * taps)
        }
    }
}

/// A copy of an array with its axes in another order, see `cv_permute`.
struct PermutedCopy {
    private let dimensions: [Int64]
    private let sourceStrides: [Int64]
    private let targetStrides: [Int64]
    private let offset: Int

    /// - Parameter offset: elements that lie before, in the source and in the target.
    init(_ dimensions: [Int], from source: [Int], to target: [Int], offset: Int = 0) {
        self.dimensions = dimensions.map(Int64.init)
        sourceStrides = source.map(Int64.init)
        targetStrides = target.map(Int64.init)
        self.offset = offset
    }

    func run<Scalar: CPUScalar>(
        _ source: UnsafePointer<Scalar>, _ target: UnsafeMutablePointer<Scalar>
    ) throws {
        let status = Scalar.permute(
            Int32(dimensions.count), dimensions, source + offset, sourceStrides, target + offset,
            targetStrides)
        if status != 0 { throw KernelError(kernel: "copy", status: Int(status)) }
    }
}

/// Filters of few channels a group to the layout of their kernels, or back.
final class GroupedFilterConversion: LayoutConversion {
    private let copies: [PermutedCopy]
    /// Elements to be cleared first, among them lanes beyond the last channel.
    private let cleared: Int

    init(_ filters: GroupedFilters, toPlain: Bool) {
        copies = filters.copies(toPlain: toPlain)
        let isBroken = filters.channels % Layouts.block != 0
        cleared = isBroken && !toPlain ? filters.storedCount : 0
    }

    func run(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) throws {
        Float.fill(Int64(cleared), 0, target)
        for copy in copies { try copy.run(source, target) }
    }
}
