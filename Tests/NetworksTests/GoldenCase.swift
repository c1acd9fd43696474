import Foundation
import Testing
import Golden

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

    /// The shape of one image, `[channels, height, width]`.
    var image: [Int] { Array(inputShape.dropFirst()) }

    /// The cases of `models.json` or `models_paper.json`; none where the files are absent.
    static func all(_ file: String) -> [GoldenCase] {
        guard Golden.isPresent, let json = try? Golden.json(file),
            let models = json["models"] as? [[String: Any]]
        else { return [] }
        return models.compactMap(GoldenCase.init)
    }

    init?(_ json: [String: Any]) {
        guard let name = json["name"] as? String,
            let constructor = json["constructor"] as? String,
            let arguments = json["args"] as? [String: Any],
            let inputShape = json["input_shape"] as? [Int],
            let classes = json["classes"] as? Int,
            let state = json["state"] as? [[Any]],
            let logits = json["logits"] as? [[NSNumber]],
            let norms = json["grad_norms"] as? [String: Any]
        else { return nil }
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

    /// The last component of a class name, such as `GAPBlock`.
    func type(_ key: String) -> String? {
        words[key]?.split(separator: ".").last.map(String.init)
    }

    /// The text of an argument.
    func word(_ key: String) -> String { words[key] ?? "" }
}
