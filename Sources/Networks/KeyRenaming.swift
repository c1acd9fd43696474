/// How a checkpoint's key became one of the network's state dict.
public struct KeyRenaming: Hashable, Sendable, CustomStringConvertible {
    /// The key in the file.
    public let old: String
    /// The key in the state dict, or nil where the tensor is not stored there.
    public let new: String?
    /// The order in which the state dict has the axes of the file's tensor, where they are joined or
    /// turned; nil where the elements stay in order.
    public let axes: [Int]?

    public var description: String { "\(old) -> \(new ?? "left out")" }
}

/// A rule that turns keys of another library or version into those of the state dict.
struct KeyRule: Sendable {
    /// Components joined by dots; `*` stands for a number. What follows the pattern is kept.
    let pattern: [Substring]
    /// See `KeyRenaming.axes`.
    let axes: [Int]?
    /// The new beginning from the numbers that `*` stood for; nil where the tensor is left out.
    let replacement: @Sendable ([Int]) -> String?

    init(
        _ pattern: String, axes: [Int]? = nil,
        _ replacement: @escaping @Sendable ([Int]) -> String?
    ) {
        self.pattern = pattern.split(separator: "*", omittingEmptySubsequences: false)
            .map { Substring($0) }
        self.axes = axes
        self.replacement = replacement
    }

    init(_ pattern: String, axes: [Int]? = nil, _ replacement: String?) {
        self.init(pattern, axes: axes) { _ in replacement }
    }

    /// The renaming of a key, or nil where the rule does not speak of it.
    func renaming(of key: String) -> KeyRenaming? {
        var rest = Substring(key)
        var numbers: [Int] = []
        for (index, piece) in pattern.enumerated() {
            if index > 0 {
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                guard let number = Int(digits) else { return nil }
                numbers.append(number)
                rest = rest.dropFirst(digits.count)
            }
            guard rest.hasPrefix(piece) else { return nil }
            rest = rest.dropFirst(piece.count)
        }
        guard rest.isEmpty || rest.first == "." else { return nil }
        return KeyRenaming(old: key, new: replacement(numbers).map { $0 + rest }, axes: axes)
    }
}

/// The keys of one library or version, known by a key that it always has and the state dict has not.
struct KeyScheme: Sendable {
    let marker: String
    let rules: [KeyRule]

    init(marker: String, _ rules: [KeyRule]) {
        self.marker = marker
        self.rules = rules
    }

    /// The renamings of a checkpoint's keys by the first scheme whose marker is among them, each by the
    /// first rule that speaks of it.
    static func renamings(of keys: [String], _ schemes: KeyScheme...) -> [KeyRenaming] {
        guard let scheme = schemes.first(where: { keys.contains($0.marker) }) else { return [] }
        return keys.compactMap { key in
            scheme.rules.lazy.compactMap { $0.renaming(of: key) }.first
        }.filter { $0.new != $0.old || $0.axes != nil }
    }
}
