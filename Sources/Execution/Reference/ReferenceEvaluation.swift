import Autodiff

/// Evaluates parts of a graph, node by node.
struct ReferenceEvaluation: Sendable {
    let graph: Graph
    let precision: Precision
    /// How many groups of examples make up a minibatch whose statistics are those of all.
    let shards: Int
    /// For each node, whether it depends on the examples.
    private let isPerGroup: [Bool]

    /// The values of nodes, by their places in the graph.
    typealias Values = [Int: [Double]]

    init(_ graph: Graph, precision: Precision, shards: Int) {
        (self.graph, self.precision, self.shards) = (graph, precision, shards)
        isPerGroup = graph.dependents { $0.role == .examples }
    }

    /// The values of some nodes for the groups of one minibatch.
    ///
    /// - Parameter inputs: for each shard the inputs that the nodes depend on.
    /// - Returns: for each shard the values of the nodes.
    /// - Throws: `ExecutionError.missingInput`, and what primitives throw.
    func values(of wanted: [Int], _ inputs: [Values]) throws -> [Values] {
        let lastUses = lastUses(wanted)
        var shards = [Values](repeating: [:], count: inputs.count)
        for (index, node) in graph.nodes.enumerated() where lastUses[index] != nil {
            if node.primitive is Input {
                for shard in shards.indices {
                    shards[shard][index] = try value(ofInput: index, inputs[shard])
                }
            } else if couplesExamples(index) {
                // The shards are one after another along the leading axis.
                let operands = node.operands.map { operand in
                    ReferenceOperand(
                        values: shards.flatMap { $0[operand] ?? [] },
                        shape: whole(graph.nodes[operand].shape))
                }
                let value = try value(node.primitive, operands, whole(node.shape))
                let count = node.shape.count
                for shard in shards.indices {
                    shards[shard][index] = Array(value[shard * count..<(shard + 1) * count])
                }
            } else {
                for shard in shards.indices {
                    let operands = node.operands.map {
                        ReferenceOperand(
                            values: shards[shard][$0] ?? [], shape: graph.nodes[$0].shape)
                    }
                    shards[shard][index] = try value(node.primitive, operands, node.shape)
                }
            }
            for operand in node.operands where lastUses[operand] == index {
                for shard in shards.indices { shards[shard][operand] = nil }
            }
        }
        return shards
    }

    /// The largest number of elements that are held at a time for one group.
    func peakCount(_ wanted: [Int]) -> Int {
        let lastUses = lastUses(wanted)
        var (count, peak) = (0, 0)
        for (index, node) in graph.nodes.enumerated() where lastUses[index] != nil {
            count = count.saturatingSum(node.shape.count)
            peak = max(peak, count)
            for operand in Set(node.operands) where lastUses[operand] == index {
                count -= graph.nodes[operand].shape.count
            }
        }
        return peak
    }

    /// The numbers as the machine's precision holds them.
    func rounded(_ values: [Double]) -> [Double] {
        precision == .double ? values : values.map { Double(Float($0)) }
    }

    private func value(
        _ primitive: any Primitive, _ operands: [ReferenceOperand], _ shape: Shape
    ) throws -> [Double] {
        rounded(try referenceValue(primitive, operands, shape))
    }

    private func value(ofInput node: Int, _ inputs: Values) throws -> [Double] {
        if let known = inputs[node] { return known }
        let name = graph.inputs.first { $0.node == node }?.name ?? "unknown"
        throw ExecutionError.missingInput(name: name, shape: graph.nodes[node].shape)
    }

    /// Whether the value for one example depends on the other examples of the minibatch, of which
    /// each shard has a part.
    private func couplesExamples(_ index: Int) -> Bool {
        guard shards > 1, isPerGroup[index] else { return false }
        switch graph.nodes[index].primitive {
        case let primitive as Standardization: return primitive.axes.contains(0)
        case let primitive as StandardizationJacobian: return primitive.axes.contains(0)
        case let primitive as StandardizationHessian: return primitive.axes.contains(0)
        default: return false
        }
    }

    private func whole(_ shape: Shape) -> Shape {
        Shape([shape[0] * shards] + shape.dimensions.dropFirst())
    }

    /// For each node that is needed the last node that reads it; wanted ones stay to the end.
    private func lastUses(_ wanted: [Int]) -> [Int?] {
        var lastUses = [Int?](repeating: nil, count: graph.nodes.count)
        for index in wanted { lastUses[index] = graph.nodes.count }
        for (index, node) in graph.nodes.enumerated().reversed() where lastUses[index] != nil {
            for operand in node.operands where lastUses[operand] == nil {
                lastUses[operand] = index
            }
        }
        return lastUses
    }
}

/// One operand of a primitive: its numbers in row-major order, and their shape.
public struct ReferenceOperand: Sendable {
    public let values: [Double]
    public let shape: Shape
}

/// A primitive that says itself how it is computed, by plain loops.
///
/// Every machine can run it then: a machine without a kernel for it takes this, and says so.
public protocol ReferenceEvaluable: Primitive {
    /// The value in row-major order, in double precision.
    func value(_ operands: [ReferenceOperand]) throws -> [Double]
}

/// The value of one primitive.
///
/// - Throws: `ExecutionError.unknownPrimitive` where no domain knows it, and what its own
///   evaluation throws.
func referenceValue(
    _ primitive: any Primitive, _ operands: [ReferenceOperand], _ shape: Shape
) throws -> [Double] {
    let domains = [
        elementwiseReference, rearrangementReference, productReference, convolutionReference,
        poolingReference, rowReference, tableReference,
    ]
    for domain in domains {
        if let value = domain(primitive, operands, shape) { return value }
    }
    let description = "\(primitive.description) (\(type(of: primitive)))"
    guard let own = primitive as? any ReferenceEvaluable else {
        throw ExecutionError.unknownPrimitive(description: description)
    }
    let value = try own.value(operands)
    guard value.count == shape.count else {
        throw ExecutionError.misshapenValue(
            description: description, shape: shape, count: value.count)
    }
    return value
}

/// The position `start + Σₐ indexₐ · strides[a]` of each element of `shape`, in row-major order.
func positions(_ shape: Shape, strides: [Int], start: Int = 0) -> [Int] {
    var positions = [start]
    for (extent, stride) in zip(shape.dimensions, strides) {
        var next: [Int] = []
        next.reserveCapacity(positions.count * extent)
        for position in positions {
            for index in 0..<extent { next.append(position + index * stride) }
        }
        positions = next
    }
    return positions
}
