/// One line of the registry: a name, the arguments it takes, and the network it stands for.
public struct ModelDefinition: Sendable {
    public let name: String
    /// Where the architecture and the parameter names come from.
    public let source: String
    /// The arguments, with what they are by default.
    public let keys: [ModelKey]
    let make: @Sendable (ModelArguments) throws -> any Network

    init(
        name: String, source: String, keys: [ModelKey],
        make: @escaping @Sendable (ModelArguments) throws -> any Network
    ) {
        self.name = name
        self.source = source
        self.keys = keys + [ModelKey("ensemble", "1", "number of networks, each with its weights")]
        self.make = make
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
        + CaiT.definitions + ResMLP.definitions

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
        let count = try arguments.int("ensemble")
        guard count > 1 else { return try definition.make(arguments) }
        return try Ensemble(
            name: text, members: (0..<count).map { _ in try definition.make(arguments) })
    }
}

extension ModelKey {
    static let inputs = ModelKey("inputs", "3", "channels of an image")
    static let dropPath = ModelKey("drop_path", "0", "drop-path rate of the last block")
    static let stem = ModelKey("stem", "small", "small (3x3) or large (subsampling) stem")
    static let smoothing = [
        ModelKey("smooth_squash", "tanh", "tanh, sigmoid, softmax, relu, scaling or none"),
        ModelKey("smooth_norm", "false", "batch norm before the squashing"),
        ModelKey("smooth_blur", "true", "blur after the squashing"),
        ModelKey("smooth_kernel", "1-1", "one axis of the blur kernel, up to its norm"),
        ModelKey("smooth_border", "constant", "constant, replicate or reflect"),
    ]

    static func classes(_ standard: Int) -> ModelKey {
        ModelKey("classes", String(standard), "number of classes")
    }

    static func size(_ standard: Int) -> ModelKey {
        ModelKey("size", String(standard), "pixels per side, or height x width such as 84x64")
    }

    static func head(_ standard: ClassifierHead) -> ModelKey {
        ModelKey(
            "head", standard.rawValue,
            ClassifierHead.allCases.map(\.rawValue).joined(separator: ", "))
    }

    /// A list with one number per stage.
    static func list(_ name: String, _ standard: [Int], _ summary: String) -> ModelKey {
        ModelKey(name, standard.map(String.init).joined(separator: "-"), summary)
    }

    static func number(_ name: String, _ standard: Int, _ summary: String) -> ModelKey {
        ModelKey(name, String(standard), summary)
    }
}

/// The stem of a convolutional network.
enum StemSize: String, CaseIterable {
    case small, large
}

extension ModelArguments {
    /// The smoothing block that the `smooth_` keys describe.
    func smoothingBlock() throws -> SmoothingBlock {
        var block = SmoothingBlock()
        block.squash = try choice("smooth_squash")
        block.normalizes = try bool("smooth_norm")
        block.blurs = try bool("smooth_blur")
        block.kernel = try ints("smooth_kernel")
        block.border = try choice("smooth_border")
        return block
    }

    /// Whether `stem` is large.
    func hasLargeStem() throws -> Bool { try choice("stem", StemSize.self) == .large }

    /// The rate of Monte Carlo dropout; nil for `none`.
    func monteCarloRate() throws -> Double? {
        string("dropout") == "none" ? nil : try double("dropout", in: 0...0.99)
    }

    func dropPath() throws -> Double { try double("drop_path", in: 0...0.99) }
}
