extension VisionTransformer {
    static let definitions: [ModelDefinition] = [
        definition("vit", size: 32, patch: 4, width: 192, depth: 9, heads: 3),
        definition("vit_tiny", size: 32, patch: 2, width: 192, depth: 12, heads: 3),
        definition("vit_small", size: 224, patch: 16, width: 384, depth: 12, heads: 6),
        definition("vit_base", size: 224, patch: 16, width: 768, depth: 12, heads: 12),
        definition("vit_large", size: 224, patch: 16, width: 1024, depth: 24, heads: 16),
        definition("deit_tiny", size: 224, patch: 16, width: 192, depth: 12, heads: 3),
        definition("deit_small", size: 224, patch: 16, width: 384, depth: 12, heads: 6),
        definition("deit_base", size: 224, patch: 16, width: 768, depth: 12, heads: 12),
    ]

    private static func definition(
        _ name: String, size: Int, patch: Int, width: Int, depth: Int, heads: Int
    ) -> ModelDefinition {
        let paper = name.hasPrefix("deit") ? "Touvron et al. 2021" : "Dosovitskiy et al. 2021"
        return ModelDefinition(
            name: name, source: "\(paper), Wang et al. 2022; timm VisionTransformer",
            classes: size == 224 ? 1000 : 10, size: size,
            arguments: [
                .patch(\.patch, patch),
                .number("width", \.width, width, "features of a token"),
                .number("depth", \.depth, depth, "number of blocks"),
                .number("heads", \.heads, heads, "attention heads"),
                .expansion(\.expansion, summary: "hidden features of the perceptron, in widths"),
                .qkvBias(\.qkvBias),
                .choice(
                    "distillation", \.distillation, .none,
                    "second token: none, deit or vita (key order)"),
                .scaling(\.antiOversmoothing), .layerScale(\.layerScale),
                .flag("place_class", \.placesClass, true, "a position for the class token"),
                FamilyArgument(
                    .number("representation", 0, "features before the classifier, 0 for none")
                ) { network, arguments in
                    let features = try arguments.int("representation")
                    network.representation = features > 0 ? features : nil
                },
                .dropPath(\.dropPath),
            ], make: VisionTransformer.init)
    }
}

extension ParkTransformer {
    static let definitions: [ModelDefinition] = [
        vision("park_vit_tiny", width: 192, depth: 12, heads: 3),
        vision("park_vit_small", width: 384, depth: 12, heads: 6),
        vision("park_vit_base", width: 768, depth: 12, heads: 12),
        vision("park_vit_large", width: 1024, depth: 24, heads: 16),
        vision("park_vit_huge", width: 1280, depth: 32, heads: 16, headFeatures: 80),
        pooling("park_pit_tiny", [64, 128, 256], [2, 4, 8], 32, [256, 512, 1024]),
        pooling("park_pit_xsmall", [96, 192, 384], [2, 4, 8], 48, [384, 768, 1024]),
        pooling("park_pit_small", [144, 288, 576], [3, 6, 12], 48, [576, 1152, 2304]),
        pooling("park_pit_base", [256, 512, 1024], [4, 8, 16], 64, [256, 512, 1024], first: 3),
    ]

    private static func vision(
        _ name: String, width: Int, depth: Int, heads: Int, headFeatures: Int = 64
    ) -> ModelDefinition {
        definition(
            name, "Dosovitskiy et al. 2021", [width], [depth], [heads], [headFeatures],
            [4 * width], stride: nil)
    }

    private static func pooling(
        _ name: String, _ widths: [Int], _ heads: [Int], _ headFeatures: Int, _ hidden: [Int],
        first: Int = 2
    ) -> ModelDefinition {
        definition(
            name, "Heo et al. 2021", widths, [first, 6, 4], heads,
            [Int](repeating: headFeatures, count: 3), hidden, stride: 1)
    }

    private static func definition(
        _ name: String, _ paper: String, _ widths: [Int], _ depths: [Int], _ heads: [Int],
        _ headFeatures: [Int], _ hidden: [Int], stride: Int?
    ) -> ModelDefinition {
        let strides: [FamilyArgument<ParkTransformer>] = stride.map { stride in
            [
                FamilyArgument(.number("stride", stride, "pixels between patches")) {
                    $0.stride = try $1.int("stride")
                }
            ]
        } ?? []
        return ModelDefinition(
            name: name, source: "\(paper); xxxnell/how-do-vits-work",
            arguments: [
                .patch(\.patch, 2),
                .list("width", \.widths, widths, "features of a token, per stage"),
                .list("depth", \.depths, depths, "blocks of each stage"),
                .list("heads", \.heads, heads, "attention heads of each stage"),
                .list("head_width", \.headFeatures, headFeatures, "features per head, per stage"),
                .list("hidden", \.hidden, hidden, "hidden features of the perceptrons, per stage"),
                .dropPath(\.dropPath),
            ] + strides, make: ParkTransformer.init)
    }
}

extension PoolingTransformer {
    static let definitions: [ModelDefinition] = [
        definition("pit_tiny", [32, 32, 32], [2, 6, 4], [2, 4, 8]),
        definition("pit_xsmall", [48, 48, 48], [2, 6, 4], [2, 4, 8]),
        definition("pit_small", [48, 48, 48], [2, 6, 4], [3, 6, 12]),
        definition("pit_base", [64, 64, 64], [3, 6, 4], [4, 8, 16]),
    ]

    private static func definition(
        _ name: String, _ headFeatures: [Int], _ depths: [Int], _ heads: [Int]
    ) -> ModelDefinition {
        ModelDefinition(
            name: name, source: "Heo et al. 2021; timm PoolingVisionTransformer",
            arguments: [
                .patch(\.patch, 2),
                .number("stride", \.stride, 1, "pixels between patches"),
                .list("head_width", \.headFeatures, headFeatures, "features per head, per stage"),
                .list("depth", \.depths, depths, "blocks of each stage"),
                .list("heads", \.heads, heads, "attention heads of each stage"),
                .expansion(\.expansion),
                .flag("distilled", \.isDistilled, false, "a token and classifier of distillation"),
                .dropPath(\.dropPath),
            ], make: PoolingTransformer.init)
    }
}

extension CaiT {
    static let definitions: [ModelDefinition] = [
        definition("cait_xxs24", width: 192, depth: 24, heads: 4),
        definition("cait_xxs36", width: 192, depth: 36, heads: 4),
        definition("cait_xs24", width: 288, depth: 24, heads: 6),
        definition("cait_s24", width: 384, depth: 24, heads: 8),
        definition("cait_s36", width: 384, depth: 36, heads: 8),
    ]

    private static func definition(
        _ name: String, width: Int, depth: Int, heads: Int
    ) -> ModelDefinition {
        ModelDefinition(
            name: name, source: "Touvron et al. 2021b, Wang et al. 2022; facebookresearch/deit",
            classes: 1000, size: 224,
            arguments: [
                .patch(\.patch, 16),
                .number("width", \.width, width, "features of a token"),
                FamilyArgument(.number("depth", depth, "blocks over patches")) {
                    $0.depth = try $1.int("depth")
                    // Touvron et al. 2021b, section 2: the deeper, the nearer to the identity.
                    $0.layerScale = $0.depth > 24 ? 1e-6 : 1e-5
                },
                .number("class_depth", \.classDepth, 2, "blocks over the class token"),
                .number("heads", \.heads, heads, "attention heads"),
                .expansion(\.expansion, \.classExpansion), .qkvBias(\.qkvBias),
                .scaling(\.antiOversmoothing), .dropPath(\.dropPath),
            ], make: CaiT.init)
    }
}

extension ConvolutionalTransformer {
    static let definitions: [ModelDefinition] = [
        definition("convit_tiny", 12, 192, 3, 64), definition("convit_small", 12, 384, 6, 64),
        definition("convit_base", 12, 768, 12, 64), definition("convit_large", 24, 1024, 16, 64),
        definition("convit_huge", 32, 1280, 16, 80),
    ]

    private static func definition(
        _ name: String, _ depth: Int, _ width: Int, _ heads: Int, _ headFeatures: Int
    ) -> ModelDefinition {
        ModelDefinition(
            name: name, source: "Yang et al. 2019; xxxnell/how-do-vits-work",
            arguments: [
                .patch(\.patch, 2),
                .number("width", \.width, width, "features of a token"),
                .number("depth", \.depth, depth, "number of blocks"),
                .number("heads", \.heads, heads, "attention heads"),
                .number("head_width", \.headFeatures, headFeatures, "features per head"),
                .number("hidden", \.hidden, 4 * width, "hidden features of the perceptrons"),
                .number("kernel", \.kernel, 3, "places per side that a place attends to, odd"),
                .number("dilation", \.dilation, 1, "distance between those places"),
                .dropPath(\.dropPath),
            ], make: ConvolutionalTransformer.init)
    }
}
