extension Swin {
    static let definitions: [ModelDefinition] = [
        definition("swin_tiny", 96, [2, 2, 6, 2], [3, 6, 12, 24]),
        definition("swin_small", 96, [2, 2, 18, 2], [3, 6, 12, 24]),
        definition("swin_base", 128, [2, 2, 18, 2], [4, 8, 16, 32]),
        definition("swin_mlp_tiny", 96, [2, 2, 6, 2], [3, 6, 12, 24], mixing: .perceptron),
    ]

    private static func definition(
        _ name: String, _ width: Int, _ depths: [Int], _ heads: [Int],
        mixing: Mixing = .attention
    ) -> ModelDefinition {
        let layout: Layout = mixing == .attention ? .timm : .microsoft
        return ModelDefinition(
            name: name,
            source: "Liu et al. 2021, Wang et al. 2022; timm, microsoft/Swin-Transformer",
            keys: [
                .classes(10), .inputs, .size(32), .patch(1),
                .number("width", width, "features of a token in the first stage"),
                .list("depth", depths, "blocks of each stage"),
                .list("heads", heads, "attention heads of each stage"),
                .number("window", 4, "tokens per side of a window"),
                ModelKey("expansion", "4", "hidden features of the perceptrons, in widths"),
                ModelKey("qkv_bias", "true", "biases of queries, keys and values"),
                ModelKey("positions", "false", "absolute positions added to the patches"),
                ModelKey("patch_norm", "true", "norm of the patches"),
                ModelKey("layout", layout.rawValue, "names of the state dict: timm or microsoft"),
                .scaling, .dropPath,
            ]
        ) { arguments in
            var network = Swin(
                name: arguments.text, imageShape: try arguments.imageShape(),
                classes: try arguments.int("classes"))
            network.mixing = mixing
            network.layout = try arguments.choice("layout")
            network.antiOversmoothing = try arguments.choice("scaling")
            network.patch = try arguments.int("patch")
            network.width = try arguments.int("width")
            network.depths = try arguments.ints("depth")
            network.heads = try arguments.ints("heads")
            network.window = try arguments.int("window")
            network.expansion = try arguments.double("expansion", in: 0.01...64)
            network.qkvBias = try arguments.bool("qkv_bias")
            network.embedsPositions = try arguments.bool("positions")
            network.normalizesPatches = try arguments.bool("patch_norm")
            network.dropPath = try arguments.dropPath()
            return network
        }
    }
}

extension ParkSwin {
    static let definitions: [ModelDefinition] = [
        definition("park_swin_tiny", 96, [2, 2, 6, 2], [3, 6, 12, 24]),
        definition("park_swin_small", 96, [2, 2, 18, 2], [3, 6, 12, 24]),
        definition("park_swin_base", 128, [2, 2, 18, 2], [4, 8, 16, 32]),
        definition("park_swin_large", 192, [2, 2, 6, 2], [3, 6, 12, 24]),
    ]

    private static func definition(
        _ name: String, _ width: Int, _ depths: [Int], _ heads: [Int]
    ) -> ModelDefinition {
        let widths = (0..<4).map { width << $0 }
        return ModelDefinition(
            name: name, source: "Liu et al. 2021; xxxnell/how-do-vits-work",
            keys: [
                .classes(10), .inputs, .size(32),
                .list("width", widths, "features of a token, per stage"),
                .list("depth", depths, "blocks of each stage, even"),
                .list("heads", heads, "attention heads of each stage"),
                .list("hidden", widths.map { 4 * $0 }, "hidden features, per stage"),
                .number("head_width", 32, "features per head"),
                .number("window", 4, "tokens per side of a window"),
                .list("pools", [1, 2, 2, 2], "what each stage merges, pixels per side"),
                .dropPath,
            ]
        ) { arguments in
            var network = ParkSwin(
                name: arguments.text, imageShape: try arguments.imageShape(),
                classes: try arguments.int("classes"))
            network.widths = try arguments.ints("width")
            network.depths = try arguments.ints("depth")
            network.heads = try arguments.ints("heads")
            network.hidden = try arguments.ints("hidden")
            network.headFeatures = try arguments.int("head_width")
            network.window = try arguments.int("window")
            network.pools = try arguments.ints("pools")
            network.dropPath = try arguments.dropPath()
            return network
        }
    }
}

extension AlterNet {
    static let definitions: [ModelDefinition] = [
        definition("alternet18", [2, 2, 2, 2], [0, 1, 1, 1], isBottleneck: false),
        definition("alternet34", [3, 4, 6, 4], [0, 1, 3, 2], isBottleneck: false),
        definition("alternet50", [3, 4, 6, 4], [0, 1, 3, 2], isBottleneck: true),
        definition("alternet101", [3, 4, 23, 4], [0, 1, 3, 2], isBottleneck: true),
        definition("alternet152", [3, 8, 36, 4], [0, 1, 3, 2], isBottleneck: true),
    ]

    private static func definition(
        _ name: String, _ blocks: [Int], _ attention: [Int], isBottleneck: Bool
    ) -> ModelDefinition {
        ModelDefinition(
            name: name, source: "Park & Kim 2022; xxxnell/how-do-vits-work",
            keys: [
                .classes(10), .inputs, .size(32), .stem, .head(.bngap),
                .list("blocks", blocks, "blocks of each stage"),
                .list("attention", attention, "how many of them are attention"),
                .list("heads", [3, 6, 12, 24], "attention heads of each stage"),
                .number("head_width", 64, "features per head"),
                ModelKey("window", "auto", "pixels per side; auto takes the largest up to 7"),
                ModelKey("preactivation", "true", "norms before convolutions"),
                .dropPath,
            ]
        ) { arguments in
            var network = AlterNet(
                name: arguments.text, imageShape: try arguments.imageShape(),
                classes: try arguments.int("classes"))
            network.isBottleneck = isBottleneck
            network.hasLargeStem = try arguments.hasLargeStem()
            network.head = try arguments.choice("head")
            network.blocks = try arguments.ints("blocks")
            network.attentionBlocks = try arguments.ints("attention", atLeast: 0)
            network.heads = try arguments.ints("heads")
            network.headFeatures = try arguments.int("head_width")
            network.window = arguments.string("window") == "auto"
                ? nil : try arguments.int("window")
            network.isPreactivation = try arguments.bool("preactivation")
            network.dropPath = try arguments.dropPath()
            return network
        }
    }
}
