import Autodiff

/// Sums whose terms are convolutions of one shape through tiles, such as W * dx + dW * x.
///
/// Their transformed outputs are added up before they are transformed back, so that neither the
/// terms nor the sum pass through memory by themselves.
enum ConvolutionSums {
    /// The terms of each such sum, by its node; each term has no other use.
    static func terms(
        _ graph: Graph, _ blocks: ChannelBlocks, stages: [Stage], users: [[Int]]
    ) -> [Int: [Int]] {
        var sums: [Int: [Int]] = [:]
        for (index, node) in graph.nodes.enumerated() {
            guard let binary = node.primitive as? Binary, binary.function == .add,
                node.operands[0] != node.operands[1]
            else { continue }
            let parts = node.operands.map { operand -> [Int] in
                guard users[operand].count == 1, stages[operand] == stages[index],
                    blocks.isBlocked[operand]
                else { return [] }
                return sums[operand] ?? (isThroughTiles(blocks, operand) ? [operand] : [])
            }
            let terms = parts.flatMap { $0 }
            guard !parts.contains([]), agree(terms.compactMap { blocks.convolutions[$0] }) else {
                continue
            }
            for operand in node.operands { sums[operand] = nil }
            sums[index] = terms
        }
        return sums
    }

    private static func isThroughTiles(_ blocks: ChannelBlocks, _ index: Int) -> Bool {
        if case .tiles = blocks.convolutions[index]?.method { return true }
        return false
    }

    private static func agree(_ parts: [ConvolutionParts]) -> Bool {
        Set(parts.map(\.kind)).count == 1 && Set(parts.map(\.image)).count == 1
            && Set(parts.map(\.output)).count == 1
            && Set(parts.map(\.geometry.padding)).count == 1
    }
}
