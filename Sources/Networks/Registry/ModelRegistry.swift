/// One line of the registry: a name, the arguments it takes, and the network it stands for.
public struct ModelDefinition: Sendable {
    public let name: String
    /// Where the architecture and the parameter names come from.
    public let source: String
    /// The arguments, with what they are by default.
    public let keys: [ModelKey]
    let make: @Sendable (ModelArguments) throws -> any Network

    /// A definition whose network is made from the values of `keys`.
    ///
    /// - Parameters:
    ///   - classes: the number of classes by default.
    ///   - size: the side of an image by default, in pixels.
    init(
        name: String, source: String, classes: Int = 10, size: Int = 32, keys: [ModelKey],
        make: @escaping @Sendable (ModelArguments) throws -> any Network
    ) {
        self.name = name
        self.source = source
        self.keys =
            [
                .number("classes", classes, "number of classes"),
                .number("inputs", 3, "channels of an image"),
                .number("size", size, "pixels per side, or height x width such as 84x64"),
            ] + keys + [.number("ensemble", 1, "number of networks, each with its weights")]
        self.make = make
    }

    /// A definition whose network is made first, then changed by the arguments in their order.
    init<Family: Network>(
        name: String, source: String, classes: Int = 10, size: Int = 32,
        arguments: [FamilyArgument<Family>],
        make: @escaping @Sendable (NetworkSignature) throws -> Family
    ) {
        self.init(
            name: name, source: source, classes: classes, size: size,
            keys: arguments.flatMap(\.keys)
        ) { given in
            var network = try make(given.signature())
            for argument in arguments { try argument.set(&network, given) }
            return network
        }
    }
}

/// Every network that Saddle can make, by name.
public enum ModelRegistry {
    /// All definitions, family by family.
    public static let definitions: [ModelDefinition] =
        CIFARResNet.definitions + ResidualNetwork.definitions + PlainNetwork.definitions
        + MobileNet.definitions + VisionTransformer.definitions + ParkTransformer.definitions
        + PoolingTransformer.definitions + Swin.definitions + ParkSwin.definitions
        + Mixer.definitions + ConvolutionalTransformer.definitions + AlterNet.definitions
        + CaiT.definitions + ResMLP.definitions + ConvNeXt.definitions + RegNet.definitions
        + DenseNet.definitions + EfficientNet.definitions + GatedTransformer.definitions

    /// The definition behind `NAME,key=value,...`, or nil where the name is unknown.
    public static func definition(of text: String) -> ModelDefinition? {
        let name = (OriginalModel.named(text)?.model ?? text).prefix { $0 != "," }
        return definitions.first { $0.name == name }
    }

    /// The network that `NAME,key=value,...` stands for; a name may be that of `OriginalModel`.
    ///
    /// - Throws: `NetworkError` that lists the valid names or keys where one is unknown.
    public static func network(_ text: String) throws -> any Network {
        var parts = text.split(separator: ",", omittingEmptySubsequences: false)
        if let original = OriginalModel.named(text) {
            parts = original.model(with: Array(parts.dropFirst()))
                .split(separator: ",", omittingEmptySubsequences: false)
        }
        let name = String(parts.first ?? "")
        guard let definition = definitions.first(where: { $0.name == name }) else {
            let names = name.contains(":") ? OriginalModel.all.map(\.name) : definitions.map(\.name)
            throw NetworkError(
                "--model \(text): there is no model \"\(name)\"\(Spelling.suggestion(name, names)); "
                    + "models are \(names.joined(separator: ", "))")
        }
        let arguments = try ModelArguments(
            text, model: name, pairs: Array(parts.dropFirst()), keys: definition.keys)
        let count = try arguments.int("ensemble")
        guard count > 1 else { return try definition.make(arguments) }
        return try Ensemble(
            name: text, members: (0..<count).map { _ in try definition.make(arguments) })
    }
}
