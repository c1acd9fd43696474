import Autodiff
import COneDNN

extension Lowering {
    /// The elements of a node in row-major order.
    func buffer(_ index: Int) throws -> BufferID {
        if let known = plain[index] { return known }
        try emit(index)
        if let known = plain[index] { return known }
        guard let (source, layout) = finished(index) else {
            preconditionFailure("\(graph.nodes[index].primitive) left no result.")
        }
        let target = scratch(graph.nodes[index].shape.count, stages[index])
        addImageReorder(source, target, index, from: layout, to: ONEDNN_PLAIN)
        plain[index] = target
        return target
    }

    /// The elements of a node in channel blocks.
    func blockedBuffer(_ index: Int) throws -> BufferID {
        if let known = blocked[index] { return known }
        try emit(index)
        if let known = blocked[index] { return known }
        let (source, layout) = try finished(index) ?? (buffer(index), ONEDNN_PLAIN)
        let target = scratch(Layouts.blockedCount(graph.nodes[index].shape), stages[index])
        addImageReorder(source, target, index, from: layout, to: ONEDNN_BLOCKED)
        blocked[index] = target
        return target
    }

    /// The elements of a node with the channels of a pixel together.
    func pixelBuffer(_ index: Int) throws -> BufferID {
        if let known = pixels[index] { return known }
        try emit(index)
        if let known = pixels[index] { return known }
        let (source, layout) = try finished(index) ?? (buffer(index), ONEDNN_PLAIN)
        let target = scratch(graph.nodes[index].shape.count, stages[index])
        addImageReorder(source, target, index, from: layout, to: ONEDNN_PIXELS)
        pixels[index] = target
        return target
    }

    /// A finished result in whichever layout it has, the cheaper to convert first.
    private func finished(_ index: Int) -> (BufferID, layout: Int)? {
        blocked[index].map { ($0, ONEDNN_BLOCKED) } ?? pixels[index].map { ($0, ONEDNN_PIXELS) }
            ?? plain[index].map { ($0, ONEDNN_PLAIN) }
    }

    /// An array with the axes `kept` of an activation's shape, channels among them, as a pass over
    /// its channel blocks reads it: with zeros for the lanes that belong to no channel.
    func paddedVector(_ index: Int, _ shape: Shape, kept: [Int]) throws -> BufferID {
        let (channels, whole) = (shape[1], Layouts.wholeBlocks(shape[1]))
        guard channels != whole, kept.contains(1) else { return try buffer(index) }
        let rows = graph.nodes[index].shape.count / channels
        let key = PaddedKey(node: index, count: rows * whole)
        if let known = padded[key] { return known }
        let source = try buffer(index)
        let target = scratch(rows * whole, stages[index])
        addFill(View(contiguous: target, [rows, whole]), stages[index])
        var place = View(contiguous: target, [rows, whole])
        place.dimensions[1] = channels
        addCopy(
            View(contiguous: source, [rows, channels]), place, .overwrite, stages[index])
        padded[key] = target
        return target
    }

    /// How a sum over the elements of a node as it lies goes, if a pattern describes that.
    static func sumPattern(
        _ graph: Graph, _ blocks: ChannelBlocks, _ operand: Int, _ reduction: Reduction
    ) -> Layouts.Pattern? {
        let shape = graph.nodes[operand].shape
        let kept = reduction.keptAxes(shape)
        guard kept.contains(1) || blocks.hasZeroLanes(operand) else { return nil }
        return Layouts.pattern(shape, kept: kept, isBlocked: blocks.isBlocked[operand])
    }
}
