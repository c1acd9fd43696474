import Autodiff
import CVector

/// Copies or adds elements between two strided views.
final class CopyKernel<Scalar: CPUScalar>: Kernel {
    private let source: Slot
    private let sourceOffset: Int
    private let target: Slot
    private let targetOffset: Int
    private let dimensions: [Int64]
    private let sourceStrides: [Int64]
    private let targetStrides: [Int64]
    private let mode: Accumulation

    init(
        source: Slot, sourceOffset: Int, target: Slot, targetOffset: Int, dimensions: [Int],
        sourceStrides: [Int], targetStrides: [Int], mode: Accumulation
    ) {
        (self.source, self.sourceOffset) = (source, sourceOffset)
        (self.target, self.targetOffset) = (target, targetOffset)
        self.dimensions = dimensions.map(Int64.init)
        self.sourceStrides = sourceStrides.map(Int64.init)
        self.targetStrides = targetStrides.map(Int64.init)
        self.mode = mode
    }

    /// Elements below which a copy takes no longer than waiting for others.
    private static var worthwhile: Int { 2048 }

    /// The member's part of the longest axis.
    private var ownPart: (dimensions: [Int64], source: Int, target: Int)?

    func divides(_ share: Share) -> Bool {
        guard dimensions.reduce(1, *) >= Self.worthwhile * share.count,
            let axis = dimensions.indices.max(by: { dimensions[$0] < dimensions[$1] }),
            dimensions[axis] >= share.count
        else { return false }
        let own = share.range(of: Int(dimensions[axis]))
        var part = dimensions
        part[axis] = Int64(own.count)
        ownPart = (
            part, own.lowerBound * Int(sourceStrides[axis]),
            own.lowerBound * Int(targetStrides[axis])
        )
        return true
    }

    func run(_ frame: Frame) throws {
        let part = frame.share.count > 1 ? ownPart : nil
        let dimensions = part?.dimensions ?? dimensions
        let from = frame.pointer(source, Scalar.self) + sourceOffset + (part?.source ?? 0)
        let to = frame.pointer(target, Scalar.self) + targetOffset + (part?.target ?? 0)
        let copy = mode.adds(frame) ? Scalar.permuteAdd : Scalar.permute
        let status = copy(
            Int32(dimensions.count), dimensions, from, sourceStrides, to, targetStrides)
        if status != 0 { throw KernelError(kernel: "copy", status: Int(status)) }
    }
}

/// Copies elements of each example by a table of positions; -1 is a zero.
final class TableCopyKernel<Scalar: CPUScalar>: Kernel {
    private let table: [Int32]
    private let batch: Int
    private let sourceCount: Int
    private let source: Slot
    private let target: Slot

    init(table: [Int32], batch: Int, sourceCount: Int, source: Slot, target: Slot) {
        (self.table, self.batch, self.sourceCount) = (table, batch, sourceCount)
        (self.source, self.target) = (source, target)
    }

    func run(_ frame: Frame) {
        let from = frame.pointer(source, Scalar.self)
        let to = frame.pointer(target, Scalar.self)
        for example in 0..<batch {
            Scalar.gather(
                Int64(table.count), table, from + example * sourceCount, to + example * table.count)
        }
    }
}

/// Picks or adds up slabs along one axis by a table of indices.
final class TableKernel<Scalar: CPUScalar>: Kernel {
    struct Table {
        let indices: [Int]
        let adds: Bool
        /// Products of the extents before and after the axis.
        let outer: Int
        let inner: Int
        /// The extent that the indices point into.
        let extent: Int

        init(axis: Int, indices: [Int], adds: Bool, shape: Shape, extent: Int) {
            self.indices = indices
            self.adds = adds
            outer = shape.dimensions[..<axis].reduce(1, *)
            inner = shape.dimensions[(axis + 1)...].reduce(1, *)
            self.extent = extent
        }
    }

    private let table: Table
    private let source: Slot
    private let target: Slot
    private let count: Int

    init(_ table: Table, source: Slot, target: Slot, count: Int) {
        (self.table, self.source, self.target, self.count) = (table, source, target, count)
    }

    func run(_ frame: Frame) {
        let from = frame.pointer(source, Scalar.self)
        let to = frame.pointer(target, Scalar.self)
        if table.adds { Scalar.fill(Int64(count), 0, to) }
        let (inner, many) = (table.inner, table.indices.count)
        for block in 0..<table.outer {
            for (position, index) in table.indices.enumerated() {
                let listed = (block * many + position) * inner
                let pointed = (block * table.extent + index) * inner
                if table.adds {
                    Scalar.axpy(Int64(inner), 1, from + listed, to + pointed)
                } else {
                    (to + listed).update(from: from + pointed, count: inner)
                }
            }
        }
    }
}

/// Random masks of ones and zeros.
final class MaskKernel<Scalar: CPUScalar>: Kernel {
    private let mask: RandomMask
    private let numbers: Slot
    private let target: Slot
    private let examples: Int

    init(_ mask: RandomMask, numbers: Slot, target: Slot, examples: Int) {
        (self.mask, self.numbers, self.target) = (mask, numbers, target)
        self.examples = examples
    }

    func run(_ frame: Frame) {
        Scalar.mask(
            mask, examples: examples, frame.pointer(numbers, Scalar.self),
            frame.pointer(target, Scalar.self))
    }
}
