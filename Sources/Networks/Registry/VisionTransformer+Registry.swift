extension VisionTransformer {
    static let definitions: [ModelDefinition] = [
        definition("vit", size: 32, patch: 4, width: 192, depth: 9, heads: 3),
        definition("vit_tiny", size: 32, patch: 2, width: 192, depth: 12, heads: 3),
        definition("vit_small", size: 224, patch: 16, width: 384, depth: 12, heads: 6),
        definition("vit_base", size: 224, patch: 16, width: 768, depth: 12, heads: 12),
    ]

    private static func definition(
        _ name: String, size: Int, patch: Int, width: Int, depth: Int, heads: Int
    ) -> ModelDefinition {
        ModelDefinition(
            name: name, source: "Dosovitskiy et al. 2021; timm VisionTransformer",
            keys: [
                .classes, .inputs, .size(size),
                ModelKey("patch", String(patch), "pixels per side of a patch"),
                ModelKey("width", String(width), "features of a token"),
                ModelKey("depth", String(depth), "number of blocks"),
                ModelKey("heads", String(heads), "attention heads"),
                ModelKey("expansion", "4", "hidden features of the perceptron, in widths"),
                ModelKey("qkv_bias", "true", "biases of queries, keys and values"),
                ModelKey("drop_path", "0", "drop-path rate of the last block"),
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
            network.dropPath = try arguments.double("drop_path", in: 0...0.99)
            return network
        }
    }
}
