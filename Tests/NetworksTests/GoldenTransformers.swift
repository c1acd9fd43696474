import Networks

extension GoldenCase {
    /// ViT, DeiT, CaiT and ResMLP in the layouts of timm and of facebookresearch/deit.
    func transformer(_ path: [String]) throws -> (any Network)? {
        let scaling: AntiOversmoothing = constructor.hasPrefix("attnscale")
            ? .attnScale
            : constructor.hasPrefix("featscale.")
                ? .featScaleDoubled : constructor.hasPrefix("featscale_") ? .featScale : .none
        switch constructor {
        case "timm.models.vision_transformer.VisionTransformer", "vit.VisionTransformer",
            "attnscale.VisionTransformer", "featscale.VisionTransformer",
            "vao_models.DistilledVisionTransformer":
            var network = vision(scaling)
            if constructor == "vao_models.DistilledVisionTransformer" {
                network.distillation = .deit
            } else if arguments.bool("distilled", false) {
                network.distillation = .vita
            }
            return network
        case "vit.our_small_12", "attnscale.attnscale_small_12", "attnscale.attnscale_small_24",
            "featscale.featscale_small_12", "featscale.featscale_small_24":
            var network = vision(scaling)
            (network.width, network.heads) = (384, 6)
            network.depth = constructor.hasSuffix("24") ? 24 : 12
            return network
        case "cait_models.cait_models", "attnscale_cait.cait_models",
            "featscale_cait.cait_models", "cait_models.cait_S24_224",
            "attnscale_cait.attnscale_cait_S24_224", "featscale_cait.featscale_cait_S24_224":
            var network = CaiT(name: name, imageShape: image, classes: classes)
            network.antiOversmoothing = scaling
            network.patch = arguments.int("patch_size", 16)
            network.width = arguments.int("embed_dim", 384)
            network.depth = arguments.int("depth", 24)
            network.classDepth = arguments.int("depth_token_only", 2)
            network.heads = arguments.int("num_heads", 8)
            network.expansion = arguments.double("mlp_ratio", 4)
            network.classExpansion = arguments.double("mlp_ratio_clstk", 4)
            network.qkvBias = arguments.bool("qkv_bias", true)
            return network
        case "vao_resmlp.resmlp_models":
            var network = ResMLP(name: name, imageShape: image, classes: classes)
            network.patch = arguments.int("patch_size", 16)
            network.width = arguments.int("embed_dim", 384)
            network.depth = arguments.int("depth", 12)
            return network
        default: return nil
        }
    }

    private func vision(_ scaling: AntiOversmoothing) -> VisionTransformer {
        var network = VisionTransformer(name: name, imageShape: image, classes: classes)
        network.patch = arguments.int("patch_size", 16)
        network.width = arguments.int("embed_dim", 768)
        network.depth = arguments.int("depth", 12)
        network.heads = arguments.int("num_heads", 12)
        network.expansion = arguments.double("mlp_ratio", 4)
        network.qkvBias = arguments.bool("qkv_bias", true)
        network.antiOversmoothing = scaling
        let features = arguments.int("representation_size", 0)
        network.representation = features > 0 ? features : nil
        return network
    }

    /// ViT, PiT, Mixer and ConViT of xxxnell/how-do-vits-work, and timm's PiT.
    func parkTransformer(_ path: [String]) throws -> (any Network)? {
        switch constructor {
        case "models.vit.ViT", "models.vit.tiny":
            var network = ParkTransformer(name: name, imageShape: image, classes: classes)
            network.patch = arguments.int("patch_size", 16)
            network.widths = [arguments.int("dim", 192)]
            network.depths = [arguments.int("depth", 12)]
            network.heads = [arguments.int("heads", 3)]
            network.headFeatures = [arguments.int("dim_head", 64)]
            network.hidden = [arguments.int("dim_mlp", 768)]
            return network
        case "models.pit.PiT", "models.pit.tiny":
            var network = ParkTransformer(name: name, imageShape: image, classes: classes)
            network.patch = arguments.int("patch_size", 16)
            network.stride = arguments.int("stride", 8)
            network.widths = arguments.ints("dims", [64, 128, 256])
            network.depths = arguments.ints("depths", [2, 6, 4])
            network.heads = arguments.ints("heads", [2, 4, 8])
            network.headFeatures = arguments.ints("dims_head", [32, 32, 32])
            network.hidden = arguments.ints("dims_mlp", [256, 512, 1024])
            return network
        case "timm.models.pit.PoolingVisionTransformer":
            var network = PoolingTransformer(name: name, imageShape: image, classes: classes)
            network.patch = arguments.int("patch_size", 16)
            network.stride = arguments.int("stride", 8)
            network.headFeatures = arguments.ints("base_dims", [32, 32, 32])
            network.depths = arguments.ints("depth", [2, 6, 4])
            network.heads = arguments.ints("heads", [2, 4, 8])
            network.expansion = arguments.double("mlp_ratio", 4)
            return network
        case "models.mixer.Mixer", "models.mixer.tiny":
            var network = Mixer(name: name, imageShape: image, classes: classes)
            network.patch = arguments.int("patch_size", 16)
            network.width = arguments.int("hidden_dim", 256)
            network.tokenHidden = arguments.int("spatial_dim", 128)
            network.featureHidden = arguments.int("channel_dim", 1024)
            network.depth = arguments.int("depth", 8)
            return network
        case "models.convit.ConViT", "models.convit.tiny":
            var network = ConvolutionalTransformer(name: name, imageShape: image, classes: classes)
            network.patch = arguments.int("patch_size", 16)
            network.width = arguments.int("dim", 192)
            network.depth = arguments.int("depth", 12)
            network.heads = arguments.int("heads", 3)
            network.headFeatures = arguments.int("dim_head", 64)
            network.hidden = arguments.int("dim_mlp", 768)
            network.kernel = arguments.int("kernel_size", 3)
            network.dilation = arguments.int("dilation", 1)
            return network
        default: return nil
        }
    }

    /// Swin in all layouts, and AlterNet.
    func windowed(_ path: [String]) throws -> (any Network)? {
        switch path.dropLast().joined(separator: ".") {
        case "models.swin":
            var network = ParkSwin(name: name, imageShape: image, classes: classes)
            network.depths = arguments.ints("depths", network.depths)
            network.widths = arguments.ints("dims", network.widths)
            network.heads = arguments.ints("heads", network.heads)
            network.hidden = arguments.ints("dims_mlp", network.hidden)
            network.headFeatures = arguments.int("dim_head", 32)
            network.window = arguments.int("window_size", 7)
            network.pools = arguments.ints("pools", network.pools)
            return network
        case "timm.models.swin_transformer", "swin.models.swin_transformer",
            "swin.models.swin_attnscale", "swin.models.swin_featscale", "swin.models.swin_mlp":
            var network = Swin(name: name, imageShape: image, classes: classes)
            network.layout = path[0] == "timm" ? .timm : .microsoft
            network.mixing = path[2] == "swin_mlp" ? .perceptron : .attention
            network.antiOversmoothing = path[2] == "swin_attnscale"
                ? .attnScale : path[2] == "swin_featscale" ? .featScale : .none
            network.patch = arguments.int("patch_size", 4)
            network.width = arguments.int("embed_dim", 96)
            network.depths = arguments.ints("depths", network.depths)
            network.heads = arguments.ints("num_heads", network.heads)
            network.window = arguments.int("window_size", 7)
            network.expansion = arguments.double("mlp_ratio", 4)
            network.qkvBias = arguments.bool("qkv_bias", true)
            network.embedsPositions = arguments.bool("ape", false)
            network.normalizesPatches = arguments.bool("patch_norm", true)
            return network
        case "models.alternet": return alterNet(path[2])
        default: return nil
        }
    }

    private func alterNet(_ function: String) -> any Network {
        var network = AlterNet(name: name, imageShape: image, classes: classes)
        let variants: [String: ([Int], [Int])] = [
            "dnn_18": ([2, 2, 2, 2], [0, 1, 1, 1]), "dnn_34": ([3, 4, 6, 4], [0, 1, 3, 2]),
            "dnn_50": ([3, 4, 6, 4], [0, 1, 3, 2]),
        ]
        let (blocks, attention) = variants[function] ?? ([], [])
        network.blocks = arguments.ints("num_blocks", blocks)
        network.attentionBlocks = arguments.ints("num_blocks2", attention)
        network.heads = arguments.ints("heads", network.heads)
        network.headFeatures = arguments.int("dim_head", 64)
        network.window = arguments.int("window_size", 7)
        network.isBottleneck = function == "dnn_50" || arguments.type("block1") == "Bottleneck"
        network.isPreactivation = !arguments.word("block1").contains(".resnet_dnn_block")
        network.hasLargeStem = arguments.word("stem").contains("pool=True")
            || arguments.bool("stem", false)
        network.head = head ?? .bngap
        return network
    }
}
