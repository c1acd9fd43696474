import Autodiff

/// Residual networks of four stages: ResNet, pre-activation ResNet, ResNeXt, wide ResNet, SE-ResNet
/// and CBAM-ResNet, with Monte Carlo dropout and spatial smoothing as options.
///
/// Widths are 64, 128, 256 and 512, times 4 in bottlenecks.
///
/// - Source: He et al. 2016 (arXiv 1512.03385, 1603.05027); Xie et al. 2017 (arXiv 1611.05431);
///   Zagoruyko & Komodakis 2016 (arXiv 1605.07146); keys of xxxnell/how-do-vits-work.
public struct ResidualNetwork: Network {
    public let signature: NetworkSignature
    /// The number of blocks of each stage.
    public var blocks = [2, 2, 2, 2]
    public var isBottleneck = false
    public var isPreactivation = false
    public var gate = Gate.none
    /// The channels for each hidden feature of a gate over channels.
    public var reduction = 16
    /// Whether squeeze and excitation is timm's: biases, and hidden features in multiples of 8.
    public var gateBias = false
    public var groups = 1
    public var widthPerGroup = 64
    public var stem = ResidualStem.Kind.small
    /// Whether subsampling shortcuts average before they map (ResNet-D).
    public var averagesShortcuts = false
    /// The rate of Monte Carlo dropout, nil for none.
    public var dropout: Double?
    /// The number of smoothing blocks after each stage.
    public var smoothings = [0, 0, 0, 0]
    public var smoothing = SmoothingBlock()
    public var head = ClassifierHead.gap
    /// The probability that training drops the last branch; earlier ones grow to it linearly.
    public var dropPath = 0.0

    /// A ResNet-18; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        guard blocks.count == 4, smoothings.count == 4 else {
            throw NetworkError("\(name): blocks and smoothings need one number per stage, four")
        }
        let block = ResidualBlock(
            isBottleneck: isBottleneck, isPreactivation: isPreactivation, gate: gate,
            reduction: reduction, gateBias: gateBias, groups: groups, widthPerGroup: widthPerGroup,
            averagesShortcuts: averagesShortcuts, dropout: dropout)
        var x = try scope.unit("layer0", .stem) {
            try ResidualStem(kind: stem, activates: !isPreactivation)
                .apply(images, scope["layer0"])
        }
        var rates = DropPathRates(last: dropPath, blocks: blocks.reduce(0, +))
        for stage in 0..<4 {
            for index in 0..<blocks[stage] {
                x = try block.apply(
                    x, channels: 64 << stage, stride: stage > 0 && index == 0 ? 2 : 1,
                    dropPath: rates.next(), scope["layer\(stage + 1)"][index])
            }
            x = try scope.inSection(1).smoothed(
                x, smoothing, count: smoothings[stage], "smooth\(stage + 1)")
        }
        return try scope.unit("classifier", .classifier) {
            try head.apply(
                x, scope.inSection(2)["classifier"], classes: classes,
                pooling: (1, { try $0.adaptivelyAveraged(7) }))
        }
    }

    /// The renamings from timm's and torchvision's names.
    public func renamings(of keys: [String]) -> [KeyRenaming] {
        KeyScheme.renamings(
            of: keys,
            KeyScheme(
                marker: "fc.weight",
                [
                    KeyRule("conv1", "layer0.0"), KeyRule("bn1", "layer0.1"),
                    KeyRule("fc", "classifier.0.dense"),
                    KeyRule("layer*.*.conv*") { "layer\($0[0]).\($0[1]).conv\($0[2]).0" },
                    KeyRule("layer*.*.bn*") { "layer\($0[0]).\($0[1]).conv\($0[2]).1" },
                    KeyRule("layer*.*.downsample") { "layer\($0[0]).\($0[1]).shortcut" },
                    KeyRule("layer*.*.se.fc*") {
                        "layer\($0[0]).\($0[1]).gate.ff.\(2 * $0[2] - 2)"
                    },
                ]))
    }
}

extension Scope {
    /// Smoothing units one after another.
    func smoothed(
        _ x: Tensor, _ block: SmoothingBlock, count: Int, _ name: String
    ) throws -> Tensor {
        try (0..<count).reduce(x) { x, index in
            try self[name][index].unit("", .smoothing) {
                try block.apply(x, self[name][index])
            }
        }
    }
}
