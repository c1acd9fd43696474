import Autodiff
import Execution
import Testing

@testable import GraphSamples

/// What is not a number passes through the positive part that convolutions take over.
@Suite("NaN in convolutional networks")
struct NotANumberTests {
    /// A convolution of each way to run, with batch norm and ReLU behind it.
    struct Layer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let image: Shape
        let weight: Shape
        let geometry: ConvolutionGeometry

        init(
            _ description: String, _ channels: (Int, Int), kernel: Int, stride: Int = 1,
            groups: Int = 1, size: [Int] = [12, 10]
        ) {
            testDescription = description
            image = [2, channels.0, size[0], size[1]]
            weight = [channels.1, channels.0 / groups, kernel, kernel]
            geometry = ConvolutionGeometry(stride: stride, padding: kernel / 2, groups: groups)
        }
    }

    static let layers = [
        Layer("tiles", (16, 32), kernel: 3),
        Layer("tiles of odd channels", (20, 12), kernel: 3),
        Layer("pointwise", (32, 16), kernel: 1),
        Layer("pointwise, strided", (32, 64), kernel: 1, stride: 2),
        Layer("strided", (16, 20), kernel: 3, stride: 2),
        Layer("few tiles", (32, 32), kernel: 3, size: [4, 4]),
        Layer("first", (3, 32), kernel: 7, stride: 2),
        Layer("depthwise", (20, 20), kernel: 3, groups: 20),
        Layer("depthwise, large", (32, 32), kernel: 5, stride: 2, groups: 32),
        Layer("groups of four", (16, 16), kernel: 3, groups: 4),
        Layer("groups of a block", (32, 32), kernel: 3, groups: 2),
        Layer("groups of three", (12, 12), kernel: 3, groups: 4),
        Layer("one group to more", (8, 16), kernel: 3, groups: 8),
    ]

    /// relu(conv(x, w) · scale + shift (+ a shortcut)).
    private static func graph(_ layer: Layer, hasShortcut: Bool) throws -> Graph {
        let builder = GraphBuilder()
        let x = builder.input("x", layer.image, role: .examples)
        let w = builder.input("w", layer.weight, role: .parameter)
        let channels: Shape = [layer.weight[0]]
        let scale = builder.input("scale", channels, role: .parameter)
        let shift = builder.input("shift", channels, role: .parameter)
        let sums = try x.convolved(w, layer.geometry)
        func perChannel(_ vector: Tensor) throws -> Tensor {
            try vector.reshaped(to: [layer.weight[0], 1, 1]).broadcast(to: sums.shape)
        }
        var y = try sums * perChannel(scale) + perChannel(shift)
        if hasShortcut { y = try y + x.convolved(w.scaled(by: 0.5), layer.geometry) }
        return builder.graph(outputs: [("y", try y.applying(.relu), .concatenate)])
    }

    @Test(
        "in an image or a filter", arguments: layers,
        [CPUMachine(precision: .single), CPUMachine(precision: .double)])
    func passes(layer: Layer, machine: CPUMachine) throws {
        for (hasShortcut, place) in [(false, "x"), (true, "x"), (false, "w"), (true, "w")] {
            let graph = try Self.graph(layer, hasShortcut: hasShortcut)
            var dice = Dice(seed: 1, name: "not a number")
            var inputs: [String: [Double]] = [:]
            for input in graph.inputs {
                inputs[input.name] = (0..<input.shape.count).map { _ in
                    Double(Float(dice.uniform(-1...1)))
                }
            }
            let count = inputs[place]?.count ?? 0
            inputs[place]?[count / 3] = .nan
            let expected = try #require(try ReferenceMachine().evaluate(graph, inputs)["y"])
            let found = try #require(try machine.evaluate(graph, inputs)["y"])
            let lost = expected.indices.filter { expected[$0].isNaN && !found[$0].isNaN }
            let isHit = expected.contains { $0.isNaN }
            let isAllHit = found.allSatisfy { $0.isNaN }
            #expect(isHit && !isAllHit)
            #expect(lost.isEmpty, "\(place), shortcut \(hasShortcut): \(lost.count) are lost")
        }
    }
}
