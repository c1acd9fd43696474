import Autodiff

/// A convolution with the scale, shift, shortcut and positive part that follow it, as one kernel.
///
/// Where only the end of the chain
///
///     relu(conv(x, w) · scale[channel] + shift[channel] + shortcut)
///
/// is needed and scale and shift follow from weights alone, as in a forward pass with running
/// statistics, the scale moves into the filters and the rest into the convolution's own last step.
struct FoldedConvolution {
    let convolution: Int
    /// Nodes of the factor and the summand for each channel, `[channels]`.
    let scale: Int
    let shift: Int
    /// The node that is added, if any.
    let shortcut: Int?
    let isRectified: Bool
    /// The nodes from the convolution to the end of the chain.
    let chain: [Int]

    /// All such chains of a graph, by their last node.
    static func chains(
        _ graph: Graph, _ blocks: ChannelBlocks, stages: [Stage], users: [[Int]]
    ) -> [Int: FoldedConvolution] {
        var found: [Int: FoldedConvolution] = [:]
        for (index, node) in graph.nodes.enumerated()
        where node.primitive is Convolution && blocks.isBlocked[index]
            && stages[index] == .examples
        {
            guard blocks.convolutions[index]?.canEnd == true,
                let folded = chain(from: index, graph, stages, blocks.isBlocked, users),
                let last = folded.chain.last
            else { continue }
            found[last] = folded
        }
        return found
    }

    private static func chain(
        from convolution: Int, _ graph: Graph, _ stages: [Stage], _ isBlocked: [Bool],
        _ users: [[Int]]
    ) -> FoldedConvolution? {
        func next(_ node: Int, _ function: BinaryFunction) -> (node: Int, other: Int)? {
            guard users[node].count == 1, let user = users[node].first, user >= 0,
                let binary = graph.nodes[user].primitive as? Binary, binary.function == function
            else { return nil }
            let operands = graph.nodes[user].operands
            return (user, operands[0] == node ? operands[1] : operands[0])
        }
        /// The vector `[channels]` that a node repeats over all else, if it follows from weights.
        func channels(_ node: Int) -> Int? {
            guard let broadcast = graph.nodes[node].primitive as? Broadcast, broadcast.axes == [1]
            else { return nil }
            let vector = graph.nodes[node].operands[0]
            return stages[vector] == .parameters ? vector : nil
        }
        guard stages[graph.nodes[convolution].operands[1]] == .parameters,
            let scaled = next(convolution, .multiply), let scale = channels(scaled.other),
            let shifted = next(scaled.node, .add), let shift = channels(shifted.other)
        else { return nil }
        var chain = [convolution, scaled.node, shifted.node]
        var shortcut: Int?
        if let added = next(shifted.node, .add), added.other != shifted.node,
            isBlocked[added.other], graph.nodes[added.other].operands.first != nil,
            !(graph.nodes[added.other].primitive is Broadcast)
        {
            shortcut = added.other
            chain.append(added.node)
        }
        var isRectified = false
        if let last = chain.last, users[last].count == 1, let user = users[last].first, user >= 0,
            graph.nodes[user].primitive as? Unary == Unary(.relu)
        {
            isRectified = true
            chain.append(user)
        }
        return FoldedConvolution(
            convolution: convolution, scale: scale, shift: shift, shortcut: shortcut,
            isRectified: isRectified, chain: chain)
    }
}
