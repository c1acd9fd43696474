import Autodiff

/// A block that smooths feature maps: it averages predictions of neighbouring places.
///
/// - Source: Park & Kim 2022 (arXiv 2105.12639); `smoothing_block.py` of xxxnell/how-do-vits-work.
public struct SmoothingBlock: Sendable, Hashable {
    /// What happens to the values before the blur.
    public enum Squash: String, Sendable, CaseIterable {
        case tanh, sigmoid, softmax, relu, scaling, none
    }

    /// What lies beyond the border.
    public enum Border: String, Sendable, CaseIterable {
        case constant, replicate, reflect
    }

    public var squash = Squash.tanh
    /// What values are divided by before the squashing and multiplied by after it; nil takes the
    /// original's.
    public var temperature: Double?
    /// Whether a batch norm comes first.
    public var normalizes = false
    public var blurs = true
    /// One axis of the separable kernel, up to its norm.
    public var kernel = [1, 1]
    public var border = Border.constant

    public init() {}

    private var scale: Double {
        if let temperature { return temperature }
        switch squash {
        case .tanh, .sigmoid, .softmax: return 10
        case .relu: return 6
        case .scaling: return 5
        case .none: return 1
        }
    }

    /// The smoothed maps `[batch, channels, H, W]`; the kernel [1, 1] with constant border adds a
    /// row and a column, as the original's average pooling does.
    func apply(_ x: Tensor, _ scope: Scope) throws -> Tensor {
        let channels = x.shape[1]
        let normalized = normalizes ? try scope["bn"].batchNorm(channels)(x) : x
        let squashed = try squash(normalized)
        guard blurs else { return squashed }
        if kernel == [1, 1], border == .constant {
            return try squashed.averagePooled(PoolingWindow(2, stride: 1, padding: 1))
        }
        return try blur(squashed, scope["blur"])
    }

    private func squash(_ x: Tensor) throws -> Tensor {
        let scaled = try x.scaled(by: 1 / scale)
        switch squash {
        case .none: return x
        case .scaling: return scaled
        case .relu: return try x.clamped(0, scale)
        case .tanh:
            return try scaled.applying(.hyperbolicTangent).scaled(by: scale).applying(.relu)
        case .sigmoid:
            return try scaled.applying(.logistic).affine(4 * scale, -2 * scale)
                .applying(.relu)
        case .softmax:
            // Along the channels; ReLU after it, as in the original, changes nothing.
            return try scaled.permuted([0, 2, 3, 1]).softmax().permuted([0, 3, 1, 2])
                .scaled(by: scale)
        }
    }

    private func blur(_ x: Tensor, _ scope: Scope) throws -> Tensor {
        let (channels, size) = (x.shape[1], kernel.count)
        let total = Double(kernel.reduce(0, +) * kernel.reduce(0, +))
        let plane = kernel.flatMap { row in kernel.map { Double(row * $0) / total } }
        let filter = try scope.buffer(
            "filter", [channels, 1, size, size], .frozen,
            initial: .values((0..<channels).flatMap { _ in plane }))
        let (low, high) = ((size - 1) / 2, size / 2)
        let framed = try x.framed(axis: 2, low, high, border).framed(axis: 3, low, high, border)
        return try framed.convolved(filter, ConvolutionGeometry(groups: channels))
    }
}

extension Tensor {
    /// `low` and `high` elements more at the ends of one axis, from the inside or zeros.
    fileprivate func framed(
        axis: Int, _ low: Int, _ high: Int, _ border: SmoothingBlock.Border
    ) throws -> Tensor {
        let extent = shape[axis]
        switch border {
        case .constant:
            var (before, after) = (
                [Int](repeating: 0, count: shape.rank), [Int](repeating: 0, count: shape.rank))
            (before[axis], after[axis]) = (low, high)
            return try padded(low: before, high: after)
        case .replicate:
            return try gather(
                (-low..<extent + high).map { Swift.min(Swift.max($0, 0), extent - 1) }, axis: axis)
        case .reflect:
            guard low < extent, high < extent else {
                throw ShapeError("reflection", [shape], "the border is as wide as the map")
            }
            return try gather(
                (-low..<extent + high).map { index in
                    index < 0 ? -index : index < extent ? index : 2 * extent - 2 - index
                }, axis: axis)
        }
    }
}
