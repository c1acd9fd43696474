import Autodiff
import Execution
import Golden
import Networks
import Testing

@testable import Representations

/// The feature maps and the models that the notebooks of the first paper were run on.
enum Notebook {
    static let machines: [any Machine] = [CPUMachine(precision: .double), ReferenceMachine()]

    /// One case of feature maps: the reference, and what a reduction makes of the maps, a row for
    /// each example.
    static func maps(
        _ reduction: some FeatureReduction,
        _ body: (_ name: String, _ reference: [String: Any], _ rows: [[Double]]) throws -> Void
    ) throws {
        let cases = try Golden.json("fourier.json").objects("features")
        #expect(cases.count >= 14)
        for reference in cases {
            guard let extents = reference["shape"] as? [Int] else { throw MissingKey("shape") }
            let name = extents.map(String.init).joined(separator: "x")
            let count = extents.reduce(1, *)
            let values = try reference["input_values"] == nil
                ? HashFill.symmetric("fourier:" + name, count: count)
                : reference.numbers("input_values")
            // Three axes are tokens of a square map.
            let side = (1...).first { $0 * $0 >= extents[1] } ?? 0
            let layout = extents.count == 3
                ? FeatureLayout.tokens(height: side, width: side) : .channelsFirst
            for machine in machines {
                let builder = GraphBuilder()
                let map = try builder.input("map", Shape(extents), role: .examples)
                    .featureMap(layout)
                let graph = builder.graph(outputs: [
                    ("rows", try reduction.reduced(map), .concatenate)
                ])
                let found = try #require(machine.evaluate(graph, ["map": values])["rows"])
                try body(name, reference, found.rows(extents[0]))
            }
        }
    }

    /// Each model: its reference, and what a reduction makes of its blocks.
    static func models(
        _ reduction: some FeatureReduction,
        _ body: (_ name: String, _ reference: [String: Any], _ blocks: [[[Double]]]) throws -> Void
    ) throws {
        let models = try Golden.json("fourier.json").objects("models")
        #expect(models.count == 5)
        for reference in models {
            guard let name = reference["model"] as? String, let batch = reference["batch"] as? Int
            else { throw MissingKey("model") }
            let builder = GraphBuilder()
            let trace = try Self.network(name).trace(in: builder, batch: batch)
            // The notebook passes over smoothing blocks.
            let units = trace.units.filter { $0.featureMap != nil && $0.kind != .smoothing }
            var outputs: [(name: String, tensor: Tensor, combination: Combination)] = []
            for unit in units {
                let map = try #require(trace.captures[unit.name]).featureMap(unit.layout)
                outputs.append((unit.name, try reduction.reduced(map), .concatenate))
            }
            let found = try CPUMachine(precision: .double)
                .evaluate(builder.graph(outputs: outputs), trace.hashInputs())
            try body(
                name, reference, units.map { try #require(found[$0.name]).rows(batch) })
        }
    }

    static func network(_ name: String) throws -> any Network {
        func signature(_ size: Int) -> NetworkSignature {
            NetworkSignature(name: name, imageShape: [3, size, size], classes: 10)
        }
        func residual(isPreactivation: Bool) -> any Network {
            var network = ResidualNetwork(signature(16))
            network.blocks = [2, 1, 1, 1]
            network.isPreactivation = isPreactivation
            network.head = isPreactivation ? .bngap : .gap
            return network
        }
        switch name {
        case "timm_vit_small", "timm_vit_small_qkvbias":
            var network = VisionTransformer(signature(8))
            (network.patch, network.width, network.depth, network.heads) = (2, 24, 2, 3)
            network.qkvBias = name.hasSuffix("qkvbias")
            return network
        case "resnet_small_basic": return residual(isPreactivation: false)
        case "preresnet_small_basic": return residual(isPreactivation: true)
        case "alternet_small_basic":
            var network = AlterNet(signature(16))
            (network.blocks, network.attentionBlocks) = ([2, 2, 2, 2], [1, 1, 1, 1])
            (network.heads, network.headFeatures, network.window) = ([1, 2, 2, 3], 8, 2)
            network.isBottleneck = false
            network.isPreactivation = true
            network.hasLargeStem = false
            network.head = .bngap
            return network
        default: throw MissingKey(name)
        }
    }
}

extension NetworkTrace {
    /// Images, weights and buffers that are functions of their names.
    func hashInputs() -> [String: [Double]] {
        var inputs = ["images": HashFill.symmetric("input", count: images.shape.count)]
        for entry in state where entry.tensor != nil {
            inputs[entry.name] = HashFill.tensor(
                entry.name, shape: entry.shape.dimensions, trainable: entry.kind.isTrainable)
        }
        return inputs
    }
}

extension [Double] {
    /// The list cut into `count` rows.
    func rows(_ count: Int) -> [[Double]] {
        let width = self.count / count
        return (0..<count).map { Array(self[$0 * width..<($0 + 1) * width]) }
    }
}

extension [[Double]] {
    /// The mean of each column.
    var columnMeans: [Double] {
        (self.first ?? []).indices.map { column in
            reduce(0) { $0 + $1[column] } / Double(count)
        }
    }
}
