import Autodiff
import Execution
import Golden
import Testing

@testable import Networks

/// One attention layer of the reference numbers, and the layer here that computes the same.
struct AttentionCase: CustomTestStringConvertible, Sendable {
    /// The original's class, with what sets the case apart.
    let name: String
    /// Declares the layer; the input of the original is cut into tokens or axes as it needs.
    let layer: @Sendable (_ input: Tensor, _ scope: Scope) throws -> Tensor

    var testDescription: String { name }

    static let all = [
        AttentionCase(name: "models.attentions.Attention1d") { x, scope in
            try scope.attention(multiHead(.einops))(x)
        },
        AttentionCase(name: "models.attentions.Attention2d") { x, scope in
            try scope.attention(multiHead(.convolutional))(x.tokens())
        },
        AttentionCase(name: "models.convit.ConvAttention2d") { x, scope in
            var network = ConvolutionalTransformer(signature)
            (network.width, network.heads, network.headFeatures) = (6, 2, 3)
            let map = PatchMap(height: x.shape[2], width: x.shape[3])
            return try network.attention(map, scope)(x.tokens())
        },
        alterNet("LocalAttention", features: 6, window: 2),
        alterNet("LocalAttention_w3", features: 4, window: 3),
        swin("WindowAttention", features: 6, window: 2, isShifted: false),
        swin("WindowAttention_shifted", features: 6, window: 2),
        swin("WindowAttention_shifted_w4", features: 4, window: 4),
        swin("WindowAttention_shifted_rect", features: 4, window: 2),
        swin("WindowAttention_shifted_onewindow", features: 4, window: 4),
        swin("WindowAttention_shifted_w3", features: 4, window: 3),
    ]

    private static let signature = NetworkSignature(
        name: "layer", imageShape: [3, 8, 8], classes: 2)

    private static func multiHead(
        _ layout: AttentionConfiguration.Layout
    ) -> AttentionConfiguration {
        var configuration = AttentionConfiguration(
            features: 6, heads: 2, headFeatures: 3, outputs: 5)
        configuration.layout = layout
        return configuration
    }

    private static func alterNet(_ name: String, features: Int, window: Int) -> AttentionCase {
        AttentionCase(name: "models.alternet.\(name)") { x, scope in
            var network = AlterNet(signature)
            (network.heads, network.headFeatures, network.window) = ([2], features / 2, window)
            return try network.localAttention(x, 0, features, features, scope)(x)
        }
    }

    private static func swin(
        _ name: String, features: Int, window: Int, isShifted: Bool = true
    ) -> AttentionCase {
        AttentionCase(name: "models.swin.\(name)") { x, scope in
            var network = ParkSwin(signature)
            (network.widths, network.heads, network.headFeatures) = ([features], [2], features / 2)
            let layout = WindowLayout(
                height: x.shape[2], width: x.shape[3], window: window,
                shift: isShifted ? window / 2 : 0)
            return try network.attention(0, layout, scope)(x.permuted([0, 2, 3, 1]))
        }
    }
}

/// What can be observed of attention.
@Suite struct AttentionTests {
    private static func references() throws -> [[String: Any]] {
        try Golden.json("layers.json").objects("layers").filter { $0["attn_shape"] != nil }
    }

    @Test(arguments: AttentionCase.all)
    func weightsEqualOriginal(_ layer: AttentionCase) throws {
        let reference = try #require(
            Self.references().first { $0["name"] as? String == layer.name })
        let builder = GraphBuilder()
        let shape = Shape(try reference.numbers("input_shape").map { Int($0) })
        let x = builder.input("x", shape, role: .examples)
        let tracing = Tracing(builder: builder, batch: shape[0], options: TraceOptions())
        let scope = Scope(tracing: tracing, prefix: "")
        _ = try scope.unit("layer", .attention) { try layer.layer(x, scope) }
        let weights = try #require(tracing.attention["layer"])
        #expect(tracing.units.first?.attentionShape == weights.shape.dimensions)
        let windows = weights.shape.rank == 5 ? weights.shape[1] : 1
        #expect(weights.shape[0] == shape[0])
        #expect(
            [weights.shape[0] * windows] + weights.shape.dimensions.suffix(3)
                == (try reference.numbers("attn_shape").map { Int($0) }))
        var inputs = ["x": HashFill.symmetric("x", count: shape.count)]
        for entry in tracing.state {
            inputs[entry.name] = Evaluator.value(entry)
        }
        let values = try ReferenceMachine(precision: .double).evaluate(
            builder.graph(outputs: [("weights", weights, .concatenate)]), inputs)["weights"] ?? []
        let expected = try reference.numbers("attn_first16")
        #expect(values.count == weights.shape.count && expected.count == 16)
        for (ours, theirs) in zip(values, expected) {
            #expect(abs(ours - theirs) <= 1e-12 * abs(theirs))
        }
    }

    /// Keys and values from a larger kernel than 1 x 1 are in no network of the originals.
    @Test func allLayersOfTheOriginalsButOneAreTested() throws {
        let names = try Self.references().compactMap { $0["name"] as? String }
        #expect(
            Set(names)
                == Set(AttentionCase.all.map(\.name) + ["models.attentions.Attention2d_k2"]))
    }

    @Test func everyUnitOfAttentionHasWeights() throws {
        for name in ModelRegistry.definitions.map(\.name) {
            let trace = try ModelRegistry.network(name).trace(in: GraphBuilder(), batch: 2)
            for unit in trace.units {
                #expect(
                    trace.attention[unit.name]?.shape.dimensions == unit.attentionShape,
                    "\(name) \(unit.name)")
                #expect(
                    (unit.attentionShape != nil) == (unit.kind == .attention),
                    "\(name) \(unit.name)")
            }
            #expect(trace.attention.count == trace.units.count { $0.attentionShape != nil })
        }
    }

    @Test(arguments: [
        ("vit,size=8,patch=2,width=12,depth=2,heads=2", [2, 2, 17, 17]),
        ("swin_tiny,size=16,patch=2,window=4,width=12,depth=2-2,heads=2-2", [2, 4, 2, 16, 16]),
        ("alternet18,head_width=8,size=32", [2, 16, 6, 16, 16]),
    ])
    func rowsSumToOne(_ text: String, _ shape: [Int]) throws {
        let network = try ModelRegistry.network(text)
        let evaluator = Evaluator(machine: ReferenceMachine(precision: .double))
        let builder = GraphBuilder()
        let trace = try network.trace(in: builder, batch: 2)
        let unit = try #require(trace.units.first { $0.attentionShape != nil })
        #expect(unit.attentionShape == shape)
        let weights = try #require(trace.attention[unit.name])
        let values = try evaluator.machine.evaluate(
            builder.graph(outputs: [("sums", weights.sum(over: [shape.count - 1]), .concatenate)]),
            evaluator.inputs(trace, batch: 2))["sums"] ?? []
        #expect(values.count == shape.dropLast().reduce(1, *))
        for value in values { #expect(abs(value - 1) < 1e-13) }
    }

    @Test func aUnitHasOneAttention() throws {
        let builder = GraphBuilder()
        let tracing = Tracing(builder: builder, batch: 1, options: TraceOptions())
        let scope = Scope(tracing: tracing, prefix: "blocks.0")
        let weights = builder.input("a", [1, 1, 2, 2], role: .examples)
        // Outside of all units nothing is kept.
        try scope.observe(attention: weights)
        let error = #expect(throws: NetworkError.self) {
            try scope.unit("attn", .attention) {
                try scope.observe(attention: weights)
                try scope.observe(attention: weights)
                return weights
            }
        }
        #expect(error?.description.contains("blocks.0") == true)
        #expect(tracing.attention.isEmpty)
    }
}
