/// A graph under construction.
///
/// Equal calls are one node, so common subexpressions never arise twice; nodes that no output
/// needs are dropped by `graph(outputs:)`. A builder is used by one thread.
public final class GraphBuilder {
    private struct Key: Hashable {
        let primitive: AnyHashable
        let operands: [Int]
    }

    private(set) var nodes: [Graph.Node] = []
    private var inputs: [Graph.Input] = []
    private var known: [Key: Int] = [:]
    private var placeholders = 0

    public init() {}

    /// Declares an input.
    public func input(_ name: String, _ shape: Shape, role: InputRole) -> Tensor {
        let index = inputs.count
        let tensor = append(Input(index: index, name: name, shape: shape), [], shape)
        inputs.append(Graph.Input(name: name, role: role, shape: shape, node: tensor.node))
        return tensor
    }

    /// Applies a primitive, or finds the node where this was done before.
    ///
    /// - Throws: `ShapeError` where the operands do not fit.
    public func apply(_ primitive: some Primitive, _ operands: [Tensor]) throws -> Tensor {
        precondition(operands.allSatisfy { $0.builder === self }, "Operands are of another graph.")
        // First, so that no simplification hides a call that does not fit. Inputs are checked where
        // they are used.
        for operand in operands { try operand.shape.checkCount(primitive.description) }
        let shape = try primitive.outputShape(operands.map(\.shape))
        try shape.checkCount(primitive.description)
        if let simple = try primitive.simplified(operands) { return simple }
        let indices = operands.map(\.node)
        let key = Key(primitive: AnyHashable(primitive), operands: indices)
        if let node = known[key] { return Tensor(builder: self, node: node) }
        let tensor = append(primitive, indices, shape)
        known[key] = tensor.node
        return tensor
    }

    /// The finished graph: the nodes that `outputs` need, and every declared input.
    public func graph(
        outputs: [(name: String, tensor: Tensor, combination: Combination)]
    ) -> Graph {
        var needed = reachable(from: outputs.map(\.tensor))
        for input in inputs { needed[input.node] = true }
        var renamed = [Int](repeating: -1, count: nodes.count)
        var graph = Graph()
        for (index, node) in nodes.enumerated() where needed[index] {
            renamed[index] = graph.nodes.count
            graph.nodes.append(
                Graph.Node(
                    primitive: node.primitive, operands: node.operands.map { renamed[$0] },
                    shape: node.shape))
        }
        graph.inputs = inputs.map {
            Graph.Input(name: $0.name, role: $0.role, shape: $0.shape, node: renamed[$0.node])
        }
        graph.outputs = outputs.map {
            Graph.Output(
                name: $0.name, combination: $0.combination, node: renamed[$0.tensor.node])
        }
        return graph
    }

    /// For each node, whether one of `tensors` needs it; the search does not go past `leaves`.
    func reachable(from tensors: [Tensor], stoppingAt leaves: Set<Int> = []) -> [Bool] {
        var needed = [Bool](repeating: false, count: nodes.count)
        for tensor in tensors { needed[tensor.node] = true }
        for index in stride(from: nodes.count - 1, through: 0, by: -1)
        where needed[index] && !leaves.contains(index) {
            for operand in nodes[index].operands { needed[operand] = true }
        }
        return needed
    }

    /// A number that no other placeholder of this graph has.
    func nextPlaceholder() -> Int {
        placeholders += 1
        return placeholders
    }

    private func append(_ primitive: any Primitive, _ operands: [Int], _ shape: Shape) -> Tensor {
        nodes.append(Graph.Node(primitive: primitive, operands: operands, shape: shape))
        return Tensor(builder: self, node: nodes.count - 1)
    }
}

/// A value in a graph under construction.
///
/// Every operation returns a new value and can throw a `ShapeError`.
public struct Tensor {
    /// The graph that holds it.
    public let builder: GraphBuilder
    let node: Int

    public var shape: Shape { builder.nodes[node].shape }

    /// The primitive that made it.
    var primitive: any Primitive { builder.nodes[node].primitive }

    /// The operands of the primitive that made it.
    var operands: [Tensor] {
        builder.nodes[node].operands.map { Tensor(builder: builder, node: $0) }
    }
}
