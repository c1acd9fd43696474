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
            var network = arguments.applied(
                to: CaiT(signature),
                integers: [
                    "patch_size": \.patch, "embed_dim": \.width, "depth": \.depth,
                    "depth_token_only": \.classDepth, "num_heads": \.heads,
                ],
                doubles: ["mlp_ratio": \.expansion, "mlp_ratio_clstk": \.classExpansion],
                flags: ["qkv_bias": \.qkvBias])
            network.antiOversmoothing = scaling
            return network
        case "vao_resmlp.resmlp_models":
            return arguments.applied(
                to: ResMLP(signature),
                integers: ["patch_size": \.patch, "embed_dim": \.width, "depth": \.depth])
        default: return nil
        }
    }

    private func vision(_ scaling: AntiOversmoothing) -> VisionTransformer {
        var network = VisionTransformer(signature)
        // The original's own sizes are those of a ViT-B.
        (network.width, network.heads) = (768, 12)
        network = arguments.applied(
            to: network,
            integers: [
                "patch_size": \.patch, "embed_dim": \.width, "depth": \.depth,
                "num_heads": \.heads,
            ], doubles: ["mlp_ratio": \.expansion], flags: ["qkv_bias": \.qkvBias])
        network.antiOversmoothing = scaling
        let features = arguments.int("representation_size", 0)
        network.representation = features > 0 ? features : nil
        return network
    }

    /// ViT, PiT, Mixer and ConViT of xxxnell/how-do-vits-work, and timm's PiT.
    func parkTransformer(_ path: [String]) throws -> (any Network)? {
        switch constructor {
        case "models.vit.ViT", "models.vit.tiny":
            var network = ParkTransformer(signature)
            network.patch = arguments.int("patch_size", network.patch)
            network.widths = [arguments.int("dim", 192)]
            network.depths = [arguments.int("depth", 12)]
            network.heads = [arguments.int("heads", 3)]
            network.headFeatures = [arguments.int("dim_head", 64)]
            network.hidden = [arguments.int("dim_mlp", 768)]
            return network
        case "models.pit.PiT", "models.pit.tiny":
            var network = ParkTransformer(signature)
            network.stride = arguments.int("stride", 8)
            (network.widths, network.depths) = ([64, 128, 256], [2, 6, 4])
            (network.heads, network.headFeatures) = ([2, 4, 8], [32, 32, 32])
            network.hidden = [256, 512, 1024]
            return arguments.applied(
                to: network, integers: ["patch_size": \.patch],
                lists: [
                    "dims": \.widths, "depths": \.depths, "heads": \.heads,
                    "dims_head": \.headFeatures, "dims_mlp": \.hidden,
                ])
        case "timm.models.pit.PoolingVisionTransformer":
            return arguments.applied(
                to: PoolingTransformer(signature),
                integers: ["patch_size": \.patch, "stride": \.stride],
                lists: ["base_dims": \.headFeatures, "depth": \.depths, "heads": \.heads],
                doubles: ["mlp_ratio": \.expansion])
        case "models.mixer.Mixer", "models.mixer.tiny":
            return arguments.applied(
                to: Mixer(signature),
                integers: [
                    "patch_size": \.patch, "hidden_dim": \.width, "spatial_dim": \.tokenHidden,
                    "channel_dim": \.featureHidden, "depth": \.depth,
                ])
        case "models.convit.ConViT", "models.convit.tiny":
            return arguments.applied(
                to: ConvolutionalTransformer(signature),
                integers: [
                    "patch_size": \.patch, "dim": \.width, "depth": \.depth, "heads": \.heads,
                    "dim_head": \.headFeatures, "dim_mlp": \.hidden, "kernel_size": \.kernel,
                    "dilation": \.dilation,
                ])
        default: return nil
        }
    }

    /// Swin in all layouts, and AlterNet.
    func windowed(_ path: [String]) throws -> (any Network)? {
        switch path.dropLast().joined(separator: ".") {
        case "models.swin":
            return arguments.applied(
                to: ParkSwin(signature),
                integers: ["dim_head": \.headFeatures, "window_size": \.window],
                lists: [
                    "depths": \.depths, "dims": \.widths, "heads": \.heads,
                    "dims_mlp": \.hidden, "pools": \.pools,
                ])
        case "timm.models.swin_transformer", "swin.models.swin_transformer",
            "swin.models.swin_attnscale", "swin.models.swin_featscale", "swin.models.swin_mlp":
            var network = arguments.applied(
                to: Swin(signature),
                integers: [
                    "patch_size": \.patch, "embed_dim": \.width, "window_size": \.window,
                ], lists: ["depths": \.depths, "num_heads": \.heads],
                doubles: ["mlp_ratio": \.expansion],
                flags: [
                    "qkv_bias": \.qkvBias, "ape": \.embedsPositions,
                    "patch_norm": \.normalizesPatches,
                ])
            network.layout = path[0] == "timm" ? .timm : .microsoft
            network.mixing = path[2] == "swin_mlp" ? .perceptron : .attention
            network.antiOversmoothing = path[2] == "swin_attnscale"
                ? .attnScale : path[2] == "swin_featscale" ? .featScale : .none
            return network
        case "models.alternet": return alterNet(path[2])
        default: return nil
        }
    }

    private func alterNet(_ function: String) -> any Network {
        var network = AlterNet(signature)
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
