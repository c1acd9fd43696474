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
            keys: [
                .classes(size == 224 ? 1000 : 10), .inputs, .size(size), .patch(patch),
                .number("width", width, "features of a token"),
                .number("depth", depth, "number of blocks"),
                .number("heads", heads, "attention heads"),
                ModelKey("expansion", "4", "hidden features of the perceptron, in widths"),
                ModelKey("qkv_bias", "true", "biases of queries, keys and values"),
                ModelKey("distillation", "none", "second token: none, deit or vita (key order)"),
                .scaling,
                .number("representation", 0, "features before the classifier, 0 for none"),
                .dropPath,
            ]
        ) { arguments in
            var network = VisionTransformer(
                name: arguments.text, imageShape: try arguments.imageShape(),
                classes: try arguments.int("classes"))
            network.patch = try arguments.int("patch")
            network.width = try arguments.int("width")
            network.depth = try arguments.int("depth")
            network.heads = try arguments.int("heads")
            network.expansion = try arguments.double("expansion", in: 0.01...64)
            network.qkvBias = try arguments.bool("qkv_bias")
            network.distillation = try arguments.choice("distillation")
            network.antiOversmoothing = try arguments.choice("scaling")
            let features = try arguments.int("representation", atLeast: 0)
            network.representation = features > 0 ? features : nil
            network.dropPath = try arguments.dropPath()
            return network
        }
    }
}

extension ModelKey {
    static let scaling = ModelKey(
        "scaling", "none", "against oversmoothing: none, attnscale, featscale, featscale-doubled")

    static func patch(_ standard: Int) -> ModelKey {
        .number("patch", standard, "pixels per side of a patch")
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
        let strides = stride.map { [ModelKey.number("stride", $0, "pixels between patches")] } ?? []
        return ModelDefinition(
            name: name, source: "\(paper); xxxnell/how-do-vits-work",
            keys: [
                .classes(10), .inputs, .size(32), .patch(2),
                .list("width", widths, "features of a token, per stage"),
                .list("depth", depths, "blocks of each stage"),
                .list("heads", heads, "attention heads of each stage"),
                .list("head_width", headFeatures, "features per head, per stage"),
                .list("hidden", hidden, "hidden features of the perceptrons, per stage"),
                .dropPath,
            ] + strides
        ) { arguments in
            var network = ParkTransformer(
                name: arguments.text, imageShape: try arguments.imageShape(),
                classes: try arguments.int("classes"))
            network.patch = try arguments.int("patch")
            if stride != nil { network.stride = try arguments.int("stride") }
            network.widths = try arguments.ints("width")
            network.depths = try arguments.ints("depth")
            network.heads = try arguments.ints("heads")
            network.headFeatures = try arguments.ints("head_width")
            network.hidden = try arguments.ints("hidden")
            network.dropPath = try arguments.dropPath()
            return network
        }
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
            keys: [
                .classes(10), .inputs, .size(32), .patch(2),
                .number("stride", 1, "pixels between patches"),
                .list("head_width", headFeatures, "features per head, per stage"),
                .list("depth", depths, "blocks of each stage"),
                .list("heads", heads, "attention heads of each stage"),
                ModelKey("expansion", "4", "hidden features of the perceptrons, in widths"),
                .dropPath,
            ]
        ) { arguments in
            var network = PoolingTransformer(
                name: arguments.text, imageShape: try arguments.imageShape(),
                classes: try arguments.int("classes"))
            network.patch = try arguments.int("patch")
            network.stride = try arguments.int("stride")
            network.headFeatures = try arguments.ints("head_width")
            network.depths = try arguments.ints("depth")
            network.heads = try arguments.ints("heads")
            network.expansion = try arguments.double("expansion", in: 0.01...64)
            network.dropPath = try arguments.dropPath()
            return network
        }
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
            keys: [
                .classes(1000), .inputs, .size(224), .patch(16),
                .number("width", width, "features of a token"),
                .number("depth", depth, "blocks over patches"),
                .number("class_depth", 2, "blocks over the class token"),
                .number("heads", heads, "attention heads"),
                ModelKey("expansion", "4", "hidden features of the perceptrons, in widths"),
                ModelKey("qkv_bias", "true", "biases of queries, keys and values"),
                .scaling, .dropPath,
            ]
        ) { arguments in
            var network = CaiT(
                name: arguments.text, imageShape: try arguments.imageShape(),
                classes: try arguments.int("classes"))
            network.patch = try arguments.int("patch")
            network.width = try arguments.int("width")
            network.depth = try arguments.int("depth")
            network.classDepth = try arguments.int("class_depth")
            network.heads = try arguments.int("heads")
            network.expansion = try arguments.double("expansion", in: 0.01...64)
            network.classExpansion = network.expansion
            network.qkvBias = try arguments.bool("qkv_bias")
            network.layerScale = network.depth > 24 ? 1e-6 : 1e-5
            network.antiOversmoothing = try arguments.choice("scaling")
            network.dropPath = try arguments.dropPath()
            return network
        }
    }
}
