import Autodiff

/// Primitives that copy elements, and reductions.
func rearrangementReference(
    _ primitive: any Primitive, _ operands: [ReferenceOperand], _ shape: Shape
) -> [Double]? {
    switch primitive {
    case is Reshape:
        return operands[0].values
    case let permutation as Permutation:
        let strides = operands[0].shape.strides
        return copy(operands[0].values, shape, strides: permutation.order.map { strides[$0] })
    case let broadcast as Broadcast:
        // A stride of zero repeats.
        var strides = [Int](repeating: 0, count: shape.rank)
        for (axis, stride) in zip(broadcast.axes, operands[0].shape.strides) {
            strides[axis] = stride
        }
        return copy(operands[0].values, shape, strides: strides)
    case let slice as Slice:
        let strides = operands[0].shape.strides
        return copy(
            operands[0].values, shape, strides: zip(strides, slice.strides).map { $0 * $1 },
            start: zip(strides, slice.starts).map { $0 * $1 }.reduce(0, +))
    case let padding as Padding:
        let strides = shape.strides
        let places = positions(
            operands[0].shape, strides: zip(strides, padding.interior).map { $0 * ($1 + 1) },
            start: zip(strides, padding.low).map { $0 * $1 }.reduce(0, +))
        var result = [Double](repeating: 0, count: shape.count)
        for (place, value) in zip(places, operands[0].values) { result[place] = value }
        return result
    case let concatenation as Concatenation:
        return concatenated(operands, along: concatenation.axis, shape)
    case let reduction as Reduction:
        return reduced(operands[0], reduction, shape)
    default:
        return nil
    }
}

/// The elements at strided positions, in row-major order of the result.
private func copy(
    _ values: [Double], _ shape: Shape, strides: [Int], start: Int = 0
) -> [Double] {
    positions(shape, strides: strides, start: start).map { values[$0] }
}

private func concatenated(
    _ operands: [ReferenceOperand], along axis: Int, _ shape: Shape
) -> [Double] {
    var result = [Double](repeating: 0, count: shape.count)
    var start = 0
    for operand in operands {
        let places = positions(operand.shape, strides: shape.strides, start: start)
        for (place, value) in zip(places, operand.values) { result[place] = value }
        start += operand.shape[axis] * shape.strides[axis]
    }
    return result
}

private func reduced(
    _ operand: ReferenceOperand, _ reduction: Reduction, _ shape: Shape
) -> [Double] {
    // Elements of one group have one place in the result: reduced axes do not move it.
    var strides = [Int](repeating: 0, count: operand.shape.rank)
    for (axis, stride) in zip(reduction.keptAxes(operand.shape), shape.strides) {
        strides[axis] = stride
    }
    let places = positions(operand.shape, strides: strides)
    switch reduction.kind {
    case .sum:
        var result = [Double](repeating: 0, count: shape.count)
        for (place, value) in zip(places, operand.values) { result[place] += value }
        return result
    case .maximum:
        var result = [Double](repeating: -.infinity, count: shape.count)
        for (place, value) in zip(places, operand.values) {
            result[place] = binaryReference(.maximum, result[place], value)
        }
        return result
    }
}
