/// The windows of a pooling over images.
public struct PoolingWindow: Hashable, Sendable, CustomStringConvertible {
    /// Height and width of a window, in pixels.
    public var kernel: [Int]
    /// Steps between windows.
    public var stride: [Int]
    /// The border on both sides of each axis.
    public var padding: [Int]
    /// Whether the border counts in the divisor of an average.
    public var countsPadding: Bool

    public init(_ kernel: Int, stride: Int? = nil, padding: Int = 0, countsPadding: Bool = true) {
        self.kernel = [kernel, kernel]
        self.stride = [stride ?? kernel, stride ?? kernel]
        self.padding = [padding, padding]
        self.countsPadding = countsPadding
    }

    public var description: String { "kernel \(kernel), stride \(stride), padding \(padding)" }

    /// The output shape `[N, C, H', W']` for images `[N, C, H, W]`.
    func outputShape(_ image: Shape, _ operation: String) throws -> Shape {
        guard image.rank == 4 else {
            throw ShapeError(operation, [image], "images have four axes")
        }
        guard (kernel + stride).allSatisfy({ $0 >= 1 }), padding.allSatisfy({ $0 >= 0 }) else {
            throw ShapeError(
                operation, [image], "the window (\(description)) must have positive extents")
        }
        let room = (0..<2).map { image[2 + $0] + 2 * padding[$0] - kernel[$0] }
        guard room.allSatisfy({ $0 >= 0 }), (0..<2).allSatisfy({ 2 * padding[$0] <= kernel[$0] })
        else {
            throw ShapeError(operation, [image], "the window (\(description)) does not fit")
        }
        return [image[0], image[1], room[0] / stride[0] + 1, room[1] / stride[1] + 1]
    }
}

/// The average of each window. Operand: images `[N, C, H, W]`.
public struct AveragePooling: Primitive {
    public let window: PoolingWindow

    public var description: String { "average pooling" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(1, operands)
        return try window.outputShape(operands[0], description)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try tangents[0]?.averagePooled(window)
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        let image = call.operands[0].shape
        return try cotangent.builder.apply(
            AverageUnpooling(window: window, size: [image[2], image[3]]), [cotangent])
    }
}

/// The transpose of an average pooling. Operand: cotangents `[N, C, H', W']`.
public struct AverageUnpooling: Primitive {
    public let window: PoolingWindow
    /// The images' height and width.
    public let size: [Int]

    public var description: String { "transpose of average pooling" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(1, operands)
        return try imageShape(operands[0], size, window, description)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try tangents[0].map { try $0.builder.apply(self, [$0]) }
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        try cotangent.averagePooled(window)
    }
}

/// Where the maximum of each window lies, as row·W + column of the image; of equals the first.
public struct MaximumLocation: Primitive {
    public let window: PoolingWindow

    public var description: String { "location of window maxima" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(1, operands)
        return try window.outputShape(operands[0], description)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) -> Tensor? { nil }
}

/// Pixels picked by location. Operands: images `[N, C, H, W]`, locations `[N, C, H', W']`.
public struct PixelGather: Primitive {
    public var description: String { "gather of pixels" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(2, operands)
        guard operands.allSatisfy({ $0.rank == 4 }),
            operands[0].dimensions.prefix(2) == operands[1].dimensions.prefix(2)
        else { throw ShapeError(description, operands, "images and channels must agree") }
        return operands[1]
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try tangents[0].map { try $0.builder.apply(self, [$0, call.operands[1]]) }
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        guard operand == 0 else { throw NotLinearError(primitive: description, operand: operand) }
        let image = call.operands[0].shape
        return try cotangent.builder.apply(
            PixelScatter(size: [image[2], image[3]]), [cotangent, call.operands[1]])
    }
}

/// Values added up at pixel locations: the transpose of `PixelGather`.
public struct PixelScatter: Primitive {
    /// The images' height and width.
    public let size: [Int]

    public var description: String { "scatter of pixels" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(2, operands)
        guard operands[0] == operands[1], operands[0].rank == 4 else {
            throw ShapeError(description, operands, "each value needs a location")
        }
        return [operands[0][0], operands[0][1], size[0], size[1]]
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try tangents[0].map { try $0.builder.apply(self, [$0, call.operands[1]]) }
    }

    public func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        guard operand == 0 else { throw NotLinearError(primitive: description, operand: operand) }
        return try cotangent.builder.apply(PixelGather(), [cotangent, call.operands[1]])
    }
}

private func imageShape(
    _ cotangent: Shape, _ size: [Int], _ window: PoolingWindow, _ operation: String
) throws -> Shape {
    guard cotangent.rank == 4 else {
        throw ShapeError(operation, [cotangent], "images have four axes")
    }
    let image: Shape = [cotangent[0], cotangent[1], size[0], size[1]]
    guard try window.outputShape(image, operation) == cotangent else {
        throw ShapeError(operation, [cotangent], "the cotangent is not that of images \(image)")
    }
    return image
}

extension Tensor {
    /// The average of each window of images `[N, C, H, W]`.
    public func averagePooled(_ window: PoolingWindow) throws -> Tensor {
        try builder.apply(AveragePooling(window: window), [self])
    }

    /// The maximum of each window of images `[N, C, H, W]`; of equal maxima the first counts.
    public func maximumPooled(_ window: PoolingWindow) throws -> Tensor {
        let location = try builder.apply(MaximumLocation(window: window), [self])
        return try builder.apply(PixelGather(), [self, location])
    }
}
