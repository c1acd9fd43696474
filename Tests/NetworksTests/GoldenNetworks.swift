import Networks

extension GoldenCase {
    /// The network that the Python constructor and its arguments stand for.
    ///
    /// - Throws: `NetworkError` where no family takes the constructor.
    func network() throws -> any Network {
        let path = constructor.split(separator: ".").map(String.init)
        let families: [([String]) throws -> (any Network)?] = [
            convolutional, transformer, parkTransformer, windowed,
        ]
        for family in families {
            if let network = try family(path) { return network }
        }
        throw NetworkError("no family makes \(constructor)")
    }

    // MARK: Convolutional

    func convolutional(_ path: [String]) throws -> (any Network)? {
        switch path.prefix(2).joined(separator: ".") {
        case "models.alexnet": return plain(.alexNet, path[2])
        case "models.vggnet", "models.prevggnet":
            let block = arguments.word("block")
            let preactivates = block.contains("prevggnet") || path[1] == "prevggnet"
            return plain(preactivates ? .preactivationVGG : .vgg, path[2])
        case "models.resnet", "models.preresnet", "models.resnext", "models.wideresnet",
            "models.seresnet", "models.cbamresnet":
            return residual(path[1], path[2])
        case "models.mobilenet":
            var network = MobileNet(signature)
            network.widthFactor = arguments.double("width_mult", 1)
            network.hasLargeStem = arguments.bool("stem", true)
            return network
        default: return nil
        }
    }

    private func plain(_ style: PlainNetwork.Style, _ function: String) -> any Network {
        var network = PlainNetwork(signature, style: style)
        let depths = [
            "dnn_11": [1, 1, 2, 2, 2], "dnn_13": [2, 2, 2, 2, 2], "dnn_16": [2, 2, 3, 3, 3],
            "dnn_19": [2, 2, 4, 4, 4],
        ]
        network.blocks = arguments.ints("num_blocks", depths[function] ?? network.blocks)
        network.hasLargeStem = arguments.bool("stem", true)
        network.dropout = monteCarloRate(function, style == .alexNet ? 0.1 : 0.3)
        network.smoothings = arguments.ints("num_sblocks", network.smoothings)
        network.head = head ?? .mlp
        return network
    }

    private func residual(_ module: String, _ function: String) -> any Network {
        var network = ResidualNetwork(signature)
        let block = arguments.word("block")
        let depth = function.split(separator: "_").last.flatMap { Int($0) }
        network.isBottleneck = arguments.type("block") == "Bottleneck" || (depth ?? 0) >= 50
        let blocks = [
            18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3],
        ]
        network.blocks = arguments.ints("num_blocks", depth.flatMap { blocks[$0] } ?? [])
        network.isPreactivation = module == "preresnet"
        if block.contains("seresnet") || module == "seresnet" {
            network.gate = .squeezeExcitation
        } else if block.contains("cbam") || module == "cbamresnet" {
            network.gate = .cbam
        }
        network.groups = arguments.int("groups", module == "resnext" ? 32 : 1)
        network.widthPerGroup = arguments.int(
            "width_per_group", ["resnext": 4, "wideresnet": 128][module] ?? 64)
        network.stem = arguments.bool("stem", true) ? .large : .small
        network.dropout = monteCarloRate(function, 0.3)
        let smoothings = function.contains("smooth") ? [1, 1, 1, 1] : network.smoothings
        network.smoothings = arguments.ints("num_sblocks", smoothings)
        network.smoothing = smoothing
        network.head = head ?? (network.isPreactivation ? .bngap : .gap)
        return network
    }

    private func monteCarloRate(_ function: String, _ standard: Double) -> Double? {
        let drops = arguments.word("block").contains("mcdo") || function.contains("mcdo")
        return drops ? arguments.double("rate", standard) : nil
    }

    var head: ClassifierHead? {
        switch arguments.type("cblock") {
        case "GAPBlock": return .gap
        case "BNGAPBlock": return .bngap
        case "GMaxPBlock": return .gmp
        case "GMedPBlock": return .gmedp
        case "GAPClipBlock": return .clip
        case "GAPMLPBlock": return .gapmlp
        default: return nil
        }
    }

    private var smoothing: SmoothingBlock {
        var block = SmoothingBlock()
        let name = arguments.type("sblock") ?? "TanhBlurBlock"
        block.normalizes = name.hasPrefix("BN")
        block.blurs = name.contains("Blur")
        let squashes: [(String, SmoothingBlock.Squash)] = [
            ("Tanh", .tanh), ("Sigmoid", .sigmoid), ("Softmax", .softmax), ("ReLu", .relu),
            ("Scaling", .scaling),
        ]
        block.squash = squashes.first { name.contains($0.0) }?.1 ?? .none
        block.kernel = arguments.ints("sfilter", [1, 1])
        block.border = SmoothingBlock.Border(rawValue: arguments.word("pad_mode")) ?? .constant
        return block
    }
}
