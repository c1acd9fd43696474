import Execution
import Networks

/// Which trainable tensors weight decay acts on.
public enum DecayRule: String, Sendable, Hashable, CaseIterable, Codable {
    /// Every one, biases and norms included, as PyTorch's optimisers do by default.
    case all
    /// Weights of linear maps alone: no biases, norms, tokens, embeddings or scales.
    case weights

    func decays(_ kind: StateKind) -> Bool { self == .all || kind == .weight }
}

/// A trainable tensor as a stretch of the flat weight vector.
public struct WeightTensor: Sendable, Hashable {
    /// The state-dict key.
    public let name: String
    /// The shape, the output dimension first; empty for a single number.
    public let shape: [Int]
    public let kind: StateKind
    /// The index of the network's unit that declared it, or nil outside of all units.
    public let unit: Int?
    /// Where it starts in the flat vector.
    public let offset: Int
    /// Whether weight decay acts on it.
    public let isDecayed: Bool

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }
    /// Its stretch of the flat vector.
    public var range: Range<Int> { offset..<offset + count }
}

/// A tensor of the state that is not trained: statistics, frozen filters, tables.
public struct BufferTensor: Sendable, Hashable {
    /// The state-dict key.
    public let name: String
    public let shape: [Int]
    public let kind: StateKind
    /// Whether something is computed from it.
    public let isComputed: Bool

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }
}

/// The order in which a network's state lies in a flat vector.
///
/// Trainable tensors follow one another in state-dict order; buffers are kept beside them.
public struct WeightLayout: Sendable, Hashable {
    /// The trainable tensors, in the order of the flat vector.
    public let tensors: [WeightTensor]
    public let buffers: [BufferTensor]
    /// The keys of all tensors in state-dict order.
    public let stateOrder: [String]
    /// The length of the flat vector.
    public let count: Int

    /// The layout of what a trace declared.
    public init(_ trace: NetworkTrace, decay: DecayRule = .all) {
        var tensors: [WeightTensor] = []
        var buffers: [BufferTensor] = []
        var offset = 0
        for entry in trace.state {
            guard entry.kind.isTrainable else {
                buffers.append(
                    BufferTensor(
                        name: entry.name, shape: entry.shape.dimensions, kind: entry.kind,
                        isComputed: entry.tensor != nil))
                continue
            }
            let tensor = WeightTensor(
                name: entry.name, shape: entry.shape.dimensions, kind: entry.kind,
                unit: entry.unit, offset: offset, isDecayed: decay.decays(entry.kind))
            tensors.append(tensor)
            offset += tensor.count
        }
        self.tensors = tensors
        self.buffers = buffers
        stateOrder = trace.state.map(\.name)
        count = offset
    }

    /// The trainable tensor with the given key, or nil.
    public subscript(name: String) -> WeightTensor? { tensors.first { $0.name == name } }

    /// The stretches of the flat vector on which weight decay acts: ascending, disjoint, joined
    /// where they touch.
    public var decayedRanges: [Range<Int>] {
        var ranges: [Range<Int>] = []
        for tensor in tensors where tensor.isDecayed && tensor.count > 0 {
            if let last = ranges.last, last.upperBound == tensor.offset {
                ranges[ranges.count - 1] = last.lowerBound..<tensor.range.upperBound
            } else {
                ranges.append(tensor.range)
            }
        }
        return ranges
    }

    /// The Euclidean norm of each tensor of a flat vector, in layout order.
    public func norms(_ vector: ParameterVector) -> [Double] {
        tensors.map { vector.norm(in: $0.range) }
    }
}
