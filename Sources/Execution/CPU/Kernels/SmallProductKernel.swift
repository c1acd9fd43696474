import CVector

/// Matrix products, one for each index of the leading axes, of matrices as small as those of
/// attention heads, in single precision.
final class SmallProductKernel: Kernel {
    private let description: ProductDescription
    private let a: Slot
    private let b: Slot
    private let c: Slot
    private let scratch: Slot

    init(
        _ description: ProductDescription, _ a: Slot, _ b: Slot, _ c: Slot, scratch: Slot
    ) {
        self.description = description
        (self.a, self.b, self.c, self.scratch) = (a, b, c, scratch)
    }

    func divides(_ share: Share) -> Bool { description.divides(share) }

    func run(_ frame: Frame) {
        let d = description
        let rows = d.rows(of: frame.share)
        let (a, b, c) = (
            frame.pointer(self.a, Float.self) + rows.lowerBound * d.rowStepA,
            frame.pointer(self.b, Float.self),
            frame.pointer(self.c, Float.self) + rows.lowerBound * d.strideC
        )
        let accumulates: Int32 = d.mode.adds(frame) ? 1 : 0
        let working = frame.working(scratch, Float.self)
        var shape = d.shape(rows: rows.count)
        for (first, second, third) in d.offsets {
            cv_product(&shape, a + first, b + second, accumulates, c + third, working)
        }
    }
}

extension ProductDescription {
    /// Whether the kernels for small matrices are faster than the library's.
    ///
    /// Measured on one core of the Zen 4 generation, in GFLOP/s: 104 against 96 for the scores of a
    /// head (257 x 64 by 64 x 257), 113 against 104 for its values (257 x 257 by 257 x 64). They
    /// lose where the result leaves the second-level cache, where a few rows do not repay packing,
    /// and without AVX-512.
    var isSmall: Bool {
        rows >= 16 && (columns <= 64 || inner <= 128 && columns <= 512)
            && cv_isa() == CV_ISA_AVX512
    }

    /// Bytes for the packed right operand of a small product.
    var scratchBytes: Int {
        var shape = shape(rows: rows)
        return Int(cv_product_scratch_bytes(&shape))
    }

    fileprivate func shape(rows: Int) -> cv_product_shape {
        cv_product_shape(
            rows: Int64(rows), columns: Int64(columns), inner: Int64(inner),
            transpose_a: transposeA ? 1 : 0, transpose_b: transposeB ? 1 : 0,
            stride_a: Int64(strideA), stride_b: Int64(strideB), stride_c: Int64(strideC))
    }
}
