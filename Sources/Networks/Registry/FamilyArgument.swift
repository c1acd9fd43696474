/// An argument of a family of networks: its keys, with what they are by default and what they set.
///
/// A key and its property are stated together, so that each key that is listed is read.
struct FamilyArgument<Family: Network>: Sendable {
    typealias Property<Value> = WritableKeyPath<Family, Value> & Sendable

    let keys: [ModelKey]
    /// Reads the keys into a network.
    let set: @Sendable (inout Family, ModelArguments) throws -> Void

    /// An argument whose keys do more than set one property.
    init(
        _ keys: ModelKey..., set: @escaping @Sendable (inout Family, ModelArguments) throws -> Void
    ) {
        self.keys = keys
        self.set = set
    }
}

// MARK: One key, one property

extension FamilyArgument {
    /// A whole number.
    static func number(
        _ name: String, _ property: Property<Int>, _ standard: Int, _ summary: String
    ) -> Self {
        Self(.number(name, standard, summary)) { $0[keyPath: property] = try $1.int(name) }
    }

    /// A list with one whole number per stage.
    static func list(
        _ name: String, _ property: Property<[Int]>, _ standard: [Int], _ summary: String
    ) -> Self {
        Self(.list(name, standard, summary)) { $0[keyPath: property] = try $1.ints(name) }
    }

    /// `true` or `false`.
    static func flag(
        _ name: String, _ property: Property<Bool>, _ standard: Bool, _ summary: String
    ) -> Self {
        Self(ModelKey(name, String(standard), summary, choices: ["true", "false"])) {
            $0[keyPath: property] = try $1.bool(name)
        }
    }

    /// One of a fixed set of words.
    static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String, _ property: Property<Choice>, _ standard: Choice, _ summary: String
    ) -> Self {
        Self(
            ModelKey(
                name, standard.rawValue, summary, choices: Choice.allCases.map(\.rawValue))
        ) {
            $0[keyPath: property] = try $1.choice(name)
        }
    }
}

// MARK: Arguments of several families

extension FamilyArgument {
    static func patch(_ property: Property<Int>, _ standard: Int) -> Self {
        number("patch", property, standard, "pixels per side of a patch")
    }

    static func expansion(
        _ properties: Property<Double>...,
        summary: String = "hidden features of the perceptrons, in widths"
    ) -> Self {
        Self(ModelKey("expansion", "4", summary)) { network, arguments in
            let expansion = try arguments.double("expansion", in: 0.01...64)
            for property in properties { network[keyPath: property] = expansion }
        }
    }

    static func qkvBias(_ property: Property<Bool>) -> Self {
        flag("qkv_bias", property, true, "biases of queries, keys and values")
    }

    static func scaling(_ property: Property<AntiOversmoothing>) -> Self {
        choice(
            "scaling", property, .none,
            "against oversmoothing: none, attnscale, featscale, featscale-doubled")
    }

    static func dropPath(_ property: Property<Double>) -> Self {
        Self(ModelKey("drop_path", "0", "drop-path rate of the last block")) {
            $0[keyPath: property] = try $1.double("drop_path", in: 0...0.99)
        }
    }

    /// What LayerScale starts at; nil for `none`.
    static func layerScale(_ property: Property<Double?>) -> Self {
        Self(ModelKey("layer_scale", "none", "what LayerScale starts at, or none")) {
            $0[keyPath: property] = $1.string("layer_scale") == "none"
                ? nil : try $1.double("layer_scale", in: 0...100)
        }
    }

    /// Whether the stem is large.
    static func stem(_ property: Property<Bool>) -> Self {
        Self(
            ModelKey(
                "stem", "small", "small (3x3) or large (subsampling) stem",
                choices: StemSize.allCases.map(\.rawValue))
        ) {
            $0[keyPath: property] = try $1.choice("stem", StemSize.self) == .large
        }
    }

    static func head(_ property: Property<ClassifierHead>, _ standard: ClassifierHead) -> Self {
        choice(
            "head", property, standard,
            ClassifierHead.allCases.map(\.rawValue).joined(separator: ", "))
    }

    /// The rate of Monte Carlo dropout; nil for `none`.
    static func monteCarloDropout(_ property: Property<Double?>, _ summary: String) -> Self {
        Self(ModelKey("dropout", "none", summary)) {
            $0[keyPath: property] = $1.string("dropout") == "none"
                ? nil : try $1.double("dropout", in: 0...0.99)
        }
    }

    /// How many smoothing blocks follow each stage.
    static func smoothings(_ property: Property<[Int]>, stages: Int) -> Self {
        list(
            "smooth", property, [Int](repeating: 0, count: stages),
            "smoothing blocks after each stage")
    }

    /// What the smoothing blocks are like.
    static func smoothing(_ property: Property<SmoothingBlock>) -> Self {
        Self(
            ModelKey("smooth_squash", "tanh", "tanh, sigmoid, softmax, relu, scaling or none"),
            ModelKey("smooth_temp", "auto", "the squashing's scale; auto is the original's"),
            ModelKey("smooth_norm", "false", "batch norm before the squashing"),
            ModelKey("smooth_blur", "true", "blur after the squashing"),
            .list("smooth_kernel", [1, 1], "one axis of the blur kernel, up to its norm"),
            ModelKey("smooth_border", "constant", "constant, replicate or reflect")
        ) { network, arguments in
            var block = SmoothingBlock()
            block.squash = try arguments.choice("smooth_squash")
            block.temperature = arguments.string("smooth_temp") == "auto"
                ? nil : try arguments.double("smooth_temp", in: 1e-6...1e6)
            block.normalizes = try arguments.bool("smooth_norm")
            block.blurs = try arguments.bool("smooth_blur")
            block.kernel = try arguments.ints("smooth_kernel")
            block.border = try arguments.choice("smooth_border")
            network[keyPath: property] = block
        }
    }
}

/// The stem of a convolutional network.
private enum StemSize: String, CaseIterable {
    case small, large
}

extension ModelKey {
    /// A list with one number per stage.
    static func list(_ name: String, _ standard: [Int], _ summary: String) -> ModelKey {
        ModelKey(
            name, standard.map(String.init).joined(separator: "-"), summary,
            in: range(of: name))
    }

    static func number(_ name: String, _ standard: Int, _ summary: String) -> ModelKey {
        ModelKey(name, String(standard), summary, in: range(of: name))
    }
}
