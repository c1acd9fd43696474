import Randomness
import Testing

@testable import Autodiff

/// Calls that do not fit: each message names the operation and every operand's shape.
@Suite("Shape errors")
struct ShapeErrorTests {
    struct Misfit: Sendable, CustomStringConvertible {
        let primitive: any Primitive
        let operands: [Shape]

        init(_ primitive: any Primitive, _ operands: Shape...) {
            self.primitive = primitive
            self.operands = operands
        }

        var description: String { "\(primitive.description) of \(operands)" }
    }

    static let misfits: [Misfit] = elementwise + windows + rows

    private static let elementwise: [Misfit] =
        BinaryFunction.allCases.map { Misfit(Binary($0), [2, 3], [3, 2]) } + [
            Misfit(Select(), [2], [2], [3]),
            Misfit(Reshape(shape: [5]), [2, 3]),
            Misfit(Permutation(order: [0, 0]), [2, 3]),
            Misfit(Permutation(order: [0, 1, 2]), [2, 3]),
            Misfit(Broadcast(shape: [4, 3], axes: [0]), [3]),
            Misfit(Broadcast(shape: [4, 3], axes: []), [3]),
            Misfit(Broadcast(shape: [3], axes: [1]), [3]),
            Misfit(Concatenation(axis: 0), [2, 3], [2, 4]),
            Misfit(Concatenation(axis: 0), [2, 3], [2]),
            Misfit(Concatenation(axis: 2), [2, 3]),
            Misfit(Slice(starts: [0], limits: [4], strides: [1]), [3]),
            Misfit(Slice(starts: [2], limits: [1], strides: [1]), [3]),
            Misfit(Slice(starts: [0], limits: [3], strides: [0]), [3]),
            Misfit(Slice(starts: [0], limits: [3], strides: [1, 1]), [3]),
            Misfit(Padding(low: [-1], high: [0], interior: [0]), [3]),
            Misfit(Padding(low: [0, 0], high: [0, 0], interior: [0, 0]), [3]),
            Misfit(Reduction(kind: .sum, axes: [2]), [2, 3]),
            Misfit(Reduction(kind: .sum, axes: [-1]), [2, 3]),
            Misfit(Reduction(kind: .sum, axes: [1, 1]), [2, 3]),
            Misfit(Reduction(kind: .maximum, axes: [0]), [0, 3]),
            Misfit(MatrixProduct(), [2, 3], [4, 5]),
            Misfit(MatrixProduct(transposeA: true), [2, 3], [3, 5]),
            Misfit(MatrixProduct(), [2, 2, 3], [3, 3, 5]),
            Misfit(MatrixProduct(), [3], [3]),
            Misfit(Gather(axis: 1, indices: [3]), [2, 3]),
            Misfit(Gather(axis: 2, indices: [0]), [2, 3]),
            Misfit(ScatterAdd(axis: 0, indices: [0, 5], extent: 4), [2, 3]),
            Misfit(ScatterAdd(axis: 0, indices: [0], extent: 4), [2, 3]),
            Misfit(
                RandomMask(
                    stream: RandomStream(seed: 1, name: "mask"), keepProbability: 0.5, tail: []),
                [2, 3]),
        ]

    private static var strideless: ConvolutionGeometry { ConvolutionGeometry(stride: 0) }

    private static let windows: [Misfit] = [
        Misfit(Convolution(geometry: .init()), [1, 3, 8, 8], [4, 2, 3, 3]),
        Misfit(Convolution(geometry: .init()), [1, 3, 2, 2], [4, 3, 3, 3]),
        Misfit(Convolution(geometry: .init()), [3, 8, 8], [4, 3, 3, 3]),
        Misfit(Convolution(geometry: .init(groups: 2)), [1, 4, 8, 8], [3, 2, 3, 3]),
        Misfit(Convolution(geometry: strideless), [1, 3, 8, 8], [4, 3, 3, 3]),
        Misfit(Convolution(geometry: .init(groups: 0)), [1, 3, 8, 8], [4, 3, 3, 3]),
        Misfit(
            ConvolutionInputGradient(geometry: .init(), size: [8, 8]), [1, 4, 5, 5], [4, 3, 3, 3]),
        Misfit(ConvolutionInputGradient(geometry: .init(), size: [8, 8]), [4, 6, 6], [4, 3, 3, 3]),
        Misfit(
            ConvolutionWeightGradient(geometry: .init(), kernel: [3, 3]),
            [1, 3, 8, 8], [1, 4, 5, 5]),
        Misfit(
            ConvolutionWeightGradient(geometry: .init(groups: 0), kernel: [3, 3]),
            [1, 3, 8, 8], [1, 4, 6, 6]),
        Misfit(AveragePooling(window: PoolingWindow(3)), [1, 2, 2, 2]),
        Misfit(AveragePooling(window: PoolingWindow(2, stride: 0)), [1, 2, 4, 4]),
        Misfit(AveragePooling(window: PoolingWindow(2, padding: 2)), [1, 2, 4, 4]),
        Misfit(AveragePooling(window: PoolingWindow(2)), [2, 4, 4]),
        Misfit(AverageUnpooling(window: PoolingWindow(2), size: [4, 4]), [1, 2, 3, 3]),
        Misfit(AverageUnpooling(window: PoolingWindow(2), size: [4, 4]), [2, 2, 2]),
        Misfit(MaximumLocation(window: PoolingWindow(3)), [1, 2, 2, 2]),
        Misfit(PixelGather(), [1, 2, 4, 4], [1, 3, 2, 2]),
        Misfit(PixelScatter(size: [4, 4]), [1, 2, 2, 2], [1, 2, 3, 3]),
    ]

    private static let rows: [Misfit] = [
        Misfit(Softmax(), []),
        Misfit(Softmax(), [3, 0]),
        Misfit(LogSoftmax(), []),
        Misfit(SoftmaxJacobian(), [2, 3], [3, 2]),
        Misfit(SoftmaxJacobianTangent(), [2, 3], [2, 3], [3, 2], [2, 3]),
        Misfit(Standardization(axes: [2], epsilon: 1), [2, 3]),
        Misfit(Standardization(axes: [0, 0], epsilon: 1), [2, 3]),
        Misfit(Standardization(axes: [], epsilon: 1), [2, 3]),
        Misfit(StandardizationJacobian(axes: [1], epsilon: 1), [2, 3], [2, 4]),
        Misfit(StandardizationHessian(axes: [1], epsilon: 1), [2, 3], [2, 3], [2, 4]),
    ]

    @Test("sizes that no memory holds are refused and never overflow")
    func sizes() throws {
        #expect(Shape([1 << 40, 1 << 40]).count == .max)
        #expect(Shape([.max, .max, .max]).strides[0] == .max)
        #expect(Shape([0, .max, .max]).count == 0)
        let builder = GraphBuilder()
        let input = builder.input("x", [1 << 40, 1 << 40], role: .parameter)
        let column = builder.input("column", [1 << 24, 1], role: .parameter)
        let row = builder.input("row", [1, 1 << 25], role: .parameter)
        for call in [{ try input.applying(.relu) }, { try column.product(row) }] {
            let error = #expect(throws: ShapeError.self) { try call() }
            #expect(error?.description.contains("at most 2^48 elements") == true)
        }
        #expect(try column.product(row.slice(axis: 1, 0..<1 << 24)).shape.count == 1 << 48)
    }

    @Test("primitives name themselves and the shapes", arguments: misfits)
    func primitives(misfit: Misfit) throws {
        let builder = GraphBuilder()
        let inputs = misfit.operands.enumerated().map {
            builder.input("x\($0)", $1, role: .parameter)
        }
        // Uniform operands take the paths of the simplifications.
        let fills = try misfit.operands.map { try builder.fill(1, $0) }
        for operands in [inputs, fills] {
            let error = #expect(throws: ShapeError.self) {
                try builder.apply(misfit.primitive, operands)
            }
            let message = try #require(error).description
            // Transposes of poolings and convolutions name themselves in the same way.
            #expect(message.hasPrefix(misfit.primitive.description), "\(message)")
            #expect(!message.contains("\n"))
        }
    }

    @Test("each misfit names the shapes that were given", arguments: misfits)
    func shapes(misfit: Misfit) throws {
        let error = #expect(throws: ShapeError.self) {
            try misfit.primitive.outputShape(misfit.operands)
        }
        let message = try #require(error).description
        for shape in misfit.operands {
            #expect(message.contains(shape.description), "\(message)")
        }
    }

    @Test("operators name themselves and both shapes")
    func operators() throws {
        let builder = GraphBuilder()
        let a = builder.input("a", [2, 3], role: .parameter)
        let b = builder.input("b", [4, 3], role: .parameter)
        func expect(_ message: String, _ body: () throws -> Tensor) {
            let error = #expect(throws: ShapeError.self) { try body() }
            #expect(error?.description == message)
        }
        expect("add of [2, 3] and [4, 3]: extents 2 and 4 are neither equal nor 1") { try a + b }
        expect("select of [2, 3] and [4, 3]: extents 2 and 4 are neither equal nor 1") {
            try a.select(a, b)
        }
        expect("broadcast of [2, 3] and [3]: the first does not fit the second") {
            try a.broadcast(to: [3])
        }
        expect("linear of [2, 3] and [3, 4]: the last extent of both must be the same") {
            try a.linear(weight: builder.input("w", [3, 4], role: .parameter))
        }
        expect("slice of [2, 3]: there is no axis 2") { try a.slice(axis: 2, 0..<1) }
        expect("rolled of [2, 3]: there is no such axis") { try a.rolled(by: 1, axis: 2) }
        expect("transposed of [3]: at least two axes are needed") {
            try builder.input("row", [3], role: .parameter).transposed()
        }
        expect("constant of [2]: 3 values were given") { try builder.constant([1, 2, 3], [2]) }
        expect("mean of [0, 3]: there are no elements to average") {
            try builder.input("none", [0, 3], role: .parameter).mean()
        }
        expect("gradient of [2, 3]: only a scalar has a gradient") {
            try builder.gradient(of: a, withRespectTo: [a])[0]
        }
        expect("pullback of [2, 3] and [4, 3]: a cotangent has its output's shape") {
            try builder.pullback(of: [a], to: [a], cotangents: [b])[0]
        }
        expect("pushforward of [2, 3] and [4, 3]: a tangent has its input's shape") {
            try builder.pushforward(of: [a], from: [a], along: [b])[0] ?? a
        }
    }
}
