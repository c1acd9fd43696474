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
            arguments: [
                .patch(\.patch, 1),
                .number("width", \.width, width, "features of a token in the first stage"),
                .list("depth", \.depths, depths, "blocks of each stage"),
                .list("heads", \.heads, heads, "attention heads of each stage"),
                .number("window", \.window, 4, "tokens per side of a window"),
                .expansion(\.expansion), .qkvBias(\.qkvBias),
                .flag(
                    "positions", \.embedsPositions, false,
                    "absolute positions added to the patches"),
                .flag("patch_norm", \.normalizesPatches, true, "norm of the patches"),
                .choice("layout", \.layout, layout, "names of the state dict: timm or microsoft"),
                .scaling(\.antiOversmoothing), .dropPath(\.dropPath),
            ]
        ) { signature in
            var network = Swin(signature)
            network.mixing = mixing
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
            arguments: [
                .list("width", \.widths, widths, "features of a token, per stage"),
                .list("depth", \.depths, depths, "blocks of each stage, even"),
                .list("heads", \.heads, heads, "attention heads of each stage"),
                .list("hidden", \.hidden, widths.map { 4 * $0 }, "hidden features, per stage"),
                .number("head_width", \.headFeatures, 32, "features per head"),
                .number("window", \.window, 4, "tokens per side of a window"),
                .list("pools", \.pools, [1, 2, 2, 2], "what each stage merges, pixels per side"),
                .dropPath(\.dropPath),
            ], make: ParkSwin.init)
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
            arguments: [
                .stem(\.hasLargeStem), .head(\.head, .bngap),
                .list("blocks", \.blocks, blocks, "blocks of each stage"),
                .list(
                    "attention", \.attentionBlocks, attention, "how many of them are attention"),
                .list("heads", \.heads, [3, 6, 12, 24], "attention heads of each stage"),
                .number("head_width", \.headFeatures, 64, "features per head"),
                FamilyArgument(
                    ModelKey(
                        "window", "auto", "pixels per side; auto takes the largest up to 7",
                        in: ModelKey.range(of: "window"))
                ) {
                    $0.window = $1.string("window") == "auto" ? nil : try $1.int("window")
                },
                .flag("preactivation", \.isPreactivation, true, "norms before convolutions"),
                .dropPath(\.dropPath),
            ]
        ) { signature in
            var network = AlterNet(signature)
            network.isBottleneck = isBottleneck
            return network
        }
    }
}
