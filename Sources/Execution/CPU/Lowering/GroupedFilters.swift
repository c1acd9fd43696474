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

    /// Brings filters to this layout, or back; lanes beyond the last channel are zeros.
    func convert<Scalar: CPUScalar>(
        _ source: UnsafePointer<Scalar>, _ target: UnsafeMutablePointer<Scalar>, toPlain: Bool
    ) throws {
        let block = Layouts.block
        if !toPlain, channels % block != 0 { Scalar.fill(Int64(storedCount), 0, target) }
        let perBlock = taps * perGroup * block
        let across = [1, block]
        // Blocks, groups of a block, outputs and inputs of a group, taps.
        let stored = [
            perBlock, perGroup, across[isTransposed ? 1 : 0], across[isTransposed ? 0 : 1],
            perGroup * block,
        ].map(Int64.init)
        let plain = [perBlock, perGroup * perGroup * taps, perGroup * taps, taps, 1]
            .map(Int64.init)
        for (first, blocks, lanes) in Layouts.runs(channels) {
            let dimensions = [blocks, lanes / perGroup, perGroup, perGroup, taps].map(Int64.init)
            let start = first * perGroup * taps
            let status = Scalar.permute(
                5, dimensions, source + start, toPlain ? stored : plain, target + start,
                toPlain ? plain : stored)
            if status != 0 { throw KernelError(kernel: "grouped filters", status: Int(status)) }
        }
    }
}

/// Filters of few channels a group to the layout of their kernels, or back.
final class GroupedFilterConversion: LayoutConversion {
    private let filters: GroupedFilters
    private let toPlain: Bool

    init(_ filters: GroupedFilters, toPlain: Bool) {
        (self.filters, self.toPlain) = (filters, toPlain)
    }

    func run(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) throws {
        try filters.convert(source, target, toPlain: toPlain)
    }
}
