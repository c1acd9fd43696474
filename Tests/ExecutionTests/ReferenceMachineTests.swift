import Execution
import Foundation
import Randomness
import Testing

@testable import Autodiff

/// Numbers computed by hand, and the errors of running a graph.
@Suite("Reference machine")
struct ReferenceMachineTests {
    private func run(
        _ inputs: [(Shape, [Double])], _ function: ([Tensor]) throws -> Tensor
    ) throws -> [Double] {
        let builder = GraphBuilder()
        let x = inputs.enumerated().map { builder.input("x\($0)", $1.0, role: .parameter) }
        let graph = try builder.graph(outputs: [("y", function(x), .sum)])
        let values = Dictionary(
            uniqueKeysWithValues: inputs.enumerated().map { ("x\($0)", $1.1) })
        return try #require(ReferenceMachine().evaluate(graph, values)["y"])
    }

    @Test func convolutionByHand() throws {
        let image = (1...9).map(Double.init)
        let weight = [1.0, 2, 3, 4]
        #expect(
            try run([([1, 1, 3, 3], image), ([1, 1, 2, 2], weight)]) { try $0[0].convolved($0[1]) }
                == [37, 47, 67, 77])
        // Stride 2 and padding 1: the corners of the padded image.
        #expect(
            try run([([1, 1, 3, 3], image), ([1, 1, 2, 2], weight)]) {
                try $0[0].convolved($0[1], ConvolutionGeometry(stride: 2, padding: 1))
            } == [4, 18, 36, 77])
        // Two groups of one channel each.
        #expect(
            try run([([1, 2, 1, 2], [1, 2, 3, 4]), ([2, 1, 1, 1], [10, 100])]) {
                try $0[0].convolved($0[1], ConvolutionGeometry(groups: 2))
            } == [10, 20, 300, 400])
    }

    @Test func poolingByHand() throws {
        let image: [(Shape, [Double])] = [([1, 1, 2, 3], [1, 2, 3, 4, 5, 6])]
        #expect(
            try run(image) { try $0[0].averagePooled(PoolingWindow(2, stride: 1)) } == [3, 4])
        #expect(
            try run(image) {
                try $0[0].averagePooled(PoolingWindow(2, padding: 1, countsPadding: false))
            } == [1, 2.5, 4, 5.5])
        #expect(
            try run(image) { try $0[0].averagePooled(PoolingWindow(2, padding: 1)) }
                == [0.25, 1.25, 1, 2.75])
        #expect(
            try run([([1, 1, 2, 2], [-1, -2, -1, -3])]) {
                try $0[0].builder.apply(
                    MaximumLocation(window: PoolingWindow(2, padding: 1)), $0)
            } == [0, 1, 2, 3])
        // Of equal maxima the first.
        #expect(
            try run([([1, 1, 1, 3], [5, 5, 5])]) {
                var window = PoolingWindow(1)
                window.kernel = [1, 3]
                return try $0[0].builder.apply(MaximumLocation(window: window), $0)
            } == [0])
    }

    @Test func rearrangementsByHand() throws {
        let matrix: [(Shape, [Double])] = [([2, 3], [1, 2, 3, 4, 5, 6])]
        #expect(try run(matrix) { try $0[0].transposed() } == [1, 4, 2, 5, 3, 6])
        #expect(try run(matrix) { try $0[0].slice(axis: 1, 0..<3, step: 2) } == [1, 3, 4, 6])
        #expect(
            try run(matrix) { try $0[0].padded(low: [0, 1], high: [0, 0]) }
                == [0, 1, 2, 3, 0, 4, 5, 6])
        #expect(
            try run(matrix) { try Tensor.concatenation([$0[0], $0[0]], axis: 1) }
                == [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6])
        #expect(try run(matrix) { try $0[0].sum(over: [0]) } == [5, 7, 9])
        #expect(try run(matrix) { try $0[0].maximum(over: [1]) } == [3, 6])
        #expect(try run(matrix) { try $0[0].gather([2, 0], axis: 1) } == [3, 1, 6, 4])
        #expect(try run(matrix) { try $0[0].rolled(by: 1, axis: 1) } == [3, 1, 2, 6, 4, 5])
        #expect(
            try run([([2], [7, 8])]) {
                try $0[0].builder.apply(Broadcast(shape: [2, 2], axes: [0]), $0)
            } == [7, 7, 8, 8])
        #expect(
            try run([([3], [1, 2, 4])]) {
                try $0[0].builder.apply(ScatterAdd(axis: 0, indices: [1, 1, 0], extent: 3), $0)
            } == [4, 3, 0])
    }

    @Test func productByHand() throws {
        let inputs: [(Shape, [Double])] = [([1, 2], [1, 2]), ([2, 2], [3, 4, 5, 6])]
        #expect(try run(inputs) { try $0[0].product($0[1]) } == [13, 16])
        #expect(try run(inputs) { try $0[0].product($0[1], transposeOther: true) } == [11, 17])
        #expect(
            try run(inputs) { try $0[0].product($0[0], transposeSelf: true) } == [1, 2, 2, 4])
    }

    /// Values from tables of the functions, to the digits printed there.
    @Test(arguments: [
        (UnaryFunction.errorFunction, 0.5, 0.5204998778), (.gelu, 1, 0.8413447461),
        (.gelu, -10, -7.619853024e-23), (.geluDerivative, 0, 0.5),
        (.geluSecondDerivative, 0, 0.7978845608), (.logistic, -800, 0), (.logistic, 2, 0.8807970780),
        (.hyperbolicTangent, 1, 0.7615941560), (.sign, -3, -1), (.sign, 0, 0), (.step, 0, 0),
        (.relu, -1, 0),
    ])
    func functions(function: UnaryFunction, argument: Double, value: Double) throws {
        let result = try run([([], [argument])]) { try $0[0].applying(function) }
        #expect(abs(result[0] - value) <= 1e-9 * abs(value) + 1e-300)
    }

    @Test func rowsByHand() throws {
        #expect(try run([([2], [1000, 1000])]) { try $0[0].softmax() } == [0.5, 0.5])
        #expect(try run([([2], [0, -1e4])]) { try $0[0].logSoftmax() } == [0, -1e4])
        #expect(
            try run([([2, 2], [1, 3, 5, 5])]) { try $0[0].standardized(over: [1], epsilon: 3) }
                == [-0.5, 0.5, 0, 0])
    }

    @Test("a NaN is not lost", arguments: [UnaryFunction.relu, .absolute, .sign, .gelu])
    func notANumber(function: UnaryFunction) throws {
        #expect(try run([([], [.nan])]) { try $0[0].applying(function) }[0].isNaN)
        for values in [[.nan, 1], [1, .nan]] as [[Double]] {
            #expect(try run([([2], values)]) { try $0[0].maximum() }[0].isNaN)
            let pooled = try run([([1, 1, 1, 2], values)]) {
                var window = PoolingWindow(1)
                window.kernel = [1, 2]
                return try $0[0].maximumPooled(window)
            }
            #expect(pooled[0].isNaN)
        }
    }

    @Test("masks follow example numbers, not places")
    func masks() throws {
        let stream = RandomStream(seed: 2, name: "mask")
        func mask(_ examples: [Int]) throws -> [Double] {
            let halves = examples.flatMap { ExampleNumber.halves($0..<$0 + 1) }
            return try run([([examples.count, 2], halves)]) {
                try $0[0].randomMask(stream, keepProbability: 0.5, tail: [3, 4])
            }
        }
        let (seventh, third) = try (mask([7]), mask([3]))
        #expect(try mask([7, 3]) == seventh + third)
        let many = try mask(Array(0..<1000))
        let mean = many.reduce(0, +) / 12000
        // Four standard deviations of the mean of 12,000 fair coins.
        #expect(abs(mean - 0.5) < 0.0183)
    }

    @Test("inputs that do not fit are named")
    func inputErrors() throws {
        let builder = GraphBuilder()
        let x = builder.input("weight", [2, 3], role: .parameter)
        let graph = builder.graph(outputs: [("y", x, .sum)])
        func message(_ inputs: [String: [Double]]) -> String? {
            #expect(throws: ExecutionError.self) {
                try ReferenceMachine().evaluate(graph, inputs)
            }?.description
        }
        #expect(message([:]) == "input weight [2, 3] is missing: give 6 numbers")
        #expect(
            message(["weight": [1, 2]]) == "input weight [2, 3] needs 6 numbers and got 2")
        #expect(
            message(["weight": [1, 2, 3, 4, 5, 6], "bias": []])
                == "there is no input bias: the graph declares weight")
    }

    @Test("an unknown primitive is named")
    func unknownPrimitive() throws {
        struct Mystery: Primitive {
            var description: String { "mystery" }
            func outputShape(_ operands: [Shape]) -> Shape { operands[0] }
            func tangent(_ call: Call, _ tangents: [Tensor?]) -> Tensor? { nil }
        }
        let error = #expect(throws: ExecutionError.self) {
            try run([([2], [1, 2])]) { try $0[0].builder.apply(Mystery(), $0) }
        }
        #expect(
            error?.description == "no machine can compute mystery (Mystery):"
                + " let it conform to ReferenceEvaluable")
    }
}
