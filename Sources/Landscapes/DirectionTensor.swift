import Networks

/// A parameter tensor as directions see it: a stretch of the flat weight vector.
public struct DirectionTensor: Sendable, Hashable {
    /// The state-dict key.
    public var name: String
    /// The shape, the output dimension first.
    public var shape: [Int]
    /// The role, which decides whether a direction moves it.
    public var kind: StateKind

    /// A tensor of the flat vector.
    public init(name: String, shape: [Int], kind: StateKind) {
        self.name = name
        self.shape = shape
        self.kind = kind
    }

    /// The number of entries.
    public var count: Int { shape.reduce(1, *) }

    /// Whether the first paper's repository leaves the tensor out by its name.
    var isPositionEmbedding: Bool {
        kind == .positionEmbedding || name.contains("pos_embed")
            || name.contains("relative_position")
    }
}

/// A direction that does not fit the weights it is meant for.
public enum DirectionError: Error, CustomStringConvertible, Equatable {
    /// The flat vector and the list of tensors differ in size.
    case length(expected: Int, actual: Int)
    /// A stored direction lacks a tensor.
    case missingTensor(String)
    /// A stored direction has tensors that the network lacks.
    case unknownTensors([String])
    /// A stored tensor has another number of entries.
    case tensorCount(name: String, expected: Int, actual: Int)
    /// A tensor's entry is NaN or infinite.
    case notFinite(name: String)
    /// Every entry is zero.
    case zero(normalization: String)

    public var description: String {
        switch self {
        case .length(let expected, let actual):
            "direction has \(actual) entries, the network has \(expected) parameters;"
                + " use a direction made for this network"
        case .missingTensor(let name):
            "direction lacks tensor \(name); use a direction made for this network"
        case .unknownTensors(let names):
            "direction has tensors that the network lacks: \(names.joined(separator: ", "));"
                + " use a direction made for this network"
        case .tensorCount(let name, let expected, let actual):
            "direction tensor \(name) has \(actual) entries, the network's has \(expected);"
                + " use a direction made for this network"
        case .notFinite(let name):
            "direction tensor \(name) has an entry that is NaN or infinite; check the weights"
        case .zero(let normalization):
            "direction is zero after \(normalization) normalisation: the weights that it may move"
                + " are all zero"
        }
    }
}
