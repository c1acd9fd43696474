import Autodiff

/// RegNetX and, with squeeze and excitation, RegNetY: bottlenecks of grouped convolutions whose widths
/// follow a quantised line.
///
/// - Source: Radosavovic et al. 2020 (arXiv 2003.13678); keys of timm's `RegNet`.
public struct RegNet: Network {
    public let signature: NetworkSignature
    /// The channels of each stage.
    public var widths = [24, 56, 152, 368]
    /// The number of blocks of each stage.
    public var depths = [1, 1, 4, 7]
    /// The channels of a group, at most the stage's.
    public var groupWidth = 8
    /// Whether branches have squeeze and excitation, of a quarter of the block's input channels.
    public var isGated = true
    /// The channels of the stem.
    public var stemWidth = 32
    /// The probability that training drops the last branch; earlier ones grow to it linearly.
    public var dropPath = 0.0

    /// A RegNetY-200MF; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        guard depths.count == widths.count else {
            throw NetworkError("\(name): width and depth need one number per stage")
        }
        var x = try scope.unit("stem", .stem) {
            try scope["stem"].normalizedConvolution(imageShape[0], stemWidth, kernel: 3, stride: 2)(
                images
            ).applying(.relu)
        }
        var rates = DropPathRates(last: dropPath, blocks: depths.reduce(0, +))
        for (stage, depth) in depths.enumerated() {
            for index in 0..<depth {
                x = try block(
                    x, widths[stage], stride: index == 0 ? 2 : 1, dropPath: rates.next(),
                    scope["s\(stage + 1)"]["b\(index + 1)"])
            }
        }
        return try scope.unit("head", .classifier) {
            try scope["head"]["fc"].linear(
                x.shape[1], classes, initial: .normal(deviation: 0.01), biasInitial: .zeros)(
                    x.globallyAveraged())
        }
    }

    private func block(
        _ x: Tensor, _ width: Int, stride: Int, dropPath: Double, _ scope: Scope
    ) throws -> Tensor {
        let inputs = x.shape[1]
        return try scope.residual(
            "", stride == 1 ? .convolution : .subsampling, dropPath: dropPath,
            activation: { try $0.applying(.relu) }
        ) {
            let first = try scope["conv1"].normalizedConvolution(inputs, width, kernel: 1)
            let second = try scope["conv2"].normalizedConvolution(
                width, width, kernel: 3, stride: stride, groups: width / min(groupWidth, width))
            let gate = isGated
                ? try scope["se"].excitation(
                    width, reduced: Int((Double(inputs) / 4).rounded(.toNearestOrEven)),
                    names: ("fc1", "fc2"), activation: { try $0.applying(.relu) })
                : { $0 }
            let third = try scope["conv3"].normalizedConvolution(width, width, kernel: 1)
            let shortcut = stride == 1 && inputs == width
                ? nil
                : try scope["downsample"].normalizedConvolution(
                    inputs, width, kernel: 1, stride: stride)
            let hidden = try second(first(x).applying(.relu)).applying(.relu)
            return (try shortcut?(x) ?? x, try third(gate(hidden)))
        }
    }

    public func renamings(of keys: [String]) -> [KeyRenaming] {
        KeyScheme.renamings(of: keys, Self.torchvision)
    }

    private static let torchvision: KeyScheme = {
        let parts = ["conv", "bn"]
        @Sendable func block(_ numbers: [Int]) -> String { "s\(numbers[0]).b\(numbers[2] + 1)" }
        let branch = [("f.a", "conv1"), ("f.b", "conv2"), ("f.c", "conv3"), ("proj", "downsample")]
        return KeyScheme(
            marker: "fc.weight",
            [
                KeyRule("stem.*") { "stem." + parts[min($0[0], 1)] },
                KeyRule("trunk_output.block*.block*-*.f.se") { "\(block($0)).se" },
                KeyRule("fc", "head.fc"),
            ]
                + branch.map { old, new in
                    KeyRule("trunk_output.block*.block*-*.\(old).*") {
                        "\(block($0)).\(new).\(parts[min($0[3], 1)])"
                    }
                })
    }()
}
