extension CIFARResNet {
    static let definitions: [ModelDefinition] =
        [20, 32, 44, 56, 110].map { definition("resnet\($0)", depth: $0, takesDepth: false) }
        + [definition("resnet", depth: 20, takesDepth: true)]

    private static func definition(
        _ name: String, depth: Int, takesDepth: Bool
    ) -> ModelDefinition {
        var keys: [ModelKey] = [.number("width", 16, "channels of the first stage")]
        if takesDepth { keys.append(.number("depth", depth, "layers with weights, 6n + 2")) }
        return ModelDefinition(
            name: name, source: "He et al. 2016; akamaster/pytorch_resnet_cifar10", keys: keys
        ) { arguments in
            try CIFARResNet(
                arguments.signature(), depth: takesDepth ? arguments.int("depth") : depth,
                width: arguments.int("width"))
        }
    }
}

extension ResidualNetwork {
    private static let depths: [(name: String, blocks: [Int])] = [
        ("18", [2, 2, 2, 2]), ("34", [3, 4, 6, 3]), ("50", [3, 4, 6, 3]), ("101", [3, 4, 23, 3]),
        ("152", [3, 8, 36, 3]),
    ]

    static let definitions: [ModelDefinition] = [
        family("resnet", "He et al. 2016") { _, _ in },
        family("preresnet", "He et al. 2016b") { network, _ in network.isPreactivation = true },
        family(
            "resnext", "Xie et al. 2017", depths: ["50", "101"],
            groups: { (32, $0 == "50" ? 4 : 8) }) { _, _ in },
        family(
            "wideresnet", "Zagoruyko & Komodakis 2016", depths: ["50", "101"],
            groups: { _ in (1, 128) }) { _, _ in },
        family("seresnet", "Hu et al. 2018", gated: gateArguments + [gateBias]) { network, _ in
            network.gate = .squeezeExcitation
        },
        family("cbamresnet", "Woo et al. 2018", gated: gateArguments) { network, _ in
            network.gate = .cbam
        },
    ].flatMap { $0 }

    private static var gateArguments: [FamilyArgument<Self>] {
        [.number("reduction", \.reduction, 16, "channels per hidden feature of the gates")]
    }

    private static var gateBias: FamilyArgument<Self> {
        .flag("gate_bias", \.gateBias, false, "timm's gates: biases, hidden features in eights")
    }

    private static func family(
        _ name: String, _ paper: String, depths chosen: [String] = ["18", "34", "50", "101", "152"],
        groups: (String) -> (count: Int, width: Int) = { _ in (1, 64) },
        gated: [FamilyArgument<Self>] = [],
        change: @escaping @Sendable (inout ResidualNetwork, String) -> Void
    ) -> [ModelDefinition] {
        depths.filter { chosen.contains($0.name) }.map { depth in
            let head: ClassifierHead = name == "preresnet" ? .bngap : .gap
            let groups = groups(depth.name)
            return ModelDefinition(
                name: name + depth.name, source: "\(paper); xxxnell/how-do-vits-work",
                arguments: [
                    .choice(
                        "stem", \.stem, .small,
                        "small (3x3), large (7x7, subsampling), deep, tiered or wide (three 3x3)"),
                    .flag(
                        "average_down", \.averagesShortcuts, false,
                        "shortcuts that average before they map"),
                    .head(\.head, head),
                    .list("blocks", \.blocks, depth.blocks, "blocks of each stage"),
                    .number("groups", \.groups, groups.count, "groups of bottlenecks"),
                    .number(
                        "group_width", \.widthPerGroup, groups.width,
                        "channels of a group at 64 channels"),
                    .monteCarloDropout(
                        \.dropout, "rate of Monte Carlo dropout, 0.3 in the original"),
                    .smoothings(\.smoothings, stages: 4), .smoothing(\.smoothing),
                    .dropPath(\.dropPath),
                ] + gated
            ) { signature in
                var network = ResidualNetwork(signature)
                network.isBottleneck = depth.name != "18" && depth.name != "34"
                change(&network, depth.name)
                return network
            }
        }
    }
}

extension PlainNetwork {
    private static let depths: [(name: String, blocks: [Int])] = [
        ("11", [1, 1, 2, 2, 2]), ("13", [2, 2, 2, 2, 2]), ("16", [2, 2, 3, 3, 3]),
        ("19", [2, 2, 4, 4, 4]),
    ]

    static let definitions: [ModelDefinition] =
        [definition("alexnet", .alexNet, "Krizhevsky et al. 2012", blocks: [])]
        + depths.map {
            definition("vgg\($0.name)", .vgg, "Simonyan & Zisserman 2015", blocks: $0.blocks)
        }
        + depths.map {
            definition(
                "prevgg\($0.name)", .preactivationVGG, "Simonyan & Zisserman 2015",
                blocks: $0.blocks)
        }

    private static func definition(
        _ name: String, _ style: Style, _ paper: String, blocks: [Int]
    ) -> ModelDefinition {
        let isAlexNet = style == .alexNet
        return ModelDefinition(
            name: name, source: "\(paper); xxxnell/how-do-vits-work",
            arguments: [
                .head(\.head, .mlp),
                isAlexNet
                    ? .stem(\.hasLargeStem)
                    : .list("blocks", \.blocks, blocks, "convolutions of each stage"),
                .flag("conv_bias", \.convolutionBias, false, "biases of convolutions"),
                .flag("norm", \.normalizes, true, "batch norms of a VGG"),
                .monteCarloDropout(\.dropout, "rate of Monte Carlo dropout"),
                .smoothings(\.smoothings, stages: isAlexNet ? 3 : 5), .smoothing(\.smoothing),
            ]
        ) { PlainNetwork($0, style: style) }
    }
}

extension MobileNet {
    static let definitions = [
        ModelDefinition(
            name: "mobilenet", source: "Sandler et al. 2018; xxxnell/how-do-vits-work",
            arguments: [
                .stem(\.hasLargeStem),
                FamilyArgument(ModelKey("width_factor", "1", "a factor on all widths")) {
                    $0.widthFactor = try $1.double("width_factor", in: 0.01...8)
                },
            ], make: MobileNet.init)
    ]
}
