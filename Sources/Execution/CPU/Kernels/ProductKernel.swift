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

    func run(_ frame: Frame) {
        let d = description
        let (a, b, c) = (
            frame.pointer(self.a, Scalar.self), frame.pointer(self.b, Scalar.self),
            frame.pointer(self.c, Scalar.self)
        )
        let beta: Scalar = d.mode.adds(frame) ? 1 : 0
        for (first, second, third) in d.offsets {
            Scalar.product(
                d.transposeA, d.transposeB, d.rows, d.columns, d.inner, a + first, d.strideA,
                b + second, d.strideB, beta, c + third, d.strideC)
        }
    }
}
