extension Mixer {
    static let definitions: [ModelDefinition] = [
        definition("mixer_tiny", 8, 256), definition("mixer_small", 8, 512),
        definition("mixer_base", 12, 768), definition("mixer_large", 24, 1024),
        definition("mixer_huge", 32, 1280),
    ]

    private static func definition(_ name: String, _ depth: Int, _ width: Int) -> ModelDefinition {
        ModelDefinition(
            name: name, source: "Tolstikhin et al. 2021; xxxnell/how-do-vits-work",
            keys: [
                .classes(10), .inputs, .size(32), .patch(2),
                .number("width", width, "features of a token"),
                .number("depth", depth, "number of blocks"),
                .number("token_hidden", width / 2, "hidden size of perceptrons over tokens"),
                .number("hidden", 4 * width, "hidden size of perceptrons over features"),
                .dropPath,
            ]
        ) { arguments in
            var network = Mixer(
                name: arguments.text, imageShape: try arguments.imageShape(),
                classes: try arguments.int("classes"))
            network.patch = try arguments.int("patch")
            network.width = try arguments.int("width")
            network.depth = try arguments.int("depth")
            network.tokenHidden = try arguments.int("token_hidden")
            network.featureHidden = try arguments.int("hidden")
            network.dropPath = try arguments.dropPath()
            return network
        }
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
            keys: [
                .classes(10), .inputs, .size(32), .patch(2),
                .number("width", width, "features of a token"),
                .number("depth", depth, "number of blocks"),
                .number("heads", heads, "attention heads"),
                .number("head_width", headFeatures, "features per head"),
                .number("hidden", 4 * width, "hidden features of the perceptrons"),
                .number("kernel", 3, "places per side that a place attends to, odd"),
                .number("dilation", 1, "distance between those places"), .dropPath,
            ]
        ) { arguments in
            var network = ConvolutionalTransformer(
                name: arguments.text, imageShape: try arguments.imageShape(),
                classes: try arguments.int("classes"))
            network.patch = try arguments.int("patch")
            network.width = try arguments.int("width")
            network.depth = try arguments.int("depth")
            network.heads = try arguments.int("heads")
            network.headFeatures = try arguments.int("head_width")
            network.hidden = try arguments.int("hidden")
            network.kernel = try arguments.int("kernel")
            network.dilation = try arguments.int("dilation")
            network.dropPath = try arguments.dropPath()
            return network
        }
    }
}

extension ResMLP {
    static let definitions: [ModelDefinition] = [
        definition("resmlp12", 12, 0.1), definition("resmlp24", 24, 1e-5),
        definition("resmlp36", 36, 1e-6),
    ]

    private static func definition(
        _ name: String, _ depth: Int, _ layerScale: Double
    ) -> ModelDefinition {
        ModelDefinition(
            name: name, source: "Touvron et al. 2021c; facebookresearch/deit",
            keys: [
                .classes(1000), .inputs, .size(224), .patch(16),
                .number("width", 384, "features of a token"),
                .number("depth", depth, "number of blocks"), .dropPath,
            ]
        ) { arguments in
            var network = ResMLP(
                name: arguments.text, imageShape: try arguments.imageShape(),
                classes: try arguments.int("classes"))
            network.patch = try arguments.int("patch")
            network.width = try arguments.int("width")
            network.depth = try arguments.int("depth")
            network.layerScale = layerScale
            network.dropPath = try arguments.dropPath()
            return network
        }
    }
}
