import Autodiff

/// A strided look at elements of a buffer.
struct View {
    var buffer: BufferID
    /// Elements from the start of the buffer.
    var offset: Int
    var dimensions: [Int]
    /// Elements between neighbours along each axis; 0 repeats.
    var strides: [Int]

    init(contiguous buffer: BufferID, _ shape: Shape, offset: Int = 0) {
        self.buffer = buffer
        self.offset = offset
        dimensions = shape.dimensions
        strides = shape.strides
    }

    var count: Int { dimensions.reduce(1, *) }

    /// Whether the elements follow one another in row-major order.
    var isContiguous: Bool {
        var expected = 1
        for axis in dimensions.indices.reversed() where dimensions[axis] != 1 {
            if strides[axis] != expected { return false }
            expected *= dimensions[axis]
        }
        return true
    }

    func permuted(_ order: [Int]) -> View {
        var result = self
        result.dimensions = order.map { dimensions[$0] }
        result.strides = order.map { strides[$0] }
        return result
    }

    /// The inverse of `permuted`: a view whose permutation by `order` is this one.
    func inversePermuted(_ order: [Int]) -> View {
        var result = self
        for (position, axis) in order.enumerated() {
            result.dimensions[axis] = dimensions[position]
            result.strides[axis] = strides[position]
        }
        return result
    }

    func sliced(_ starts: [Int], _ limits: [Int], _ steps: [Int]) -> View {
        var result = self
        for axis in dimensions.indices {
            result.offset += starts[axis] * strides[axis]
            result.dimensions[axis] = (limits[axis] - starts[axis] + steps[axis] - 1) / steps[axis]
            result.strides[axis] *= steps[axis]
        }
        return result
    }

    /// The part of this view that a padding fills with its operand.
    func inside(_ padding: Padding, _ operand: Shape) -> View {
        var result = self
        for axis in dimensions.indices {
            result.offset += padding.low[axis] * strides[axis]
            result.strides[axis] *= padding.interior[axis] + 1
        }
        result.dimensions = operand.dimensions
        return result
    }

    func broadcast(_ target: Broadcast) -> View {
        var result = self
        result.dimensions = target.shape.dimensions
        result.strides = [Int](repeating: 0, count: target.shape.rank)
        for (operandAxis, axis) in target.axes.enumerated() {
            result.strides[axis] = strides[operandAxis]
        }
        return result
    }

    /// The same elements under another shape, or nil where that needs a copy.
    func reshaped(_ target: [Int]) -> View? {
        if isContiguous {
            var result = self
            result.dimensions = target
            result.strides = Shape(target).strides
            return result
        }
        var strides = [Int](repeating: 0, count: target.count)
        var old = dimensions.indices.filter { dimensions[$0] != 1 }[...]
        var new = target.indices[...]
        while let axis = new.first {
            if target[axis] == 1 {
                new.removeFirst()
                continue
            }
            // Smallest groups of old and new axes with the same number of elements.
            var newEnd = axis + 1
            var newCount = target[axis]
            guard let oldFirst = old.first else { return nil }
            var group = [oldFirst]
            old.removeFirst()
            var oldCount = dimensions[oldFirst]
            while newCount != oldCount {
                if newCount < oldCount {
                    guard newEnd < target.count else { return nil }
                    newCount *= target[newEnd]
                    newEnd += 1
                } else {
                    guard let next = old.first else { return nil }
                    guard self.strides[group[group.count - 1]]
                        == self.strides[next] * dimensions[next]
                    else { return nil }
                    group.append(next)
                    oldCount *= dimensions[next]
                    old.removeFirst()
                }
            }
            var stride = self.strides[group[group.count - 1]]
            for position in (axis..<newEnd).reversed() {
                strides[position] = stride
                stride *= target[position]
            }
            new = new.dropFirst(newEnd - axis)
        }
        var result = self
        result.dimensions = target
        result.strides = strides
        return result
    }

    /// Views of the leading-axis matrices, when the last two axes can be operands of a product.
    ///
    /// - Returns: the row stride, and whether the stored matrix is transposed; nil where neither
    ///   of the last two axes is contiguous.
    var matrixLayout: (stride: Int, isTransposed: Bool)? {
        let rank = dimensions.count
        let (rows, columns) = (dimensions[rank - 2], dimensions[rank - 1])
        let (rowStride, columnStride) = (strides[rank - 2], strides[rank - 1])
        if columnStride == 1 || columns == 1, rowStride >= columns || rows == 1 {
            return (max(rows == 1 ? columns : rowStride, 1), false)
        }
        if rowStride == 1 || rows == 1, columnStride >= rows || columns == 1 {
            return (max(columns == 1 ? rows : columnStride, 1), true)
        }
        return nil
    }

    /// The element offsets of all matrices along the leading axes.
    var matrixOffsets: [Int] {
        var offsets = [offset]
        for axis in 0..<(dimensions.count - 2) {
            offsets = offsets.flatMap { start in
                (0..<dimensions[axis]).map { start + $0 * strides[axis] }
            }
        }
        return offsets
    }
}
