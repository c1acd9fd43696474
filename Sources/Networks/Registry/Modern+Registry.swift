extension ConvNeXt {
    static let definitions = [
        ModelDefinition(
            name: "convnext", source: "Liu et al. 2022; timm ConvNeXt", classes: 1000, size: 224,
            arguments: [
                .patch(\.patch, 4),
                .list("width", \.widths, [96, 192, 384, 768], "channels of each stage"),
                .list("depth", \.depths, [3, 3, 9, 3], "blocks of each stage"),
                .expansion(\.expansion), .dropPath(\.dropPath),
            ], make: ConvNeXt.init)
    ]
}

extension RegNet {
    static let definitions = [
        ModelDefinition(
            name: "regnet", source: "Radosavovic et al. 2020; timm RegNet", classes: 1000, size: 224,
            arguments: [
                .list("width", \.widths, [24, 56, 152, 368], "channels of each stage"),
                .list("depth", \.depths, [1, 1, 4, 7], "blocks of each stage"),
                .number("group_width", \.groupWidth, 8, "channels of a group"),
                .flag("gate", \.isGated, true, "squeeze and excitation, as RegNetY has it"),
                .number("stem_width", \.stemWidth, 32, "channels of the stem"),
                .dropPath(\.dropPath),
            ], make: RegNet.init)
    ]
}

extension DenseNet {
    static let definitions = [
        ModelDefinition(
            name: "densenet", source: "Huang et al. 2017; torchvision DenseNet", classes: 1000,
            size: 224,
            arguments: [
                .number("growth", \.growth, 32, "channels that a layer adds"),
                .number("stem_width", \.stemWidth, 64, "channels of the stem"),
                .list("depth", \.depths, [6, 12, 24, 16], "layers of each block"),
            ], make: DenseNet.init)
    ]
}

extension EfficientNet {
    static let definitions = [
        ModelDefinition(
            name: "efficientnet", source: "Tan & Le 2019; timm EfficientNet", classes: 1000,
            size: 224,
            arguments: [
                FamilyArgument(ModelKey("width_factor", "1", "a factor on all widths")) {
                    $0.widthFactor = try $1.double("width_factor", in: 0.01...8)
                },
                FamilyArgument(ModelKey("depth_factor", "1", "a factor on the depths of stages")) {
                    $0.depthFactor = try $1.double("depth_factor", in: 0.01...8)
                },
                FamilyArgument(ModelKey("epsilon", "1e-5", "added to variances in batch norms")) {
                    $0.epsilon = try $1.double("epsilon", in: 1e-12...1)
                },
                .dropPath(\.dropPath),
            ], make: EfficientNet.init)
    ]
}

extension GatedTransformer {
    static let definitions = [
        ModelDefinition(
            name: "gated_convit", source: "d'Ascoli et al. 2021; timm ConVit", classes: 1000,
            size: 224,
            arguments: [
                .patch(\.patch, 16),
                .number("width", \.width, 192, "features of a token"),
                .number("depth", \.depth, 12, "number of blocks"),
                .number("local_depth", \.localDepth, 10, "blocks that attend by position, too"),
                .number("heads", \.heads, 4, "attention heads"),
                .expansion(\.expansion),
                .flag("qkv_bias", \.qkvBias, false, "biases of queries, keys and values"),
                .dropPath(\.dropPath),
            ], make: GatedTransformer.init)
    ]
}
