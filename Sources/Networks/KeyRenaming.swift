/// How a checkpoint's key became one of the network's state dict.
public struct KeyRenaming: Hashable, Sendable, CustomStringConvertible {
    /// The key in the file.
    public let old: String
    /// The key in the state dict, or nil where the tensor is no longer stored.
    public let new: String?

    init(old: String, new: String?) {
        self.old = old
        self.new = new
    }

    /// `<prefix><i><suffix>...` becomes `<prefix><i + 1><suffix>...`; nil where the key is not so.
    init?(raisingIndexIn key: String, between prefix: String, and suffix: String) {
        guard key.hasPrefix(prefix) else { return nil }
        let rest = key.dropFirst(prefix.count)
        let digits = rest.prefix(while: \.isNumber)
        guard let index = Int(digits), rest.dropFirst(digits.count).hasPrefix(suffix) else {
            return nil
        }
        self.init(old: key, new: prefix + String(index + 1) + rest.dropFirst(digits.count))
    }

    public var description: String { "\(old) -> \(new ?? "left out")" }
}
