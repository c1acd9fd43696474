import Autodiff

/// One block of a residual network, basic or bottleneck, post- or pre-activation.
///
///     basic       3x3, 3x3                      channels -> channels
///     bottleneck  1x1, 3x3 (groups), 1x1        channels -> 4 · channels
///
/// - Source: He et al. 2016 (arXiv 1512.03385, 1603.05027); the `*_dnn_block.py` and
///   `*_mcdo_block.py` files of xxxnell/how-do-vits-work.
struct ResidualBlock {
    var isBottleneck = false
    var isPreactivation = false
    var gate = Gate.none
    /// See `Gate.declare`.
    var reduction = 16
    var gateBias = false
    var groups = 1
    /// Channels per group of the middle convolution at 64 channels.
    var widthPerGroup = 64
    /// Whether a subsampling shortcut averages before it maps (ResNet-D).
    var averagesShortcuts = false
    /// The rate of Monte Carlo dropout, which acts in evaluation too; nil for none.
    var dropout: Double?

    /// The factor from `channels` to the block's output channels.
    var expansion: Int { isBottleneck ? 4 : 1 }

    /// A residual unit over maps `[batch, inputs, H, W]`.
    func apply(
        _ x: Tensor, channels: Int, stride: Int, dropPath: Double, _ scope: Scope
    ) throws -> Tensor {
        let inputs = x.shape[1]
        let projects = stride != 1 || inputs != channels * expansion
        return try scope.residual(
            "", stride == 1 ? .convolution : .subsampling, dropPath: dropPath,
            activation: { isPreactivation ? $0 : try $0.applying(.relu) }
        ) {
            let shortcut = projects ? try projection(inputs, channels, stride, scope) : nil
            guard isPreactivation else {
                let branch = try postactivation(inputs, channels, stride, scope)
                return (try shortcut?(x) ?? x, try branch(x))
            }
            let norm = try scope["bn"].batchNorm(inputs)
            let branch = try preactivation(inputs, channels, stride, scope)
            let activated = try norm(x).applying(.relu)
            return (try shortcut?(activated) ?? x, try branch(activated))
        }
    }

    private func projection(
        _ inputs: Int, _ channels: Int, _ stride: Int, _ scope: Scope
    ) throws -> Layer {
        let outputs = channels * expansion
        if averagesShortcuts {
            let convolution = try scope["shortcut"][1].convolution(inputs, outputs, kernel: 1)
            let norm = try scope["shortcut"][2].batchNorm(outputs)
            return { x in try norm(convolution(stride == 1 ? x : x.halved())) }
        }
        let convolution = try scope["shortcut"][0].convolution(
            inputs, outputs, kernel: 1, stride: stride)
        // The original's pre-activation bottleneck has a norm here in its dropout form only.
        guard !isPreactivation || (isBottleneck && dropout != nil) else { return convolution }
        let norm = try scope["shortcut"][1].batchNorm(outputs)
        return { try norm(convolution($0)) }
    }

    /// Kernel, input and output channels, stride and groups of each convolution.
    private func convolutions(
        _ inputs: Int, _ channels: Int, _ stride: Int
    ) -> [(kernel: Int, inputs: Int, outputs: Int, stride: Int, groups: Int)] {
        let width = channels * widthPerGroup / 64 * groups
        guard isBottleneck else {
            return [(3, inputs, channels, stride, 1), (3, channels, channels, 1, 1)]
        }
        return [
            (1, inputs, width, 1, 1), (3, width, width, stride, groups),
            (1, width, channels * 4, 1, 1),
        ]
    }

    /// Each convolution followed by norm and, but for the last, ReLU; dropout before the last.
    private func postactivation(
        _ inputs: Int, _ channels: Int, _ stride: Int, _ scope: Scope
    ) throws -> Layer {
        let shapes = convolutions(inputs, channels, stride)
        let layers = try shapes.enumerated().map { index, shape -> (Layer, Layer) in
            let place = scope["conv\(index + 1)"]
            return (try declare(shape, place[0]), try place[1].batchNorm(shape.outputs))
        }
        let gate = try gate.declare(
            channels * expansion, reduction: reduction, bias: gateBias, scope["gate"])
        return { x in
            var x = x
            for (index, (convolution, norm)) in layers.enumerated() {
                if index == layers.count - 1 { x = try drop(scope)(x) }
                x = try norm(convolution(x))
                if index < layers.count - 1 { x = try x.applying(.relu) }
            }
            return try gate(x)
        }
    }

    /// Norm and ReLU before each convolution but the first, which takes activated maps.
    private func preactivation(
        _ inputs: Int, _ channels: Int, _ stride: Int, _ scope: Scope
    ) throws -> Layer {
        let shapes = convolutions(inputs, channels, stride)
        let first = try declare(shapes[0], scope["conv1"])
        let layers = try shapes.enumerated().dropFirst().map { index, shape -> (Layer, Layer) in
            let place = scope["conv\(index + 1)"]
            return (try place[0].batchNorm(shape.inputs), try declare(shape, place[2]))
        }
        return { x in
            var x = try first(x)
            for (index, (norm, convolution)) in layers.enumerated() {
                if index == layers.count - 1 { x = try drop(scope)(x) }
                x = try convolution(norm(x).applying(.relu))
            }
            return x
        }
    }

    private func drop(_ scope: Scope) -> Layer {
        dropout.map { scope.dropout(rate: $0, always: true) } ?? { $0 }
    }

    private func declare(
        _ shape: (kernel: Int, inputs: Int, outputs: Int, stride: Int, groups: Int),
        _ scope: Scope
    ) throws -> Layer {
        try scope.convolution(
            shape.inputs, shape.outputs, kernel: shape.kernel, stride: shape.stride,
            padding: shape.kernel / 2, groups: shape.groups)
    }
}
