/// Matrix products of one shape.
struct ProductDescription {
    let rows: Int
    let columns: Int
    let inner: Int
    let transposeA: Bool
    let transposeB: Bool
    let strideA: Int
    let strideB: Int
    let strideC: Int
    /// Where each product's three matrices begin, in elements.
    let offsets: [(Int, Int, Int)]
    let mode: Accumulation

    /// Rows that a kernel computes at a time.
    private static var quantum: Int { 8 }

    /// Whether each member of a team has rows enough to compute.
    func divides(_ share: Share) -> Bool { rows >= 2 * Self.quantum * share.count }

    /// The rows of each result that a member computes.
    func rows(of share: Share) -> Range<Int> { share.range(of: rows, by: Self.quantum) }

    /// Elements of the left operand between what neighbouring rows of the result need.
    var rowStepA: Int { transposeA ? 1 : strideA }
}

/// Matrix products, one for each index of the leading axes.
final class ProductKernel<Scalar: CPUScalar>: Kernel {
    private let description: ProductDescription
    private let a: Slot
    private let b: Slot
    private let c: Slot

    init(_ description: ProductDescription, _ a: Slot, _ b: Slot, _ c: Slot) {
        (self.description, self.a, self.b, self.c) = (description, a, b, c)
    }

    func divides(_ share: Share) -> Bool { description.divides(share) }

    func run(_ frame: Frame) {
        let d = description
        let rows = d.rows(of: frame.share)
        let (a, b, c) = (
            frame.pointer(self.a, Scalar.self) + rows.lowerBound * d.rowStepA,
            frame.pointer(self.b, Scalar.self),
            frame.pointer(self.c, Scalar.self) + rows.lowerBound * d.strideC
        )
        let beta: Scalar = d.mode.adds(frame) ? 1 : 0
        for (first, second, third) in d.offsets {
            Scalar.product(
                d.transposeA, d.transposeB, rows.count, d.columns, d.inner, a + first, d.strideA,
                b + second, d.strideB, beta, c + third, d.strideC)
        }
    }
}
