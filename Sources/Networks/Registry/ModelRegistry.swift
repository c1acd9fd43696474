/// One line of the registry: a name, the arguments it takes, and the network it stands for.
public struct ModelDefinition: Sendable {
    public let name: String
    /// Where the architecture and the parameter names come from.
    public let source: String
    /// The arguments, with what they are by default.
    public let keys: [ModelKey]
    let make: @Sendable (ModelArguments) throws -> any Network
}

/// Every network that Saddle can make, by name.
public enum ModelRegistry {
    /// All definitions, family by family.
    public static let definitions: [ModelDefinition] =
        CIFARResNet.definitions + VisionTransformer.definitions

    /// The network that `NAME,key=value,...` stands for.
    ///
    /// - Throws: `NetworkError` that lists the valid names or keys where one is unknown.
    public static func network(_ text: String) throws -> any Network {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        guard let definition = definitions.first(where: { $0.name == name }) else {
            let names = definitions.map(\.name)
            throw NetworkError(
                "--model \(text): there is no model \"\(name)\"\(suggestion(name, names)); "
                    + "models are \(names.joined(separator: ", "))")
        }
        let arguments = try ModelArguments(
            text, model: name, pairs: Array(parts.dropFirst()), keys: definition.keys)
        return try definition.make(arguments)
    }
}

extension ModelKey {
    static let classes = ModelKey("classes", "10", "number of classes")
    static let inputs = ModelKey("inputs", "3", "channels of an image")

    static func classes(_ standard: Int) -> ModelKey {
        ModelKey("classes", String(standard), "number of classes")
    }

    static func size(_ standard: Int) -> ModelKey {
        ModelKey("size", String(standard), "pixels per side, or height x width such as 84x64")
    }
}
