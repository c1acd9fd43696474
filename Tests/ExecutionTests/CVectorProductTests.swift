import CVector
import Randomness
import Testing

@Suite("CVector products of small matrices")
struct CVectorProductTests {
    private let stream = RandomStream(seed: 12, name: "products")

    private struct Extents: CustomStringConvertible {
        let rows, columns, inner: Int
        var description: String { "\(rows) x \(inner) by \(inner) x \(columns)" }
    }

    /// Whole panels, whole vectors, and what remains in a vector, in half of one and in one column.
    private let extents = [
        Extents(rows: 97, columns: 64, inner: 31), Extents(rows: 7, columns: 131, inner: 17),
        Extents(rows: 50, columns: 49, inner: 64), Extents(rows: 1, columns: 29, inner: 3),
        Extents(rows: 13, columns: 9, inner: 40), Extents(rows: 19, columns: 1, inner: 5),
        Extents(rows: 23, columns: 81, inner: 1), Extents(rows: 5, columns: 12, inner: 0),
    ]

    @Test(arguments: InstructionSet.available)
    func productsAgreeWithPlainLoops(_ set: InstructionSet) {
        set.use {
            for extents in extents {
                for choice in 0..<8 {
                    check(
                        extents, transposeA: choice & 1 != 0, transposeB: choice & 2 != 0,
                        accumulates: choice & 4 != 0)
                }
            }
        }
    }

    private func check(
        _ e: Extents, transposeA: Bool, transposeB: Bool, accumulates: Bool
    ) {
        // Rows lie further apart than they are long, as those of a head among several do.
        let (gapA, gapB, gapC) = (3, 5, 2)
        let (rowsA, columnsA) = transposeA ? (e.inner, e.rows) : (e.rows, e.inner)
        let (rowsB, columnsB) = transposeB ? (e.columns, e.inner) : (e.inner, e.columns)
        var shape = cv_product_shape(
            rows: Int64(e.rows), columns: Int64(e.columns), inner: Int64(e.inner),
            transpose_a: transposeA ? 1 : 0, transpose_b: transposeB ? 1 : 0,
            stride_a: Int64(columnsA + gapA), stride_b: Int64(columnsB + gapB),
            stride_c: Int64(e.columns + gapC))
        let a = matrix(1, rowsA, columnsA, gapA)
        let b = matrix(2, rowsB, columnsB, gapB)
        let c = matrix(3, e.rows, e.columns, gapC)
        let before = c.values
        let bytes = Int(cv_product_scratch_bytes(&shape))
        let working = Guarded([Float](repeating: .nan, count: bytes / 4))
        cv_product(&shape, a.pointer, b.pointer, accumulates ? 1 : 0, c.pointer, working.pointer)

        var (worst, isGapKept) = (0.0, true)
        for place in c.elements.indices {
            let (i, j) = (place / (e.columns + gapC), place % (e.columns + gapC))
            guard j < e.columns else {
                isGapKept = isGapKept && c.values[place] == before[place]
                continue
            }
            var sum = accumulates ? before[place] : 0
            for p in 0..<e.inner {
                let left = transposeA
                    ? p * (columnsA + gapA) + i : i * (columnsA + gapA) + p
                let right = transposeB
                    ? j * (columnsB + gapB) + p : p * (columnsB + gapB) + j
                sum += Double(a.pointer[left]) * Double(b.pointer[right])
            }
            worst = max(worst, abs(Double(c.pointer[place]) - sum))
        }
        #expect(isGapKept, "\(e) wrote between rows")
        #expect(worst <= 4e-7 * Double(e.inner + 4).squareRoot() * 2, "\(e), \(worst)")
    }

    /// Rows with gaps between them; the last ends the array.
    private func matrix(_ number: Int, _ rows: Int, _ columns: Int, _ gap: Int) -> Guarded<Float> {
        let count = rows > 0 ? (rows - 1) * (columns + gap) + columns : 0
        return Guarded(numbers(stream.substream(number), count, -1...1))
    }
}
