import Autodiff

/// Picking and adding up by a table of indices, and random masks.
func tableReference(
    _ primitive: any Primitive, _ operands: [ReferenceOperand], _ shape: Shape
) -> [Double]? {
    switch primitive {
    case let gather as Gather:
        let (outer, inner) = extents(around: gather.axis, shape)
        let extent = operands[0].shape[gather.axis]
        var result: [Double] = []
        result.reserveCapacity(shape.count)
        for block in 0..<outer {
            for index in gather.indices {
                let start = (block * extent + index) * inner
                result += operands[0].values[start..<(start + inner)]
            }
        }
        return result
    case let scatter as ScatterAdd:
        let (outer, inner) = extents(around: scatter.axis, shape)
        var result = [Double](repeating: 0, count: shape.count)
        var source = 0
        for block in 0..<outer {
            for index in scatter.indices {
                let start = (block * scatter.extent + index) * inner
                for offset in 0..<inner {
                    result[start + offset] += operands[0].values[source]
                    source += 1
                }
            }
        }
        return result
    case let mask as RandomMask:
        let elements = mask.tail.reduce(1, *)
        let halves = operands[0].values
        return stride(from: 0, to: halves.count, by: 2).flatMap { place in
            let example = ExampleNumber.joined(halves[place], halves[place + 1])
            return (0..<elements).map {
                mask.keeps(example: example, element: $0) ? 1.0 : 0
            }
        }
    default:
        return nil
    }
}

/// The numbers of elements before and after one axis.
private func extents(around axis: Int, _ shape: Shape) -> (outer: Int, inner: Int) {
    (
        shape.dimensions[..<axis].reduce(1, *),
        shape.dimensions[(axis + 1)...].reduce(1, *)
    )
}
