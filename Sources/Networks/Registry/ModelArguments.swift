/// One argument that a model of the registry takes.
public struct ModelKey: Sendable, Hashable {
    public let name: String
    /// What it is when it is not given, as it would be written.
    public let standard: String
    /// One phrase about it.
    public let summary: String
    /// The least and the largest number, nil where it is no whole number.
    public let range: ClosedRange<Int>?
    /// The words that it may be; empty where it is a number or a list of them.
    public let choices: [String]

    init(
        _ name: String, _ standard: String, _ summary: String, in range: ClosedRange<Int>? = nil,
        choices: [String] = []
    ) {
        self.name = name
        self.standard = standard
        self.summary = summary
        self.range = range
        self.choices = choices
    }

    /// What a whole number may be, by the name of its key. Widths of all kinds have no entry.
    static func range(of name: String) -> ClosedRange<Int> {
        ranges[name] ?? 1...65_536
    }

    private static let ranges: [String: ClosedRange<Int>] = [
        "classes": 1...100_000, "inputs": 1...1024, "size": 1...4096, "ensemble": 1...100,
        "depth": 1...1500, "local_depth": 0...1500, "class_depth": 1...1500, "blocks": 1...1500, "attention": 0...1500,
        "smooth": 0...100, "smooth_kernel": 1...1024, "heads": 1...1024, "patch": 1...4096,
        "stride": 1...4096, "dilation": 1...4096, "pools": 1...4096, "kernel": 1...63,
        "window": 1...63, "representation": 0...65_536,
    ]
}

/// The arguments of `NAME,key=value,...`, checked against the keys that the model takes.
public struct ModelArguments: Sendable {
    /// The name and arguments as they were given.
    public let text: String
    private var values: [String: String] = [:]

    /// - Throws: `NetworkError` naming the first argument that is unknown, doubled or incomplete.
    init(_ text: String, model: String, pairs: [Substring], keys: [ModelKey]) throws {
        self.text = text
        for key in keys { values[key.name] = key.standard }
        var given: Set<String> = []
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard parts.count == 2, !parts[1].isEmpty else {
                throw NetworkError("--model \(text): \"\(pair)\" is not key=value")
            }
            guard keys.contains(where: { $0.name == name }) else {
                let names = keys.map(\.name)
                throw NetworkError(
                    "--model \(text): \(model) has no key \"\(name)\"\(Spelling.suggestion(name, names)); "
                        + "its keys are \(names.joined(separator: ", "))")
            }
            guard given.insert(name).inserted else {
                throw NetworkError("--model \(text): \(name) is given twice")
            }
            values[name] = String(parts[1])
        }
    }

    /// A whole number in the range of its key.
    func int(_ key: String) throws -> Int {
        let range = ModelKey.range(of: key)
        guard let value = Int(string(key)), range.contains(value) else {
            throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A number in `range`.
    func double(_ key: String, in range: ClosedRange<Double>) throws -> Double {
        guard let value = Double(string(key)), range.contains(value) else {
            throw wrong(key, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// `true` or `false`.
    func bool(_ key: String) throws -> Bool {
        guard let value = Bool(string(key)) else { throw wrong(key, "true or false") }
        return value
    }

    /// Whole numbers in the range of their key, joined by `-`, such as `2-2-6-2`.
    func ints(_ key: String) throws -> [Int] {
        let range = ModelKey.range(of: key)
        let parts = string(key).split(separator: "-", omittingEmptySubsequences: false).map {
            Int($0)
        }
        let numbers = parts.compactMap { $0 }
        guard numbers.count == parts.count, numbers.allSatisfy(range.contains) else {
            throw wrong(
                key,
                "whole numbers from \(range.lowerBound) to \(range.upperBound) joined by -, such as"
                    + " 2-2-6-2")
        }
        return numbers
    }

    /// One of a fixed set of words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Choice.Type = Choice.self
    ) throws -> Choice where Choice.RawValue == String {
        guard let value = Choice(rawValue: string(key)) else {
            throw wrong(key, Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return value
    }

    /// The text of an argument.
    func string(_ key: String) -> String { values[key] ?? "" }

    /// The image shape from `inputs` (channels) and `size` (`32`, or `84x64` for height x width).
    private func imageShape() throws -> [Int] {
        let parts = string("size").split(separator: "x", omittingEmptySubsequences: false)
        let range = ModelKey.range(of: "size")
        let extents = parts.compactMap { Int($0) }.filter(range.contains)
        guard extents.count == parts.count, (1...2).contains(extents.count) else {
            throw wrong(
                "size",
                "pixels from \(range.lowerBound) to \(range.upperBound), such as 32, or height x"
                    + " width, such as 84x64")
        }
        return [try int("inputs"), extents[0], extents[extents.count - 1]]
    }

    /// The name, image shape and number of classes of the network.
    func signature() throws -> NetworkSignature {
        NetworkSignature(name: text, imageShape: try imageShape(), classes: try int("classes"))
    }

    private func wrong(_ key: String, _ expected: String) -> NetworkError {
        NetworkError("--model \(text): \(key)=\(string(key)) is not valid; give \(expected)")
    }
}
