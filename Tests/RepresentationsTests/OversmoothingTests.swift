import Autodiff
import Execution
import Foundation
import Golden
import Networks
import Testing
import Training

@testable import Representations

/// The measures of Wang et al. 2022, on networks of their repository and by hand.
@Suite("Oversmoothing") struct OversmoothingTests {
    private static func network(_ name: String) throws -> any Network {
        func signature(_ size: Int) -> NetworkSignature {
            NetworkSignature(name: name, imageShape: [3, size, size], classes: 10)
        }
        if name == "timm_vit_small" { return try Notebook.network(name) }
        let scaling: AntiOversmoothing = name.hasPrefix("attnscale")
            ? .attnScale
            : name.hasPrefix("featscale_deit")
                ? .featScaleDoubled : name.hasPrefix("featscale") ? .featScale : .none
        if name.hasSuffix("cait_small") {
            var network = CaiT(signature(16))
            (network.patch, network.width, network.depth, network.heads) = (4, 32, 3, 4)
            (network.expansion, network.classExpansion, network.classDepth) = (2, 2, 2)
            network.antiOversmoothing = scaling
            return network
        }
        var network = VisionTransformer(signature(16))
        (network.patch, network.width, network.depth, network.heads) = (4, 32, 3, 4)
        network.expansion = 2
        network.antiOversmoothing = scaling
        return network
    }

    private struct Measured {
        let question: OversmoothingQuestion
        /// By output, a row for each example.
        let rows: [String: [[Double]]]
        let trace: NetworkTrace
    }

    /// Asks a network with weights of hashes, on as many images.
    private static func measure(
        _ network: any Network, batch: Int, keepsClassTokens: Bool,
        machine: any Machine = CPUMachine(precision: .double)
    ) throws -> Measured {
        let trace = try network.trace(in: GraphBuilder(), batch: batch)
        let question = OversmoothingQuestion(
            trace.units, mapped: Set(trace.attentionMappings.keys),
            keepsClassTokens: keepsClassTokens)
        var outputs: [(name: String, tensor: Tensor, combination: Combination)] = []
        for (name, tensor) in zip(question.outputNames, try question.tensors(trace)) {
            outputs.append((name, tensor, .concatenate))
        }
        for (name, mapping) in trace.attentionMappings {
            outputs.append(
                ("output of \(name)", try TokenMeasure.all(of: mapping.output), .concatenate))
        }
        let found = try machine.evaluate(
            trace.builder.graph(outputs: outputs), trace.hashInputs())
        return Measured(
            question: question, rows: found.mapValues { $0.rows(batch) }, trace: trace)
    }

    /// Checks the numbers of one layer, each a list with one for each example.
    private func check(
        _ rows: [[Double]], _ expected: [String: Any], _ place: String
    ) throws {
        func column(_ measure: TokenMeasure) -> [Double] { rows.map { $0[measure.rawValue] } }
        let (high, low) = (column(.highNorm), column(.lowNorm))
        let found: [(String, [Double])] = [
            ("hc_norm", high), ("dc_norm", low), ("hc_over_dc", column(.ratio)),
            ("hc_over_x", zip(high, low).map { $0 / ($0 * $0 + $1 * $1).squareRoot() }),
            ("cosine_mean_offdiag", column(.cosine)),
            ("abs_cosine_mean_offdiag", column(.absoluteCosine)),
            (
                "hc_over_dc_batch_mean",
                [column(.ratio).reduce(0, +) / Double(rows.count)]
            ),
        ]
        #expect(Set(found.map(\.0)) == Set(expected.keys), "\(place)")
        for (name, values) in found {
            let reference = name == "hc_over_dc_batch_mean"
                ? [try expected.number(name)] : try expected.numbers(name)
            #expect(values.count == reference.count)
            for (ours, theirs) in zip(values, reference) {
                #expect(abs(ours - theirs) <= 1e-9 * max(abs(theirs), 1), "\(place) \(name)")
            }
        }
    }

    @Test("Layers of the repository's networks", arguments: [
        "vao_deit_small", "attnscale_deit_small", "featscale_deit_small", "cait_small",
        "attnscale_cait_small", "featscale_cait_small", "timm_vit_small",
    ])
    func originals(_ name: String) throws {
        let reference = try #require(
            try Golden.json("oversmoothing.json").objects("models").first {
                $0["model"] as? String == name
            })
        let batch = Int(try reference.number("batch"))
        let network = try Self.network(name)
        for (key, keepsClassTokens) in [("all_tokens", true), ("patch_tokens_only", false)] {
            guard reference[key] != nil else { continue }
            let layers = try reference.objects(key)
            let measured = try Self.measure(
                network, batch: batch, keepsClassTokens: keepsClassTokens)
            // What enters the first block, then what leaves each.
            let units = measured.question.units
                .filter { $0 == "patch_embed" || $0.hasSuffix(".mlp") }.prefix(layers.count)
            #expect(units.count == layers.count)
            for (unit, expected) in zip(units, layers) {
                let rows = try #require(measured.rows["tokens of \(unit)"])
                try check(rows, expected, "\(name) \(key) \(unit)")
                // The rest follows.
                let count = Double(network.imageShape[1] * network.imageShape[2])
                    / (name == "timm_vit_small" ? 4 : 16)
                let tokens = count
                    + (keepsClassTokens && !name.contains("cait") ? 1 : 0)
                for row in rows {
                    let all = (row[TokenMeasure.absoluteCosine.rawValue] * (tokens - 1) + 1) / tokens
                    #expect(abs(row[TokenMeasure.paperCosine.rawValue] - all) < 1e-12)
                }
            }
            guard keepsClassTokens else { continue }
            let outputs = try reference.objects("attn_outputs_all_tokens")
            for (index, expected) in outputs.enumerated() {
                try check(
                    try #require(measured.rows["output of blocks.\(index).attn"]), expected,
                    "\(name) attention \(index)")
            }
        }
    }

    @Test("An attention matrix passes less and less of what differs")
    func lowPass() throws {
        let golden = try Golden.json("oversmoothing.json").object("lowpass_iterates")
        let expected = try golden.numbers("hc_over_dc")
        for machine in Notebook.machines {
            let builder = GraphBuilder()
            let scores = builder.input("A", [1, 9, 9], role: .examples)
            var x = builder.input("x", [1, 9, 16], role: .examples)
            let weights = try scores.scaled(by: 2).softmax()
            var outputs: [(name: String, tensor: Tensor, combination: Combination)] = []
            for step in expected.indices {
                outputs.append(("\(step)", try TokenMeasure.all(of: x), .concatenate))
                x = try weights.product(x)
            }
            let found = try machine.evaluate(
                builder.graph(outputs: outputs),
                [
                    "A": HashFill.symmetric("A", count: 81),
                    "x": HashFill.symmetric("lp", count: 144),
                ])
            for (step, expected) in expected.enumerated() {
                let row = try #require(found["\(step)"])
                #expect(deviation(row[TokenMeasure.ratio.rawValue], expected) < 1e-9)
            }
        }
    }

    @Test("The mean of tokens and the rest have the norms of the original")
    func decomposition() throws {
        let golden = try Golden.json("oversmoothing.json").object("freq_decompose")
        let builder = GraphBuilder()
        let x = builder.input("x", [2, 9, 16], role: .examples)
        let graph = builder.graph(outputs: [
            ("measures", try TokenMeasure.all(of: x), .concatenate)
        ])
        let found = try #require(
            ReferenceMachine(precision: .double).evaluate(
                graph, ["x": HashFill.symmetric("x", count: 288)])["measures"]).rows(2)
        func norm(_ measure: TokenMeasure) -> Double {
            found.reduce(0) { $0 + $1[measure.rawValue] * $1[measure.rawValue] }.squareRoot()
        }
        #expect(deviation(norm(.highNorm), try golden.number("x_h_norm")) < 1e-9)
        // The original keeps the mean once and not at each of the nine places.
        #expect(deviation(norm(.lowNorm) / 3, try golden.number("x_d_norm")) < 1e-9)
    }

    @Test("Equal tokens have rank 1 and cosine 1, orthogonal ones full rank and cosine 0")
    func extremes() throws {
        let many = 700
        for machine in Notebook.machines {
            let builder = GraphBuilder()
            let equal = builder.input("equal", [1, many, 2], role: .examples)
            let cross = builder.input("cross", [1, 4, 4], role: .examples)
            let found = try machine.evaluate(
                builder.graph(outputs: [
                    ("equal", try TokenMeasure.all(of: equal), .concatenate),
                    ("cross", try TokenMeasure.all(of: cross), .concatenate),
                ]),
                [
                    "equal": (0..<many).flatMap { _ in [3.0, -4] },
                    "cross": (0..<16).map { $0 % 5 == 0 ? 2 : 0 },
                ])
            let one = try #require(found["equal"]), full = try #require(found["cross"])
            for measure in [TokenMeasure.cosine, .absoluteCosine, .paperCosine, .effectiveRank] {
                #expect(abs(one[measure.rawValue] - 1) < 1e-9)
            }
            #expect(abs(one[TokenMeasure.lowNorm.rawValue] - 5 * Double(many).squareRoot()) < 1e-9)
            #expect(abs(full[TokenMeasure.cosine.rawValue]) < 1e-12)
            #expect(abs(full[TokenMeasure.paperCosine.rawValue] - 0.25) < 1e-12)
            #expect(abs(full[TokenMeasure.effectiveRank.rawValue] - 4) < 1e-12)
        }
    }

    @Test("A token that is zero is like no other")
    func zeroTokens() throws {
        for machine in Notebook.machines {
            let builder = GraphBuilder()
            let x = builder.input("x", [1, 3, 2], role: .examples)
            let row = try #require(
                machine.evaluate(
                    builder.graph(outputs: [("x", try TokenMeasure.all(of: x), .concatenate)]),
                    ["x": [1, 2, 0, 0, 2, 4]])["x"])
            #expect(abs(row[TokenMeasure.cosine.rawValue] - 2.0 / 6) < 1e-12)
            #expect(abs(row[TokenMeasure.absoluteCosine.rawValue] - 2.0 / 6) < 1e-12)
            #expect(abs(row[TokenMeasure.paperCosine.rawValue] - 4.0 / 9) < 1e-12)
        }
    }

    @Test("The spectrum of an attention map is that of its definition", arguments: [5, 6])
    func spectrum(_ n: Int) throws {
        let map = HashFill.unit("map", count: n * n)
        let builder = GraphBuilder()
        let weights = builder.input("map", [1, 1, n, n], role: .examples)
        let found = try #require(
            ReferenceMachine(precision: .double).evaluate(
                builder.graph(outputs: [
                    ("spectrum", try AttentionMeasure.spectrum(weights), .concatenate)
                ]), ["map": map])["spectrum"])
        #expect(found.count == n / 2 + 1)
        // ‖row k of F A Fᵀ‖ by its sums.
        func wave(_ k: Int, _ i: Int) -> (Double, Double) {
            let angle = -2 * Double.pi * Double(k * i) / Double(n)
            return (cos(angle) / Double(n).squareRoot(), sin(angle) / Double(n).squareRoot())
        }
        for k in 0...n / 2 {
            var square = 0.0
            for l in 0..<n {
                var (real, imaginary) = (0.0, 0.0)
                for i in 0..<n {
                    for j in 0..<n {
                        let (a, b) = (wave(k, i), wave(l, j))
                        real += map[i * n + j] * (a.0 * b.0 - a.1 * b.1)
                        imaginary += map[i * n + j] * (a.0 * b.1 + a.1 * b.0)
                    }
                }
                square += real * real + imaginary * imaginary
            }
            #expect(abs(found[k] - square.squareRoot()) < 1e-12)
        }
    }

    @Test("The gain of a head is the largest singular value of its matrices' product")
    func gains() throws {
        // Two heads of two features each, three features of a token: P₁ V₁ is diagonal.
        let value = [2.0, 0, 0, 0, 3, 0, 1, 1, 0, 0, 0, 0]
        let projection = [5.0, 0, 1, 0, 0, 4, 0, 0, 0, 0, 0, 0]
        let gains = try HeadGain.all(
            value: value, projection: projection, heads: 2, features: 3)
        #expect(abs(gains[0] - 12) < 1e-12)
        #expect(abs(gains[1] - 2.0.squareRoot()) < 1e-12)
    }

    @Test("No attention shrinks less than its bounds say", arguments: [
        "vao_deit_small", "attnscale_deit_small", "cait_small", "timm_vit_small",
    ])
    func bounds(_ name: String) throws {
        let network = try Self.network(name)
        let measured = try Self.measure(network, batch: 3, keepsClassTokens: true)
        let layout = WeightLayout(measured.trace)
        var theorems = 0
        for unit in measured.question.attentions {
            let mapping = try #require(measured.trace.attentionMappings[unit])
            let heads = try #require(measured.trace.attention[unit]?.shape[1])
            func weight(_ key: String) throws -> [Double] {
                let tensor = try #require(layout[key])
                return try #require(
                    HashFill.tensor(key, shape: tensor.shape, trainable: true))
            }
            let value = try weight(mapping.valueKey)
            let features = mapping.input.shape[2]
            let gains = try HeadGain.all(
                value: Array(
                    value[mapping.valueRows.lowerBound * features..<mapping.valueRows.upperBound
                        * features]),
                projection: weight(mapping.projectionKey), heads: heads, features: features)
            let decays = try #require(measured.rows["decay in \(unit)"])
            for (decay, row) in zip(decays, try #require(measured.rows["heads of \(unit)"])) {
                let parts = row.rows(heads)
                let frobenius = zip(gains, parts).reduce(0) { $0 + $1.0 * $1.1[0] }
                let theorem = zip(gains, parts).reduce(0) { $0 + $1.0 * ($1.1.last ?? .nan) }
                #expect(0 < decay[0] && decay[0] <= frobenius)
                guard theorem.isFinite else { continue }
                theorems += 1
                #expect(frobenius <= theorem * (1 + 1e-9))
            }
        }
        #expect(name.hasPrefix("cait") || theorems > 0)
    }
}
