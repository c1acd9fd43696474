/// Weights that do not fit a network.
public enum WeightsError: Error, CustomStringConvertible {
    /// Names or shapes of a file differ from the network's.
    case mismatch(file: String, Mismatch)
    /// A tensor holds a value that is NaN or infinite.
    case notFinite(file: String, tensor: String, index: Int, value: Double)
    /// The weights of a network do not fit into the memory.
    case tooLarge(network: String, parameters: Int, free: Int)

    /// What differs between a file and a network, by the network's names.
    public struct Mismatch: Sendable {
        public let network: String
        /// Tensors that the network needs and the file lacks.
        public var missing: [String] = []
        /// Tensors of the file that the network lacks.
        public var unknown: [String] = []
        /// Tensors of another shape: name, the network's shape, the file's.
        public var misshapen: [(name: String, expected: [Int], actual: [Int])] = []
        /// The network of the registry, with arguments, that the file fits; nil where none was found.
        public var fitting: String?

        /// The number of tensors that differ.
        var count: Int { missing.count + unknown.count + misshapen.count }

        var isEmpty: Bool { missing.isEmpty && unknown.isEmpty && misshapen.isEmpty }
    }

    public var description: String {
        switch self {
        case .mismatch(let file, let mismatch):
            var parts: [String] = []
            if !mismatch.missing.isEmpty {
                parts.append("missing \(Self.list(mismatch.missing))")
            }
            if !mismatch.unknown.isEmpty {
                parts.append("unknown \(Self.list(mismatch.unknown))")
            }
            if !mismatch.misshapen.isEmpty {
                let entries = mismatch.misshapen.map {
                    "\($0.name) \($0.actual) for \($0.expected)"
                }
                parts.append("misshapen \(Self.list(entries))")
            }
            return "\(file): its tensors are not those of \(mismatch.network): "
                + parts.joined(separator: "; ")
                + (mismatch.fitting.map { "; the file fits --model \($0)" }
                    ?? "; use the weights of this network or name another with --model")
        case .notFinite(let file, let tensor, let index, let value):
            return "\(file): tensor \(tensor) holds \(value) at element \(index);"
                + " the weights are damaged or diverged, use another checkpoint"
        case .tooLarge(let network, let parameters, let free):
            return "\(network): has \(parameters) weights, which do not fit into the \(free >> 20)"
                + " MiB that are free; take a smaller network"
        }
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(20).joined(separator: ", ")
        return names.count > 20
            ? "\(names.count) tensors: \(shown) and \(names.count - 20) more" : shown
    }
}
