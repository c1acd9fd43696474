import Autodiff

/// EfficientNet: inverted bottlenecks with squeeze and excitation, widths and depths scaled together.
///
/// - Source: Tan & Le 2019 (arXiv 1905.11946); keys of timm's `EfficientNet`.
public struct EfficientNet: Network {
    public let signature: NetworkSignature
    /// A factor on all widths.
    public var widthFactor = 1.0
    /// A factor on the number of blocks of each stage.
    public var depthFactor = 1.0
    /// What is added to variances in batch norms.
    public var epsilon = 1e-5
    /// The probability that training drops the last branch; earlier ones grow to it linearly.
    public var dropPath = 0.0

    /// An EfficientNet-B0; change the other properties before use.
    public init(_ signature: NetworkSignature) { self.signature = signature }

    /// Kernel, first stride, expansion, channels and blocks of each stage of B0.
    private static let stages:
        [(kernel: Int, stride: Int, expansion: Int, channels: Int, blocks: Int)] = [
            (3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3),
            (5, 2, 6, 192, 4), (3, 1, 6, 320, 1),
        ]

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        let first = channels(32)
        var x = try scope.unit("conv_stem", .stem) {
            let convolution = try scope["conv_stem"].convolution(
                imageShape[0], first, kernel: 3, stride: 2, padding: 1,
                initial: .kaimingNormal(fan: first * 9))
            return try scope["bn1"].batchNorm(first, epsilon: epsilon)(convolution(images)).silu()
        }
        let depths = Self.stages.map { Int((Double($0.blocks) * depthFactor).rounded(.up)) }
        var rates = DropPathRates(last: dropPath, blocks: depths.reduce(0, +))
        for (index, stage) in Self.stages.enumerated() {
            for number in 0..<depths[index] {
                x = try block(
                    x, channels(stage.channels), kernel: stage.kernel,
                    stride: number == 0 ? stage.stride : 1, stage.expansion,
                    dropPath: rates.next(), scope["blocks"][index][number])
            }
        }
        let last = channels(1280)
        x = try scope.unit("conv_head", .convolution) {
            let convolution = try scope["conv_head"].convolution(
                x.shape[1], last, kernel: 1, initial: .kaimingNormal(fan: last))
            return try scope["bn2"].batchNorm(last, epsilon: epsilon)(convolution(x)).silu()
        }
        return try scope.unit("classifier", .classifier) {
            try scope["classifier"].linear(last, classes, biasInitial: .zeros)(x.globallyAveraged())
        }
    }

    /// A multiple of 8 near `base · widthFactor` and not below 0.9 of it.
    private func channels(_ base: Int) -> Int {
        let wanted = Double(base) * widthFactor
        let rounded = max(8, Int(wanted + 4) / 8 * 8)
        return Double(rounded) < 0.9 * wanted ? rounded + 8 : rounded
    }

    private func block(
        _ x: Tensor, _ outputs: Int, kernel: Int, stride: Int, _ expansion: Int, dropPath: Double,
        _ scope: Scope
    ) throws -> Tensor {
        let inputs = x.shape[1]
        let hidden = inputs * expansion
        func branch() throws -> Tensor {
            var y = x
            var norms = 0
            func step(_ name: String, _ outputs: Int, _ kernel: Int, _ stride: Int, _ groups: Int)
                throws
            {
                norms += 1
                let convolution = try scope[name].convolution(
                    y.shape[1], outputs, kernel: kernel, stride: stride, padding: kernel / 2,
                    groups: groups, initial: .kaimingNormal(fan: outputs / groups * kernel * kernel)
                )
                y = try scope["bn\(norms)"].batchNorm(outputs, epsilon: epsilon)(convolution(y))
            }
            if expansion > 1 {
                try step("conv_pw", hidden, 1, 1, 1)
                y = try y.silu()
            }
            try step("conv_dw", hidden, kernel, stride, hidden)
            y = try scope["se"].excitation(
                hidden, reduced: max(1, inputs / 4), names: ("conv_reduce", "conv_expand"),
                activation: { try $0.silu() })(y.silu())
            try step(expansion > 1 ? "conv_pwl" : "conv_pw", outputs, 1, 1, 1)
            return y
        }
        guard stride == 1, inputs == outputs else {
            return try scope.unit("", stride == 1 ? .convolution : .subsampling, branch)
        }
        return try scope.residual("", .convolution, dropPath: dropPath) { (x, try branch()) }
    }

    public func renamings(of keys: [String]) -> [KeyRenaming] {
        KeyScheme.renamings(of: keys, Self.torchvision)
    }

    private static let torchvision: KeyScheme = {
        let stem = ["conv_stem", "bn1"]
        let head = ["conv_head", "bn2"]
        let parts = [("fc1", "se.conv_reduce"), ("fc2", "se.conv_expand")]
        // The first stage does not expand.
        let plain = [["conv_dw", "bn1"], [], ["conv_pw", "bn2"]]
        let expanding = [["conv_pw", "bn1"], ["conv_dw", "bn2"], [], ["conv_pwl", "bn3"]]
        @Sendable func name(_ table: [[String]], _ n: [Int]) -> String {
            let row = table.indices.contains(n[1]) ? table[n[1]] : []
            return row.indices.contains(n[2]) ? row[n[2]] : "?"
        }
        return KeyScheme(
            marker: "classifier.1.weight",
            [
                KeyRule("features.0.*") { stem[min($0[0], 1)] },
                KeyRule("features.8.*") { head[min($0[0], 1)] },
                KeyRule("classifier.1", "classifier"),
            ]
                + parts.map { old, new in
                    KeyRule("features.*.*.block.*.\(old)") {
                        "blocks.\($0[0] - 1).\($0[1]).\(new)"
                    }
                }
                + [
                    KeyRule("features.1.*.block.*.*") { "blocks.0.\($0[0]).\(name(plain, $0))" },
                    KeyRule("features.*.*.block.*.*") {
                        "blocks.\($0[0] - 1).\($0[1]).\(name(expanding, Array($0.dropFirst())))"
                    },
                ])
    }()
}

extension Tensor {
    /// `x · logistic(x)`, elementwise.
    func silu() throws -> Tensor { try self * applying(.logistic) }
}
