import Autodiff

/// Plain loops for every primitive: what other backends are checked against.
///
/// Each primitive is computed in double precision and its result rounded to `Scalar`, so in `Float`
/// every node carries one rounding error and no more.
public struct ReferenceBackend<Scalar: WorkingScalar>: Backend {
    public init() {}

    public func run(
        _ graph: Graph, _ inputs: [String: [Scalar]]
    ) throws -> [String: [Scalar]] {
        try graph.checkInputs(inputs)
        var values = [[Double]](repeating: [], count: graph.nodes.count)
        for input in graph.inputs {
            values[input.node] = Scalar.doubles(inputs[input.name] ?? [])
        }
        let lastUses = lastUses(graph)
        for (index, node) in graph.nodes.enumerated() {
            if !(node.primitive is Input) {
                let operands = node.operands.map {
                    ReferenceOperand(values: values[$0], shape: graph.nodes[$0].shape)
                }
                values[index] = rounded(
                    try referenceValue(node.primitive, operands, node.shape))
            }
            for operand in node.operands where lastUses[operand] == index { values[operand] = [] }
        }
        return Dictionary(
            graph.outputs.map { ($0.name, Scalar.rounding(values[$0.node])) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The numbers as `Scalar` holds them.
    private func rounded(_ values: [Double]) -> [Double] {
        Scalar.self == Double.self ? values : Scalar.doubles(Scalar.rounding(values))
    }

    /// For each node, the last node that reads it; outputs are read by none, as they stay.
    private func lastUses(_ graph: Graph) -> [Int?] {
        var lastUses = [Int?](repeating: nil, count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() {
            for operand in node.operands { lastUses[operand] = index }
        }
        for output in graph.outputs { lastUses[output.node] = nil }
        return lastUses
    }
}

/// One operand of a primitive: its numbers in row-major order, and their shape.
struct ReferenceOperand {
    let values: [Double]
    let shape: Shape
}

/// The value of one primitive.
///
/// - Throws: `ExecutionError.unsupportedPrimitive` where no domain knows it.
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
    throw ExecutionError.unsupportedPrimitive(
        description: "\(primitive.description) (\(type(of: primitive)))",
        backend: "the reference backend")
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
