import Autodiff
import Execution
import Foundation
import Networks
import Testing

/// What tracing makes of modes, masks, statistics, starting values and old keys.
@Suite struct TraceTests {
    private let evaluator = Evaluator(machine: CPUMachine(precision: .double))

    @Test func batchNormOfTheBatchReportsItsStatistics() throws {
        let network = try ModelRegistry.network("resnet,depth=8,width=4,size=8")
        var options = TraceOptions()
        options.batchNormalization = .batch
        let builder = GraphBuilder()
        let trace = try network.trace(in: builder, batch: 3, options: options)
        #expect(trace.batchStatistics.count == 7)
        let first = try #require(trace.batchStatistics.first)
        #expect(first.prefix == "bn1")
        let weight = try #require(trace.state.first?.tensor)
        let map = try trace.images.convolved(weight, ConvolutionGeometry(padding: 1))
        let values = try evaluator.machine.evaluate(
            builder.graph(outputs: [
                ("map", map, .concatenate), ("mean", first.mean, .sum),
                ("variance", first.variance, .sum), ("logits", trace.logits, .concatenate),
            ]), evaluator.inputs(trace, batch: 3))
        let (pixels, channels) = (64, 4)
        for channel in 0..<channels {
            let samples = (0..<3).flatMap { image -> [Double] in
                let start = (image * channels + channel) * pixels
                return Array((values["map"] ?? [])[start..<start + pixels])
            }
            let mean = samples.reduce(0, +) / Double(samples.count)
            let squares = samples.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
            #expect(agree(values["mean"]?[channel] ?? .nan, mean))
            #expect(agree(values["variance"]?[channel] ?? .nan, squares / 191))
        }
        #expect(values["logits"]?.allSatisfy(\.isFinite) == true)
    }

    @Test func masksBelongToExamples() throws {
        let network = try ModelRegistry.network("resnet18,dropout=0.3,drop_path=0.2,size=8")
        var options = TraceOptions()
        options.mode = .training
        options.maskSeed = 5
        let both = try evaluator.forward(network, batch: 2, options: options).logits
        let again = try evaluator.forward(network, batch: 2, options: options).logits
        #expect(both == again)
        // The first example of a batch of two is the only one of a batch of one.
        let alone = try evaluator.forward(network, batch: 1, options: options).logits
        for (one, two) in zip(alone, both) { #expect(agree(one, two)) }
        options.maskSeed = 6
        #expect(try evaluator.forward(network, batch: 2, options: options).logits != both)
    }

    @Test func monteCarloDropoutActsInEvaluation() throws {
        let dropping = try ModelRegistry.network("resnet18,dropout=0.3,size=8")
        let trace = try dropping.trace(in: GraphBuilder(), batch: 1)
        #expect(trace.exampleNumbers != nil)
        let plain = try ModelRegistry.network("resnet18,drop_path=0.5,size=8")
        #expect(try plain.trace(in: GraphBuilder(), batch: 1).exampleNumbers == nil)
    }

    @Test func ensembleAddsProbabilities() throws {
        let ensemble = try ModelRegistry.network("vit,size=8,width=12,depth=1,heads=2,ensemble=2")
        let builder = GraphBuilder()
        let trace = try ensemble.trace(in: builder, batch: 2)
        #expect(trace.units[0].name == "models.0.patch_embed")
        let members = try ["models.0.head", "models.1.head"].map { name in
            try #require(trace.captures[name]).softmax()
        }
        let values = try evaluator.machine.evaluate(
            builder.graph(outputs: [
                ("logits", trace.logits, .concatenate), ("0", members[0], .concatenate),
                ("1", members[1], .concatenate),
            ]), evaluator.inputs(trace, batch: 2))
        let sums = zip(values["0"] ?? [], values["1"] ?? []).map(+)
        #expect(sums.count == 20)
        let ratios = zip(values["logits"] ?? [], sums).map { $0 - log($1) }
        for ratio in ratios { #expect(abs(ratio) < 1e-12) }
    }

    @Test func lastBlockComputesTheClassTokenAlone() throws {
        let (batch, tokens, width, heads) = (2, 17, 12, 2)
        let network = try ModelRegistry.network("vit,size=8,patch=2,width=12,depth=2,heads=2")
        let builder = GraphBuilder()
        let trace = try network.trace(in: builder, batch: batch)
        let narrowed = try builder.narrowed([trace.logits])[0]
        let whole = builder.graph(outputs: [("logits", trace.logits, .concatenate)])
        let graph = builder.graph(outputs: [("logits", narrowed, .concatenate)])
        // Of the others: one row of each head's two products, one of 1 + 2 * 4 square maps.
        let row = 2 * heads * tokens * (width / heads) + 9 * width * width
        #expect(whole.operations - graph.operations == Double(2 * batch * (tokens - 1) * row))
        let inputs = evaluator.inputs(trace, batch: batch)
        let expected = try evaluator.machine.evaluate(whole, inputs)["logits"] ?? []
        let logits = try evaluator.machine.evaluate(graph, inputs)["logits"] ?? []
        #expect(logits.count == 20)
        for (a, b) in zip(logits, expected) { #expect(agree(a, b, relative: 1e-13)) }
    }

    @Test func startingValuesFollowTheirDistribution() throws {
        let shape: Shape = [20_000]
        func moments(_ initialization: Initialization) -> (mean: Double, deviation: Double) {
            let values = initialization.sample(shape, seed: 1, name: "w")
            let mean = values.reduce(0, +) / 20_000
            let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
            return (mean, (squares / 20_000).squareRoot())
        }
        // Standard errors at 20 000 draws: 0.7 % of the deviation for the mean, 0.5 % for itself.
        for (initialization, deviation) in [
            (Initialization.kaimingNormal(fan: 50), 0.2), (.truncatedNormal(), 0.02),
            (.lecunNormal(fanIn: 25), 0.2), (.fanInUniform(12), 1.0 / 6),
        ] {
            let (mean, measured) = moments(initialization)
            #expect(abs(mean) < 0.04 * deviation)
            #expect(abs(measured / deviation - 1) < 0.03, "\(initialization)")
        }
        let limit = Initialization.truncatedNormal(deviation: 1, limit: 0.5)
        #expect(limit.sample(shape, seed: 2, name: "w").allSatisfy { abs($0) <= 0.5 })
        #expect(Initialization.zeros.sample([3], seed: 0, name: "b") == [0, 0, 0])
    }

    @Test func oldKeysAreRenamed() throws {
        let pit = try ModelRegistry.network("pit_tiny")
        let old = ["transformers.0.pool.conv.weight", "transformers.0.blocks.0.norm1.weight"]
        #expect(pit.renamings(of: old).map(\.new) == ["transformers.1.pool.conv.weight"])
        #expect(pit.renamings(of: ["transformers.1.pool.conv.weight"]).isEmpty)

        let swin = try ModelRegistry.network("swin_tiny")
        let renamings = swin.renamings(of: [
            "head.weight", "layers.0.downsample.norm.bias", "layers.0.blocks.1.attn_mask",
            "layers.0.blocks.0.attn.qkv.weight",
        ])
        #expect(renamings.map(\.new) == ["head.fc.weight", "layers.1.downsample.norm.bias", nil])
        #expect(swin.renamings(of: ["head.fc.weight"]).isEmpty)
    }
}
