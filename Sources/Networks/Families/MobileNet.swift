import Autodiff

/// MobileNet v2: inverted bottlenecks with depthwise convolutions.
///
/// - Source: Sandler et al. 2018 (arXiv 1801.04381); keys of xxxnell/how-do-vits-work.
public struct MobileNet: Network {
    public let signature: NetworkSignature
    /// A factor on all widths.
    public var widthFactor = 1.0
    /// Whether the first stages subsample, for large images.
    public var hasLargeStem = false

    /// A network of width factor 1; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        let features = scope["features"]
        let first = channels(32)
        var x = try features.unit("0", .stem) {
            try activated(
                images, first, kernel: 3, stride: hasLargeStem ? 2 : 1, groups: 1, features[0])
        }
        var position = 1
        // Expansion, channels, blocks and first stride of each stage.
        let stages = [
            (1, 16, 1, 1), (6, 24, 2, hasLargeStem ? 2 : 1), (6, 32, 3, 2), (6, 64, 4, 2),
            (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
        ]
        for (expansion, outputs, count, stride) in stages {
            for index in 0..<count {
                x = try block(
                    x, channels(outputs), stride: index == 0 ? stride : 1, expansion,
                    features[position])
                position += 1
            }
        }
        let last = widthFactor > 1 ? channels(1280) : 1280
        x = try features.unit(String(position), .convolution) {
            try activated(x, last, kernel: 1, stride: 1, groups: 1, features[position])
        }
        return try scope.unit("classifier", .classifier) {
            try scope["classifier"]["dense"].linear(
                last, classes, initial: .normal(deviation: 0.01), biasInitial: .zeros)(
                    x.globallyAveraged())
        }
    }

    /// The renamings from torchvision's and timm's names.
    public func renamings(of keys: [String]) -> [KeyRenaming] {
        // The number of the first block of each stage.
        let starts = [1, 2, 4, 7, 11, 14, 17, 18]
        @Sendable func place(_ n: [Int]) -> String { "features.\(starts[min(n[0], 7)] + n[1])" }
        return KeyScheme.renamings(
            of: keys,
            KeyScheme(
                marker: "classifier.1.weight",
                [
                    KeyRule("features.1.conv.0", "features.1.conv1"),
                    KeyRule("features.1.conv.*") { "features.1.conv2.\($0[0] - 1)" },
                    KeyRule("features.*.conv.2") { "features.\($0[0]).conv3.0" },
                    KeyRule("features.*.conv.3") { "features.\($0[0]).conv3.1" },
                    KeyRule("features.*.conv.*") { "features.\($0[0]).conv\($0[1] + 1)" },
                    KeyRule("classifier.1", "classifier.dense"),
                ]),
            KeyScheme(
                marker: "conv_stem.weight",
                [
                    KeyRule("conv_stem", "features.0.0"), KeyRule("bn1", "features.0.1"),
                    KeyRule("blocks.0.0.conv_dw", "features.1.conv1.0"),
                    KeyRule("blocks.0.0.conv_pw", "features.1.conv2.0"),
                    KeyRule("blocks.*.*.conv_pw") { "\(place($0)).conv1.0" },
                    KeyRule("blocks.*.*.conv_dw") { "\(place($0)).conv2.0" },
                    KeyRule("blocks.*.*.conv_pwl") { "\(place($0)).conv3.0" },
                    KeyRule("blocks.*.*.bn*") { "\(place($0)).conv\($0[2]).1" },
                    KeyRule("conv_head", "features.18.0"), KeyRule("bn2", "features.18.1"),
                    KeyRule("classifier", "classifier.dense"),
                ]))
    }

    /// A multiple of 8 near `base · widthFactor` and not below 0.9 of it.
    private func channels(_ base: Int) -> Int {
        let wanted = Double(base) * widthFactor
        let divisor = widthFactor < 0.1 ? 4 : 8
        let rounded = max(divisor, Int(wanted + Double(divisor) / 2) / divisor * divisor)
        return Double(rounded) < 0.9 * wanted ? rounded + divisor : rounded
    }

    private func block(
        _ x: Tensor, _ outputs: Int, stride: Int, _ expansion: Int, _ scope: Scope
    ) throws -> Tensor {
        let inputs = x.shape[1]
        func branch() throws -> Tensor {
            let hidden = inputs * expansion
            var (y, next) = (x, 1)
            if expansion > 1 {
                y = try activated(y, hidden, kernel: 1, stride: 1, groups: 1, scope["conv1"])
                next = 2
            }
            y = try activated(
                y, hidden, kernel: 3, stride: stride, groups: hidden, scope["conv\(next)"])
            let last = scope["conv\(next + 1)"]
            return try normalized(y, outputs, kernel: 1, stride: 1, groups: 1, last)
        }
        guard stride == 1, inputs == outputs else {
            return try scope.unit("", stride == 1 ? .convolution : .subsampling, branch)
        }
        return try scope.residual("", .convolution) { (x, try branch()) }
    }

    private func activated(
        _ x: Tensor, _ outputs: Int, kernel: Int, stride: Int, groups: Int, _ scope: Scope
    ) throws -> Tensor {
        try normalized(x, outputs, kernel: kernel, stride: stride, groups: groups, scope)
            .clamped(0, 6)
    }

    private func normalized(
        _ x: Tensor, _ outputs: Int, kernel: Int, stride: Int, groups: Int, _ scope: Scope
    ) throws -> Tensor {
        let convolution = try scope[0].convolution(
            x.shape[1], outputs, kernel: kernel, stride: stride, padding: kernel / 2,
            groups: groups, initial: .kaimingNormal(fan: kernel * kernel * outputs))
        return try scope[1].batchNorm(outputs)(convolution(x))
    }
}
