extension CIFARResNet {
    static let definitions: [ModelDefinition] =
        [20, 32, 44, 56, 110].map { definition("resnet\($0)", depth: $0, takesDepth: false) }
        + [definition("resnet", depth: 20, takesDepth: true)]

    private static func definition(
        _ name: String, depth: Int, takesDepth: Bool
    ) -> ModelDefinition {
        var keys: [ModelKey] = [
            .classes(10), .inputs, .size(32), .number("width", 16, "channels of the first stage"),
        ]
        if takesDepth { keys.append(.number("depth", depth, "layers with weights, 6n + 2")) }
        return ModelDefinition(
            name: name, source: "He et al. 2016; akamaster/pytorch_resnet_cifar10", keys: keys
        ) { arguments in
            try CIFARResNet(
                name: arguments.text, depth: takesDepth ? arguments.int("depth") : depth,
                width: arguments.int("width"), imageShape: arguments.imageShape(),
                classes: arguments.int("classes"))
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
        family("resnext", "Xie et al. 2017", depths: ["50", "101"]) { network, depth in
            (network.groups, network.widthPerGroup) = (32, depth == "50" ? 4 : 8)
        },
        family("wideresnet", "Zagoruyko & Komodakis 2016", depths: ["50", "101"]) { network, _ in
            network.widthPerGroup = 128
        },
        family("seresnet", "Hu et al. 2018") { network, _ in network.gate = .squeezeExcitation },
        family("cbamresnet", "Woo et al. 2018") { network, _ in network.gate = .cbam },
    ].flatMap { $0 }

    private static func family(
        _ name: String, _ paper: String, depths chosen: [String] = ["18", "34", "50", "101", "152"],
        change: @escaping @Sendable (inout ResidualNetwork, String) -> Void
    ) -> [ModelDefinition] {
        depths.filter { chosen.contains($0.name) }.map { depth in
            let head: ClassifierHead = name == "preresnet" ? .bngap : .gap
            return ModelDefinition(
                name: name + depth.name, source: "\(paper); xxxnell/how-do-vits-work",
                keys: [
                    .classes(10), .inputs, .size(32), .stem, .head(head),
                    .list("blocks", depth.blocks, "blocks of each stage"),
                    ModelKey("dropout", "none", "rate of Monte Carlo dropout, 0.3 in the original"),
                    .list("smooth", [0, 0, 0, 0], "smoothing blocks after each stage"),
                ] + ModelKey.smoothing + [.dropPath]
            ) { arguments in
                var network = ResidualNetwork(
                    name: arguments.text, imageShape: try arguments.imageShape(),
                    classes: try arguments.int("classes"))
                network.blocks = try arguments.ints("blocks")
                network.isBottleneck = depth.name != "18" && depth.name != "34"
                network.hasLargeStem = try arguments.hasLargeStem()
                network.head = try arguments.choice("head")
                network.dropout = try arguments.monteCarloRate()
                network.smoothings = try arguments.ints("smooth", atLeast: 0)
                network.smoothing = try arguments.smoothingBlock()
                network.dropPath = try arguments.dropPath()
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
        let keys: [ModelKey] = [.classes(10), .inputs, .size(32), .head(.mlp)]
            + (isAlexNet ? [.stem] : [.list("blocks", blocks, "convolutions of each stage")]) + [
                ModelKey("dropout", "none", "rate of Monte Carlo dropout"),
                .list(
                    "smooth", [Int](repeating: 0, count: isAlexNet ? 3 : 5),
                    "smoothing blocks after each stage"),
            ] + ModelKey.smoothing
        return ModelDefinition(
            name: name, source: "\(paper); xxxnell/how-do-vits-work", keys: keys
        ) { arguments in
            var network = PlainNetwork(
                name: arguments.text, style: style, imageShape: try arguments.imageShape(),
                classes: try arguments.int("classes"))
            if isAlexNet {
                network.hasLargeStem = try arguments.hasLargeStem()
            } else {
                network.blocks = try arguments.ints("blocks")
            }
            network.head = try arguments.choice("head")
            network.dropout = try arguments.monteCarloRate()
            network.smoothings = try arguments.ints("smooth", atLeast: 0)
            network.smoothing = try arguments.smoothingBlock()
            return network
        }
    }
}

extension MobileNet {
    static let definitions = [
        ModelDefinition(
            name: "mobilenet", source: "Sandler et al. 2018; xxxnell/how-do-vits-work",
            keys: [
                .classes(10), .inputs, .size(32), .stem,
                ModelKey("width_factor", "1", "a factor on all widths"),
            ]
        ) { arguments in
            var network = MobileNet(
                name: arguments.text, imageShape: try arguments.imageShape(),
                classes: try arguments.int("classes"))
            network.widthFactor = try arguments.double("width_factor", in: 0.01...8)
            network.hasLargeStem = try arguments.hasLargeStem()
            return network
        }
    ]
}
