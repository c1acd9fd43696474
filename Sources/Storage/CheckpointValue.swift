/// What a checkpoint holds beside its weights, such as the epoch or the optimiser's state.
public indirect enum CheckpointValue: Equatable, Sendable {
    case none
    case bool(Bool)
    case integer(Int64)
    case real(Double)
    case text(String)
    case list([CheckpointValue])
    case tuple([CheckpointValue])
    /// Pairs in the order of the file.
    case dictionary([Pair])
    case tensor(StoredTensor)
    /// An object of another class, such as `argparse.Namespace`: nothing of it was run or kept.
    case opaque(String)

    /// A key and its value.
    public struct Pair: Equatable, Sendable {
        public let key: CheckpointValue
        public let value: CheckpointValue

        /// The pair of `key` and `value`.
        public init(key: CheckpointValue, value: CheckpointValue) {
            self.key = key
            self.value = value
        }
    }

    /// The number, where the value is one.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .none, .bool, .text, .list, .tuple, .dictionary, .tensor, .opaque: nil
        }
    }

    /// The value in one phrase: numbers and texts as they are, of all else the kind.
    public var summary: String {
        switch self {
        case .none: "None"
        case .bool(let value): value ? "True" : "False"
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .text(let value): StorageError.quoted(value)
        case .list(let items): "list of \(items.count)"
        case .tuple(let items): "tuple of \(items.count)"
        case .dictionary(let pairs): "dictionary of \(pairs.count)"
        case .tensor(let tensor): "tensor of shape \(tensor.shape)"
        case .opaque(let name): "\(StorageError.quoted(name)), not run"
        }
    }

    /// The value of the text key `name`, where this is a dictionary that has it.
    public subscript(name: String) -> CheckpointValue? {
        guard case .dictionary(let pairs) = self else { return nil }
        return pairs.last { $0.key == .text(name) }?.value
    }
}
