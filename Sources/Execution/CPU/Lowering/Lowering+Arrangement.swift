import Autodiff

extension Lowering {
    /// A strided look at a node's elements, computed first if need be.
    func view(_ index: Int) throws -> View {
        let node = graph.nodes[index]
        if let known = plain[index] { return View(contiguous: known, node.shape) }
        guard !isBlocked[index], !node.operands.isEmpty else {
            return View(contiguous: try buffer(index), node.shape)
        }
        let operand = node.operands[0]
        switch node.primitive {
        case is Reshape:
            if let reshaped = try view(operand).reshaped(node.shape.dimensions) { return reshaped }
        case let primitive as Permutation:
            return try view(operand).permuted(primitive.order)
        case let primitive as Slice:
            return try view(operand).sliced(
                primitive.starts, primitive.limits, primitive.strides)
        case let primitive as Broadcast:
            return try view(operand).broadcast(primitive)
        default: break
        }
        return View(contiguous: try buffer(index), node.shape)
    }

    /// Gives a reshape, permutation, slice, broadcast, concatenation or padding its own elements.
    func emitArrangement(_ index: Int) throws {
        let node = graph.nodes[index]
        if node.primitive is Reshape {
            // Where strides do not allow another shape, the operand gets its elements in a row.
            let look = try view(node.operands[0]).reshaped(node.shape.dimensions)
            guard let look, !(look.isContiguous && look.offset == 0) else {
                plain[index] = try look?.buffer ?? buffer(node.operands[0])
                return
            }
        }
        let target = scratch(node.shape.count, stages[index])
        try place(index, View(contiguous: target, node.shape), .overwrite, stages[index])
        plain[index] = target
    }

    /// Writes a node's elements into a view, computing them there where its kernel can.
    ///
    /// - Parameter stage: when the target is written; a node of an earlier stage is copied then.
    func place(_ index: Int, _ target: View, _ mode: Accumulation, _ stage: Stage) throws {
        let node = graph.nodes[index]
        guard plain[index] == nil, blocked[index] == nil, stages[index] == stage else {
            return addCopy(try view(index), target, mode, stage)
        }
        if sums.contains(index) {
            try place(node.operands[0], target, mode, stage)
            try place(node.operands[1], target, mode.next, stage)
            return
        }
        let isShared = users[index].count > 1
        switch node.primitive {
        case is MatrixProduct where !isShared:
            if let layout = target.matrixLayout, !layout.isTransposed {
                return try emitProduct(index, target, mode)
            }
        case let primitive as Permutation where !isShared:
            return try place(
                node.operands[0], target.inversePermuted(primitive.order), mode, stage)
        case is Reshape where !isShared:
            let operand = node.operands[0]
            if let reshaped = target.reshaped(graph.nodes[operand].shape.dimensions) {
                return try place(operand, reshaped, mode, stage)
            }
        case let primitive as Concatenation where mode.isOverwrite:
            var start = 0
            for operand in node.operands {
                var part = target
                let extent = graph.nodes[operand].shape[primitive.axis]
                part.offset += start * target.strides[primitive.axis]
                part.dimensions[primitive.axis] = extent
                try place(operand, part, mode, stage)
                start += extent
            }
            return
        case let primitive as Padding where mode.isOverwrite:
            addFill(target, stage)
            let inner = target.inside(primitive, graph.nodes[node.operands[0]].shape)
            return try place(node.operands[0], inner, mode, stage)
        default: break
        }
        addCopy(try view(index), target, mode, stage)
    }

    /// Copies or adds one view to another of the same extents.
    func addCopy(_ source: View, _ target: View, _ mode: Accumulation, _ stage: Stage) {
        guard target.count > 0 else { return }
        let axes = source.dimensions.indices.filter { source.dimensions[$0] != 1 }
        let merged = Self.merged(
            axes.map { (source.dimensions[$0], source.strides[$0], target.strides[$0]) })
        plan.add(
            Plan.Step(
                name: "copy", reads: [source.buffer] + (mode.isOverwrite ? [] : [target.buffer]),
                writes: [target.buffer]
            ) { placement in
                CopyKernel<Scalar>(
                    source: placement[source.buffer], sourceOffset: source.offset,
                    target: placement[target.buffer], targetOffset: target.offset,
                    dimensions: merged.map(\.0), sourceStrides: merged.map(\.1),
                    targetStrides: merged.map(\.2), mode: mode)
            }, to: stage)
    }

    /// Joins neighbouring axes that are one axis on both sides.
    private static func merged(_ axes: [(Int, Int, Int)]) -> [(Int, Int, Int)] {
        var result: [(Int, Int, Int)] = []
        for axis in axes {
            if let last = result.last, last.1 == axis.1 * axis.0, last.2 == axis.2 * axis.0 {
                result[result.count - 1] = (last.0 * axis.0, axis.1, axis.2)
            } else {
                result.append(axis)
            }
        }
        return result
    }

    /// Zeros in all elements of a view; the view covers a buffer or a part of it.
    func addFill(_ target: View, _ stage: Stage) {
        let zero = scratch(1, .parameters)
        addConstantStep([0], zero)
        var source = target
        source.buffer = zero
        source.offset = 0
        source.strides = [Int](repeating: 0, count: target.dimensions.count)
        addCopy(source, target, .overwrite, stage)
    }

    /// Numbers that are part of the program; a single one is repeated.
    func emitConstant(_ index: Int, _ values: [Double]) throws {
        let count = graph.nodes[index].shape.count
        let target = scratch(count, .parameters)
        addConstantStep(
            values.count == count ? values : [Double](repeating: values[0], count: count), target)
        plain[index] = target
    }

    private func addConstantStep(_ values: [Double], _ target: BufferID) {
        plan.add(
            Plan.Step(name: "constant", reads: [], writes: [target]) { placement in
                ConstantKernel<Scalar>(values: values, target: placement[target])
            }, to: .parameters)
    }

    /// A slice or padding of activations in channel blocks, through a table of element positions.
    func emitBlockedWindow(_ index: Int) throws {
        let node = graph.nodes[index]
        let operand = node.operands[0]
        let shape = graph.nodes[operand].shape
        let table = BlockedTable(node.primitive, from: shape, to: node.shape)
        guard let table else {
            // Batches are cut: go through row-major order.
            let target = scratch(node.shape.count, stages[index])
            let source = View(contiguous: try buffer(operand), shape)
            try placeWindow(node.primitive, source, View(contiguous: target, node.shape), index)
            plain[index] = target
            return
        }
        let source = try blockedBuffer(operand)
        let target = scratch(Layouts.blockedCount(node.shape), stages[index])
        plan.add(
            Plan.Step(name: "blocked window", reads: [source], writes: [target]) { placement in
                TableCopyKernel<Scalar>(
                    table: table.positions, batch: shape[0],
                    sourceCount: Layouts.blockedCount(shape) / shape[0],
                    source: placement[source], target: placement[target])
            }, to: stages[index])
        blocked[index] = target
    }

    private func placeWindow(
        _ primitive: any Primitive, _ source: View, _ target: View, _ index: Int
    ) throws {
        if let slice = primitive as? Slice {
            addCopy(
                source.sliced(slice.starts, slice.limits, slice.strides), target, .overwrite,
                stages[index])
        } else if let padding = primitive as? Padding {
            addFill(target, stages[index])
            let inner = target.inside(padding, Shape(source.dimensions))
            addCopy(source, inner, .overwrite, stages[index])
        }
    }
}

extension Accumulation {
    var isOverwrite: Bool {
        if case .overwrite = self { return true }
        return false
    }
}

/// For each element of one example in channel blocks, where it comes from; -1 is a zero.
struct BlockedTable {
    let positions: [Int32]

    /// - Returns: nil where the batch axis itself is cut or padded.
    init?(_ primitive: any Primitive, from source: Shape, to target: Shape) {
        guard source[0] == target[0] else { return nil }
        var positions: [Int32] = []
        positions.reserveCapacity(Layouts.blockedCount(target) / target[0])
        let width = Layouts.block
        for block in 0..<(Layouts.wholeBlocks(target[1]) / width) {
            for row in 0..<target[2] {
                for column in 0..<target[3] {
                    for lane in 0..<width {
                        let place = [block * width + lane, row, column]
                        guard place[0] < target[1],
                            let origin = Self.origin(primitive, place, source)
                        else {
                            positions.append(-1)
                            continue
                        }
                        let plane = (origin[0] / width * source[2] + origin[1]) * source[3]
                        positions.append(
                            Int32((plane + origin[2]) * width + origin[0] % width))
                    }
                }
            }
        }
        self.positions = positions
    }

    /// The channel, row and column that end up at `place`.
    private static func origin(
        _ primitive: any Primitive, _ place: [Int], _ source: Shape
    ) -> [Int]? {
        if let slice = primitive as? Slice {
            return (0..<3).map { slice.starts[$0 + 1] + place[$0] * slice.strides[$0 + 1] }
        }
        guard let padding = primitive as? Padding else { return nil }
        var origin = [0, 0, 0]
        for axis in 0..<3 {
            let distance = place[axis] - padding.low[axis + 1]
            let step = padding.interior[axis + 1] + 1
            guard distance >= 0, distance % step == 0, distance / step < source[axis + 1] else {
                return nil
            }
            origin[axis] = distance / step
        }
        return origin
    }
}
