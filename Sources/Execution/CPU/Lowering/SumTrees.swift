import Autodiff

/// Sums whose terms are products with no other use: they accumulate in one place.
struct SumTrees {
    private var roots: [Bool]
    private var parts: [Bool]

    init(_ graph: Graph, stages: [Stage], users: [[Int]]) {
        roots = [Bool](repeating: false, count: graph.nodes.count)
        parts = roots
        for (index, node) in graph.nodes.enumerated() {
            guard let binary = node.primitive as? Binary, binary.function == .add else { continue }
            let chains = node.operands.compactMap { Self.chain($0, graph, users, roots) }
            guard chains.count == 2, node.operands[0] != node.operands[1] else { continue }
            guard chains.joined().allSatisfy({ stages[$0] == stages[index] }) else { continue }
            let kinds = chains.map { Self.isConvolution($0.last ?? 0, graph, roots) }
            guard kinds[0] == kinds[1] else { continue }
            roots[index] = true
            for part in chains.joined() { parts[part] = true }
        }
    }

    /// Whether the node is such a sum.
    func contains(_ node: Int) -> Bool { roots[node] }

    /// Whether the node is a term of such a sum.
    func isPart(_ node: Int) -> Bool { parts[node] }

    /// The nodes from a term down to its product, all used once; nil if it is no such term.
    private static func chain(
        _ node: Int, _ graph: Graph, _ users: [[Int]], _ roots: [Bool]
    ) -> [Int]? {
        var chain = [node]
        var node = node
        while users[node].count == 1 {
            if roots[node] { return chain }
            switch graph.nodes[node].primitive {
            case is MatrixProduct, is ConvolutionWeightGradient: return chain
            case is Reshape:
                node = graph.nodes[node].operands[0]
                chain.append(node)
            default: return nil
            }
        }
        return nil
    }

    private static func isConvolution(_ node: Int, _ graph: Graph, _ roots: [Bool]) -> Bool {
        if roots[node] { return isConvolution(graph.nodes[node].operands[0], graph, roots) }
        return graph.nodes[node].primitive is ConvolutionWeightGradient
    }
}
