import Autodiff

/// Matrix products.
func productReference(
    _ primitive: any Primitive, _ operands: [ReferenceOperand], _ shape: Shape
) -> [Double]? {
    guard let product = primitive as? MatrixProduct else { return nil }
    let (a, b) = (operands[0], operands[1])
    let (rows, columns) = (shape[-2], shape[-1])
    let inner = product.transposeA ? a.shape[-2] : a.shape[-1]
    let matrices = shape.dimensions.dropLast(2).reduce(1, *)
    // The steps from one row, and from one column, of op(A) and op(B) to the next.
    let (rowA, columnA) = product.transposeA ? (1, rows) : (inner, 1)
    let (rowB, columnB) = product.transposeB ? (1, inner) : (columns, 1)
    var result = [Double](repeating: 0, count: shape.count)
    a.values.withUnsafeBufferPointer { a in
        b.values.withUnsafeBufferPointer { b in
            result.withUnsafeMutableBufferPointer { c in
                for matrix in 0..<matrices {
                    let startA = matrix * rows * inner
                    let startB = matrix * inner * columns
                    for row in 0..<rows {
                        let startC = (matrix * rows + row) * columns
                        for k in 0..<inner {
                            let factor = a[startA + row * rowA + k * columnA]
                            for column in 0..<columns {
                                c[startC + column] +=
                                    factor * b[startB + k * rowB + column * columnB]
                            }
                        }
                    }
                }
            }
        }
    }
    return result
}
