extension CIFARResNet {
    static let definitions: [ModelDefinition] =
        [20, 32, 44, 56, 110].map { definition("resnet\($0)", depth: $0, takesDepth: false) }
        + [definition("resnet", depth: 20, takesDepth: true)]

    private static func definition(
        _ name: String, depth: Int, takesDepth: Bool
    ) -> ModelDefinition {
        var keys = [
            .classes, .inputs, .size(32), ModelKey("width", "16", "channels of the first stage"),
        ]
        if takesDepth { keys.append(ModelKey("depth", "20", "layers with weights, 6n + 2")) }
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
