import Foundation
import Golden
import Networks
import Testing

/// One network of the reference numbers: how it is made, and what the original computes.
struct GoldenCase: CustomTestStringConvertible, Sendable {
    let name: String
    /// The Python class or function.
    let constructor: String
    let arguments: GoldenArguments
    let inputShape: [Int]
    let classes: Int
    let keys: [String]
    let shapes: [[Int]]
    let logits: [[Double]]
    let numbers: [String: Double]
    let gradientNorms: [String: Double]
    let usesHashDropout: Bool

    var testDescription: String { name }

    /// What the network that computes it is made with.
    var signature: NetworkSignature {
        NetworkSignature(name: name, imageShape: Array(inputShape.dropFirst()), classes: classes)
    }

    /// Dropout masks are those of the reference numbers, where there are any.
    var options: TraceOptions {
        var options = TraceOptions()
        if usesHashDropout {
            options.dropoutTable = { call, shape, rate in
                HashFill.unit("dropout:\(call)", count: shape.count).map { $0 >= rate ? 1 : 0 }
            }
        }
        return options
    }

    /// The cases of `models.json` or `models_paper.json`.
    static func all(_ file: String) throws -> [GoldenCase] {
        try Golden.json(file).objects("models").map(GoldenCase.init)
    }

    private init(_ json: [String: Any]) throws {
        guard let name = json["name"] as? String,
            let constructor = json["constructor"] as? String,
            let arguments = json["args"] as? [String: Any],
            let inputShape = json["input_shape"] as? [Int],
            let classes = json["classes"] as? Int,
            let state = json["state"] as? [[Any]],
            let logits = json["logits"] as? [[NSNumber]],
            let norms = json["grad_norms"] as? [String: Any]
        else { throw MissingKey("of model \(json["name"] ?? "without a name")") }
        self.name = name
        self.constructor = constructor
        self.arguments = GoldenArguments(arguments)
        self.inputShape = inputShape
        self.classes = classes
        keys = state.compactMap { $0.first as? String }
        shapes = state.compactMap { $0.last as? [Int] }
        self.logits = logits.map { $0.map(\.doubleValue) }
        numbers = json.compactMapValues(Golden.number)
        gradientNorms = norms.compactMapValues(Golden.number)
        usesHashDropout = json["hash_dropout_calls"] is NSNumber
    }
}

/// The keyword arguments of a Python constructor.
struct GoldenArguments: Sendable {
    private let integers: [String: Int]
    private let doubles: [String: Double]
    private let lists: [String: [Int]]
    private let words: [String: String]

    init(_ json: [String: Any]) {
        integers = json.compactMapValues { $0 as? Int }
        doubles = json.compactMapValues { ($0 as? NSNumber)?.doubleValue }
        lists = json.compactMapValues { $0 as? [Int] }
        words = json.compactMapValues { $0 as? String }
    }

    func int(_ key: String, _ standard: Int) -> Int { integers[key] ?? standard }
    func double(_ key: String, _ standard: Double) -> Double { doubles[key] ?? standard }
    func bool(_ key: String, _ standard: Bool) -> Bool { integers[key].map { $0 != 0 } ?? standard }
    func ints(_ key: String, _ standard: [Int]) -> [Int] { lists[key] ?? standard }

    /// A network with its properties set from the arguments that are given.
    ///
    /// - Parameters: the property that each argument of the Python constructor stands for.
    func applied<N: Network>(
        to network: N, integers: KeyValuePairs<String, WritableKeyPath<N, Int>> = [:],
        lists: KeyValuePairs<String, WritableKeyPath<N, [Int]>> = [:],
        doubles: KeyValuePairs<String, WritableKeyPath<N, Double>> = [:],
        flags: KeyValuePairs<String, WritableKeyPath<N, Bool>> = [:]
    ) -> N {
        var network = network
        for (key, path) in integers { network[keyPath: path] = int(key, network[keyPath: path]) }
        for (key, path) in lists { network[keyPath: path] = ints(key, network[keyPath: path]) }
        for (key, path) in doubles { network[keyPath: path] = double(key, network[keyPath: path]) }
        for (key, path) in flags { network[keyPath: path] = bool(key, network[keyPath: path]) }
        return network
    }

    /// The last component of a class name, such as `GAPBlock`.
    func type(_ key: String) -> String? {
        words[key]?.split(separator: ".").last.map(String.init)
    }

    /// The text of an argument.
    func word(_ key: String) -> String { words[key] ?? "" }
}
