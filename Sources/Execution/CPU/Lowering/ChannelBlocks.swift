import Autodiff
import COneDNN

/// Which activations of a graph lie in channel blocks of 16, and how its convolutions run.
///
/// Convolutions produce channel blocks; elementwise operations and batch normalisation keep them,
/// as do border slices and paddings; everything else is row-major.
///
/// Where channels leave lanes of the last block over, these lanes hold one number for each node,
/// known in advance: zero after a convolution, and after an operation what it makes of its
/// operands' lanes. A node of whose lanes too little is known, or nothing finite, is row-major.
struct ChannelBlocks {
    private(set) var isBlocked: [Bool]
    /// The convolutions and their gradients, by their nodes.
    private(set) var convolutions: [Int: ConvolutionParts] = [:]
    /// What the lanes beyond the last channel hold, of nodes in channel blocks.
    private var lanes: [Double]
    private let graph: Graph

    /// - Parameter areUsed: whether the type of numbers has kernels for channel blocks.
    init(_ graph: Graph, areUsed: Bool) {
        self.graph = graph
        isBlocked = [Bool](repeating: false, count: graph.nodes.count)
        lanes = [Double](repeating: 0, count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() {
            if Self.isConvolution(node.primitive) {
                let parts = ConvolutionParts(
                    graph, index, inBlocks: areUsed, isImageBlocked: isBlocked[node.operands[0]])
                convolutions[index] = parts
                isBlocked[index] = areUsed && parts.makesBlocks
            } else if areUsed, node.shape.rank == 4, node.shape.count > 0,
                let lane = keeps(node)
            {
                (isBlocked[index], lanes[index]) = (true, lane)
            }
        }
    }

    /// Whether a sum over all elements as stored is one over all channels.
    func hasZeroLanes(_ index: Int) -> Bool {
        lanes[index] == 0 || !isBlocked[index] || Self.areWhole(graph.nodes[index].shape)
    }

    private static func isConvolution(_ primitive: any Primitive) -> Bool {
        primitive is Convolution || primitive is ConvolutionInputGradient
            || primitive is ConvolutionWeightGradient
    }

    private static func areWhole(_ shape: Shape) -> Bool { shape[1] % Layouts.block == 0 }

    /// What a node's lanes hold if it keeps the blocks of an operand; nil if it does not.
    private func keeps(_ node: Graph.Node) -> Double? {
        guard let first = node.operands.first else { return nil }
        let lane: Double?
        switch node.primitive {
        case let unary as Unary where isBlocked[first]:
            lane = operand(first).map { unaryReference(unary.function, $0) }
        case let affine as Affine where isBlocked[first]:
            lane = operand(first).map { affine.scale * $0 + affine.offset }
        case let binary as Binary where node.operands.contains { isBlocked[$0] }:
            lane = operand(first).flatMap { a in
                operand(node.operands[1]).map { binaryReference(binary.function, a, $0) }
            }
        case is Select where node.operands.contains { isBlocked[$0] }:
            let values = node.operands.map(operand)
            lane = values[0].flatMap { $0 != 0 ? values[1] : values[2] }
        case is Standardization, is StandardizationJacobian, is StandardizationHessian:
            guard isBlocked[first] else { return nil }
            // What does not vary has the mean zero and stays zero, unless its variance is divided.
            lane = node.operands.allSatisfy { operand($0) == 0 } && epsilon(node.primitive) > 0
                ? 0 : nil
        case is Slice, is Padding:
            return isBlocked[first] ? 0 : nil
        default: return nil
        }
        if Self.areWhole(node.shape) { return 0 }
        return lane.flatMap { abs($0) < 1e6 ? $0 : nil }
    }

    private func epsilon(_ primitive: any Primitive) -> Double {
        switch primitive {
        case let p as Standardization: p.epsilon
        case let p as StandardizationJacobian: p.epsilon
        case let p as StandardizationHessian: p.epsilon
        default: 0
        }
    }

    /// What an operand's lanes hold, or will hold once it is brought to channel blocks.
    private func operand(_ index: Int) -> Double? {
        if isBlocked[index] { return lanes[index] }
        if let value = uniformValue(index) { return value }
        let node = graph.nodes[index]
        // One number for all elements is one for the lanes, too.
        let isRepeated = node.primitive is Broadcast
            && graph.nodes[node.operands[0]].shape.count == 1
        return isRepeated ? nil : 0
    }

    /// The value of a node that is one number everywhere.
    func uniformValue(_ index: Int) -> Double? {
        let node = graph.nodes[index]
        if let fill = node.primitive as? Fill { return fill.value }
        if node.primitive is Reshape || node.primitive is Broadcast {
            return uniformValue(node.operands[0])
        }
        return nil
    }
}
