/// The geometry that a convolution and its two gradients share.
public struct ConvolutionGeometry: Hashable, Sendable, CustomStringConvertible {
    /// Steps between outputs, vertical and horizontal, in pixels.
    public var stride: [Int]
    /// Zeros added on both sides of each axis, in pixels.
    public var padding: [Int]
    /// The distance between kernel taps; 1 is a dense kernel.
    public var dilation: [Int]
    /// The number of groups of channels that do not mix.
    public var groups: Int

    public init(stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1) {
        self.stride = [stride, stride]
        self.padding = [padding, padding]
        self.dilation = [dilation, dilation]
        self.groups = groups
    }

    public var description: String {
        "stride \(stride), padding \(padding), dilation \(dilation), groups \(groups)"
    }

    /// The output extent along one spatial axis, or nil where the kernel does not fit.
    public func outputExtent(_ extent: Int, kernel: Int, axis: Int) -> Int? {
        let room = extent + 2 * padding[axis] - dilation[axis] * (kernel - 1) - 1
        return room < 0 ? nil : room / stride[axis] + 1
    }

    /// The output shape `[N, O, H', W']` for images `[N, C, H, W]` and weights `[O, C/groups, h, w]`.
    func outputShape(_ image: Shape, _ weight: Shape, _ operation: String) throws -> Shape {
        guard image.rank == 4, weight.rank == 4 else {
            throw ShapeError(operation, [image, weight], "both need four axes")
        }
        guard (stride + dilation + [groups, weight[2], weight[3]]).allSatisfy({ $0 >= 1 }),
            padding.allSatisfy({ $0 >= 0 })
        else {
            throw ShapeError(
                operation, [image, weight],
                "kernel, stride, dilation and groups must be positive, padding not negative")
        }
        guard image[1] == weight[1] * groups, weight[0] % groups == 0 else {
            throw ShapeError(
                operation, [image, weight],
                "\(image[1]) channels in \(groups) groups do not fit the weight")
        }
        guard let height = outputExtent(image[2], kernel: weight[2], axis: 0),
            let width = outputExtent(image[3], kernel: weight[3], axis: 1)
        else {
            throw ShapeError(operation, [image, weight], "the kernel is larger than the image")
        }
        return [image[0], weight[0], height, width]
    }
}

/// Cross-correlation of images with a bank of filters.
///
///     y[n, o, i, j] = Σ_{c, k, l} x[n, c, i·s + k·d − p, j·s + l·d − p] w[o, c, k, l]
///
/// Operands: images `[N, C, H, W]`, weights `[O, C/groups, h, w]`.
public struct Convolution: Primitive {
    public let geometry: ConvolutionGeometry

    public var description: String { "convolution (\(geometry))" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(2, operands)
        return try geometry.outputShape(operands[0], operands[1], description)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try bilinearTangent(self, call, tangents)
    }

    /// Windows that tile the image are the rows of a matrix: a patch embedding is one product.
    public func simplified(_ operands: [Tensor]) throws -> Tensor? {
        let (image, weight) = (operands[0], operands[1])
        guard image.shape.rank == 4, weight.shape.rank == 4, geometry.groups == 1,
            geometry.padding == [0, 0], geometry.dilation == [1, 1],
            geometry.stride == [weight.shape[2], weight.shape[3]], geometry.stride != [1, 1],
            image.shape[1] == weight.shape[1], image.shape[2] % weight.shape[2] == 0,
            image.shape[3] % weight.shape[3] == 0
        else { return nil }
        let (batch, channels) = (image.shape[0], image.shape[1])
        let (height, width) = (weight.shape[2], weight.shape[3])
        let (rows, columns) = (image.shape[2] / height, image.shape[3] / width)
        let filters = weight.shape[0]
        let window = channels * height * width
        let windows = try image.reshaped(to: [batch, channels, rows, height, columns, width])
            .permuted([0, 2, 4, 1, 3, 5]).reshaped(to: [batch * rows * columns, window])
        return try windows.product(weight.reshaped(to: [filters, window]), transposeOther: true)
            .reshaped(to: [batch, rows, columns, filters]).permuted([0, 3, 1, 2])
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        let (image, weight) = (call.operands[0], call.operands[1])
        return operand == 0
            ? try cotangent.convolutionInputGradient(weight, geometry, size: image.shape)
            : try image.convolutionWeightGradient(cotangent, geometry, kernel: weight.shape)
    }
}

/// The transpose of a convolution in its images.
///
/// Operands: cotangents `[N, O, H', W']`, weights; the result has the shape of the images.
public struct ConvolutionInputGradient: Primitive {
    public let geometry: ConvolutionGeometry
    /// The images' height and width, which the cotangent alone does not determine.
    public let size: [Int]

    public var description: String { "input gradient of convolution (\(geometry))" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(2, operands)
        let (cotangent, weight) = (operands[0], operands[1])
        guard cotangent.rank == 4, weight.rank == 4 else {
            throw ShapeError(description, operands, "both need four axes")
        }
        let image: Shape = [cotangent[0], weight[1] * geometry.groups, size[0], size[1]]
        guard try geometry.outputShape(image, weight, description) == cotangent else {
            throw ShapeError(description, operands, "the cotangent is not that of images \(image)")
        }
        return image
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try bilinearTangent(self, call, tangents)
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        let (output, weight) = (call.operands[0], call.operands[1])
        return operand == 0
            ? try cotangent.convolved(weight, geometry)
            : try cotangent.convolutionWeightGradient(output, geometry, kernel: weight.shape)
    }
}

/// The transpose of a convolution in its weights.
///
/// Operands: images, cotangents `[N, O, H', W']`; the result has the shape of the weights.
public struct ConvolutionWeightGradient: Primitive {
    public let geometry: ConvolutionGeometry
    /// The height and width of the kernel.
    public let kernel: [Int]

    public var description: String { "weight gradient of convolution (\(geometry))" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(2, operands)
        let (image, cotangent) = (operands[0], operands[1])
        guard image.rank == 4, cotangent.rank == 4, geometry.groups >= 1,
            image[1] % geometry.groups == 0
        else {
            throw ShapeError(description, operands, "the channels do not fit the groups")
        }
        let weight: Shape = [cotangent[1], image[1] / geometry.groups, kernel[0], kernel[1]]
        guard try geometry.outputShape(image, weight, description) == cotangent else {
            throw ShapeError(description, operands, "the cotangent is not that of these images")
        }
        return weight
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try bilinearTangent(self, call, tangents)
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        let (image, output) = (call.operands[0], call.operands[1])
        return operand == 0
            ? try output.convolutionInputGradient(cotangent, geometry, size: image.shape)
            : try image.convolved(cotangent, geometry)
    }
}

/// ∂(f(a, b)) = f(ȧ, b) + f(a, ḃ), for a primitive that is linear in each of two operands.
private func bilinearTangent(
    _ primitive: some Primitive, _ call: Call, _ tangents: [Tensor?]
) throws -> Tensor? {
    let left = try tangents[0].map { try $0.builder.apply(primitive, [$0, call.operands[1]]) }
    let right = try tangents[1].map { try $0.builder.apply(primitive, [call.operands[0], $0]) }
    guard let left, let right else { return left ?? right }
    return try left + right
}

extension Tensor {
    /// Cross-correlation of images `[N, C, H, W]` with filters `[O, C/groups, h, w]`.
    public func convolved(
        _ weight: Tensor, _ geometry: ConvolutionGeometry = ConvolutionGeometry()
    ) throws -> Tensor {
        try builder.apply(Convolution(geometry: geometry), [self, weight])
    }

    func convolutionInputGradient(
        _ weight: Tensor, _ geometry: ConvolutionGeometry, size: Shape
    ) throws -> Tensor {
        try builder.apply(
            ConvolutionInputGradient(geometry: geometry, size: [size[2], size[3]]), [self, weight])
    }

    func convolutionWeightGradient(
        _ cotangent: Tensor, _ geometry: ConvolutionGeometry, kernel: Shape
    ) throws -> Tensor {
        try builder.apply(
            ConvolutionWeightGradient(geometry: geometry, kernel: [kernel[2], kernel[3]]),
            [self, cotangent])
    }
}
