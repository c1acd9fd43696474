import Randomness

@testable import Autodiff

extension PrimitiveCase {
    static let products: [PrimitiveCase] =
        [(false, false), (true, false), (false, true), (true, true)].map { first, second in
            PrimitiveCase("MatrixProduct \(first) \(second)") { dice in
                let lead = dice.shape(rank: 0...2).dimensions
                let (m, n, k) = (
                    dice.integer(1...4), dice.integer(1...4), dice.integer(1...4)
                )
                return Sample(
                    primitive: MatrixProduct(transposeA: first, transposeB: second),
                    operands: [
                        Operand(Shape(lead + (first ? [k, m] : [m, k]))),
                        Operand(Shape(lead + (second ? [n, k] : [k, n]))),
                    ], linear: [[0], [1]])
            }
        } + [
            PrimitiveCase("Convolution") { dice in
                let (geometry, image, weight, _) = convolution(&dice)
                return Sample(
                    primitive: Convolution(geometry: geometry),
                    operands: [Operand(image), Operand(weight)], linear: [[0], [1]])
            },
            PrimitiveCase("ConvolutionInputGradient") { dice in
                let (geometry, image, weight, output) = convolution(&dice)
                return Sample(
                    primitive: ConvolutionInputGradient(
                        geometry: geometry, size: [image[2], image[3]]),
                    operands: [Operand(output), Operand(weight)], linear: [[0], [1]])
            },
            PrimitiveCase("ConvolutionWeightGradient") { dice in
                let (geometry, image, weight, output) = convolution(&dice)
                return Sample(
                    primitive: ConvolutionWeightGradient(
                        geometry: geometry, kernel: [weight[2], weight[3]]),
                    operands: [Operand(image), Operand(output)], linear: [[0], [1]])
            },
        ]

    /// A geometry that differs between the axes, with shapes of images, weights and outputs.
    private static func convolution(
        _ dice: inout Dice
    ) -> (geometry: ConvolutionGeometry, image: Shape, weight: Shape, output: Shape) {
        var geometry = ConvolutionGeometry(groups: dice.integer(1...2))
        func pair(_ range: ClosedRange<Int>) -> [Int] {
            [dice.integer(range), dice.integer(range)]
        }
        (geometry.stride, geometry.padding, geometry.dilation) = (
            pair(1...3), pair(0...2), pair(1...2)
        )
        let kernel = pair(1...3)
        let (channels, filters) = (dice.integer(1...2), dice.integer(1...2))
        // Just large enough for the kernel, or some pixels larger.
        let size = (0..<2).map { (axis: Int) -> Int in
            let reach = geometry.dilation[axis] * (kernel[axis] - 1) + 1
            return max(1, reach - 2 * geometry.padding[axis]) + dice.integer(0...3)
        }
        let image: Shape = [
            dice.integer(1...2), channels * geometry.groups, size[0], size[1],
        ]
        let weight: Shape = [filters * geometry.groups, channels, kernel[0], kernel[1]]
        let output: Shape = [
            image[0], weight[0],
            geometry.outputExtent(size[0], kernel: kernel[0], axis: 0) ?? 0,
            geometry.outputExtent(size[1], kernel: kernel[1], axis: 1) ?? 0,
        ]
        return (geometry, image, weight, output)
    }

    static let pooling: [PrimitiveCase] = [
        PrimitiveCase("AveragePooling") { dice in
            let (window, image, _) = windows(&dice)
            return Sample(
                primitive: AveragePooling(window: window), operands: [Operand(image)],
                linear: [[0]])
        },
        PrimitiveCase("AverageUnpooling") { dice in
            let (window, image, output) = windows(&dice)
            return Sample(
                primitive: AverageUnpooling(window: window, size: [image[2], image[3]]),
                operands: [Operand(output)], linear: [[0]])
        },
        PrimitiveCase("MaximumLocation") { dice in
            let (window, image, _) = windows(&dice)
            return Sample(
                primitive: MaximumLocation(window: window),
                operands: [Operand(image, .distinct(offset: 0))])
        },
        PrimitiveCase("PixelGather") { dice in
            let (_, image, output) = windows(&dice)
            let pixels = (0..<output.count).map { _ in
                Double(dice.integer(0...(image[2] * image[3] - 1)))
            }
            return Sample(
                primitive: PixelGather(),
                operands: [Operand(image), Operand(output, .held(pixels))], linear: [[0]])
        },
        PrimitiveCase("PixelScatter") { dice in
            let (_, image, output) = windows(&dice)
            let pixels = (0..<output.count).map { _ in
                Double(dice.integer(0...(image[2] * image[3] - 1)))
            }
            return Sample(
                primitive: PixelScatter(size: [image[2], image[3]]),
                operands: [Operand(output), Operand(output, .held(pixels))], linear: [[0]])
        },
    ]

    /// A window that differs between the axes, with shapes of images and outputs.
    private static func windows(
        _ dice: inout Dice
    ) -> (window: PoolingWindow, image: Shape, output: Shape) {
        var window = PoolingWindow(1, countsPadding: dice.integer(0...1) == 1)
        window.kernel = [dice.integer(1...3), dice.integer(1...3)]
        window.stride = [dice.integer(1...3), dice.integer(1...3)]
        window.padding = window.kernel.map { dice.integer(0...($0 / 2)) }
        let size = window.kernel.map { $0 + dice.integer(0...3) }
        let image: Shape = [dice.integer(1...2), dice.integer(1...2), size[0], size[1]]
        let output = (0..<2).map { (axis: Int) -> Int in
            let room = size[axis] + 2 * window.padding[axis] - window.kernel[axis]
            return room / window.stride[axis] + 1
        }
        return (window, image, [image[0], image[1], output[0], output[1]])
    }

    static let rows: [PrimitiveCase] = [
        rowCase("Softmax", 1, []) { _, _ in Softmax() },
        rowCase("LogSoftmax", 1, []) { _, _ in LogSoftmax() },
        rowCase("SoftmaxJacobian", 2, [[1]]) { _, _ in SoftmaxJacobian() },
        rowCase("SoftmaxJacobianTangent", 4, [[1, 3]]) { _, _ in SoftmaxJacobianTangent() },
        rowCase("Standardization", 1, []) {
            Standardization(axes: groupAxes($0, &$1), epsilon: 0.3)
        },
        rowCase("StandardizationJacobian", 2, [[1]]) {
            StandardizationJacobian(axes: groupAxes($0, &$1), epsilon: 0.3)
        },
        rowCase("StandardizationHessian", 3, [[1], [2]]) {
            StandardizationHessian(axes: groupAxes($0, &$1), epsilon: 0.3)
        },
    ]

    private static func rowCase(
        _ name: String, _ operands: Int, _ linear: [[Int]],
        _ primitive: @escaping @Sendable (Shape, inout Dice) -> any Primitive
    ) -> PrimitiveCase {
        PrimitiveCase(name) { dice in
            let shape = dice.shape(rank: 1...3, extent: 1...5)
            return Sample(
                primitive: primitive(shape, &dice),
                operands: (0..<operands).map { _ in Operand(shape) }, linear: linear)
        }
    }

    static let tables: [PrimitiveCase] = [
        PrimitiveCase("Gather") { dice in
            let shape = dice.shape(rank: 1...3)
            let axis = dice.integer(0...(shape.rank - 1))
            let indices = (0..<dice.integer(1...6)).map { _ in dice.integer(0...(shape[axis] - 1)) }
            return Sample(
                primitive: Gather(axis: axis, indices: indices), operands: [Operand(shape)],
                linear: [[0]])
        },
        PrimitiveCase("ScatterAdd") { dice in
            let shape = dice.shape(rank: 1...3)
            let axis = dice.integer(0...(shape.rank - 1))
            let extent = dice.integer(1...5)
            let indices = (0..<shape[axis]).map { _ in dice.integer(0...(extent - 1)) }
            return Sample(
                primitive: ScatterAdd(axis: axis, indices: indices, extent: extent),
                operands: [Operand(shape)], linear: [[0]])
        },
        PrimitiveCase("RandomMask") { dice in
            let examples = (0..<dice.integer(1...4)).map { _ in dice.integer(0...1 << 30) }
            return Sample(
                primitive: RandomMask(
                    stream: RandomStream(seed: 3, name: "mask"), keepProbability: 0.6,
                    tail: dice.shape(rank: 0...2).dimensions),
                operands: [
                    Operand(
                        [examples.count, 2],
                        .held(examples.flatMap { ExampleNumber.halves($0..<$0 + 1) }))
                ])
        },
    ]
}
