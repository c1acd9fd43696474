import Autodiff

/// AlexNet, VGG and pre-activation VGG: convolutions one after another, without shortcuts.
///
/// - Source: Krizhevsky et al. 2012; Simonyan & Zisserman 2015 (arXiv 1409.1556); keys of
///   xxxnell/how-do-vits-work.
public struct PlainNetwork: Network {
    /// The order of operations in a block.
    public enum Style: String, Sendable, CaseIterable {
        /// Convolution, ReLU.
        case alexNet
        /// Convolution, norm, ReLU.
        case vgg
        /// Norm, ReLU, convolution.
        case preactivationVGG
    }

    public let signature: NetworkSignature
    public let style: Style
    /// The number of convolutions of each stage of a VGG.
    public var blocks = [1, 1, 2, 2, 2]
    /// Whether AlexNet's stem is that of large images: 11x11 with stride 4.
    public var hasLargeStem = false
    /// Whether convolutions have biases, as torchvision's do.
    public var convolutionBias = false
    /// Whether a VGG's convolutions are normalised.
    public var normalizes = true
    /// The rate of Monte Carlo dropout, nil for none.
    public var dropout: Double?
    /// The number of smoothing blocks after each stage.
    public var smoothings: [Int]
    public var smoothing = SmoothingBlock()
    public var head = ClassifierHead.mlp

    /// A network of the given style; change the other properties before use.
    public init(_ signature: NetworkSignature, style: Style) {
        self.signature = signature
        self.style = style
        smoothings = [Int](repeating: 0, count: style == .alexNet ? 3 : 5)
    }

    /// One convolution and where it stands.
    private struct Step {
        var outputs: Int
        var kernel = 3
        var stride = 1
        var padding = 1
    }

    private var stages: [[Step]] {
        guard style == .alexNet else {
            return zip([64, 128, 256, 512, 512], blocks).map { channels, count in
                [Step](repeating: Step(outputs: channels), count: count)
            }
        }
        let stem = hasLargeStem
            ? Step(outputs: 64, kernel: 11, stride: 4, padding: 2) : Step(outputs: 64, stride: 2)
        return [
            [stem], [Step(outputs: 192, kernel: 5, padding: 2)],
            [Step(outputs: 384), Step(outputs: 256), Step(outputs: 256)],
        ]
    }

    private var pooling: PoolingWindow {
        PoolingWindow(style == .alexNet && hasLargeStem ? 3 : 2, stride: 2)
    }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        let stages = stages
        guard smoothings.count == stages.count, style == .alexNet || blocks.count == 5 else {
            throw NetworkError("\(name): blocks and smoothings need one number per stage")
        }
        var x = images
        for (stage, steps) in stages.enumerated() {
            let place = scope["layer\(stage)"]
            if stage > 0 {
                x = try place.unit("0", .subsampling) { try x.maximumPooled(pooling) }
            }
            for (index, step) in steps.enumerated() {
                let isStem = stage == 0 && index == 0
                let position = place[index + (stage > 0 ? 1 : 0)]
                x = try position.unit("", isStem ? .stem : .convolution) {
                    try apply(step, x, position)
                }
            }
            x = try scope.inSection(1).smoothed(
                x, smoothing, count: smoothings[stage], "smooth\(stage)")
        }
        let size = style == .alexNet ? (hasLargeStem ? 6 : 2) : 7
        return try scope.unit("classifier", .classifier) {
            try head.apply(
                x, scope.inSection(2)["classifier"], classes: classes,
                pooling: (2, { try $0.maximumPooled(pooling).adaptivelyAveraged(size) }))
        }
    }

    /// The renamings from torchvision's and timm's names, which count every layer.
    public func renamings(of keys: [String]) -> [KeyRenaming] {
        var rules: [KeyRule] = []
        var number = 0
        for (stage, steps) in stages.enumerated() {
            for index in steps.indices {
                let place = "layer\(stage).\(index + (stage > 0 ? 1 : 0))"
                rules.append(KeyRule("features.\(number)", place + ".conv"))
                if style == .vgg, normalizes {
                    number += 1
                    rules.append(KeyRule("features.\(number)", place + ".bn"))
                }
                number += 2
            }
            number += 1
        }
        func dense(_ names: [(String, [Int]?)]) -> [KeyRule] {
            names.enumerated().map { index, name in
                KeyRule(name.0, axes: name.1, "classifier.2.dense\(index + 1)")
            }
        }
        let first = style == .alexNet ? ("classifier.1", "classifier.4") : ("classifier.0", "classifier.3")
        return KeyScheme.renamings(
            of: keys,
            KeyScheme(
                marker: "classifier.6.weight",
                rules + dense([(first.0, nil), (first.1, nil), ("classifier.6", nil)])),
            KeyScheme(
                marker: "head.fc.weight",
                rules
                    + dense([
                        ("pre_logits.fc1", [0, 1, 2, 3]), ("pre_logits.fc2", nil), ("head.fc", nil),
                    ])))
    }

    private func apply(_ step: Step, _ x: Tensor, _ scope: Scope) throws -> Tensor {
        let inputs = x.shape[1]
        let before = style == .preactivationVGG ? try scope["bn"].batchNorm(inputs) : nil
        let convolution = try scope["conv"].convolution(
            inputs, step.outputs, kernel: step.kernel, stride: step.stride, padding: step.padding,
            bias: convolutionBias)
        let after = style == .vgg && normalizes ? try scope["bn"].batchNorm(step.outputs) : nil
        var y = try convolution(before.map { try $0(x).applying(.relu) } ?? x)
        if let after { y = try after(y) }
        if style != .preactivationVGG { y = try y.applying(.relu) }
        return try dropout.map { try scope.dropout(rate: $0, always: true)(y) } ?? y
    }
}
