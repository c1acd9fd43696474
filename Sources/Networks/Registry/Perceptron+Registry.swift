extension Mixer {
    static let definitions: [ModelDefinition] = [
        definition("mixer_tiny", 8, 256), definition("mixer_small", 8, 512),
        definition("mixer_base", 12, 768), definition("mixer_large", 24, 1024),
        definition("mixer_huge", 32, 1280),
    ]

    private static func definition(_ name: String, _ depth: Int, _ width: Int) -> ModelDefinition {
        ModelDefinition(
            name: name, source: "Tolstikhin et al. 2021; xxxnell/how-do-vits-work",
            arguments: [
                .patch(\.patch, 2),
                .number("width", \.width, width, "features of a token"),
                .number("depth", \.depth, depth, "number of blocks"),
                .number(
                    "token_hidden", \.tokenHidden, width / 2,
                    "hidden size of perceptrons over tokens"),
                .number(
                    "hidden", \.featureHidden, 4 * width,
                    "hidden size of perceptrons over features"),
                FamilyArgument(ModelKey("epsilon", "1e-5", "added to variances in layer norms")) {
                    $0.epsilon = try $1.double("epsilon", in: 1e-12...1)
                },
                .dropPath(\.dropPath),
            ], make: Mixer.init)
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
            name: name, source: "Touvron et al. 2021c; facebookresearch/deit", classes: 1000,
            size: 224,
            arguments: [
                .patch(\.patch, 16),
                .number("width", \.width, 384, "features of a token"),
                .number("depth", \.depth, depth, "number of blocks"), .dropPath(\.dropPath),
            ]
        ) { signature in
            var network = ResMLP(signature)
            network.layerScale = layerScale
            return network
        }
    }
}
