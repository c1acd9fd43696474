import Testing

@testable import Autodiff
@testable import Execution
@testable import GraphSamples

/// What the linear program computes again, and that this changes no result.
@Suite struct RecomputationTests {
    @Test(arguments: GroupAgreementTests.networks) func valuesStay(name: String) throws {
        let network = try GroupedNetwork(name, size: 2, total: 2)
        let again = Recomputation(network.graph)
        #expect(again.graph.inputs.map(\.name) == network.graph.inputs.map(\.name))
        #expect(again.graph.outputs.map(\.name) == network.graph.outputs.map(\.name))
        #expect(again.stages.count == again.graph.nodes.count)
        // A stage reads nothing of a later one.
        for (index, node) in again.graph.nodes.enumerated() where again.stages[index] != .linear {
            #expect(node.operands.allSatisfy { again.stages[$0] != .linear })
        }
        let inputs = network.inputs.filter { name, _ in
            network.graph.inputs.contains { $0.name == name }
        }
        let machine = ReferenceMachine()
        let expected = try machine.evaluate(network.graph, inputs)
        let values = try machine.evaluate(again.graph, inputs)
        #expect(differences(values, expected, tolerance: 1e-15).isEmpty)
    }

    @Test func convolutionalNetworksKeepWhatConvolutionsMake() throws {
        let graph = try GroupedNetwork("resnet,depth=14,size=8,width=16", size: 2, total: 2).graph
        let again = Recomputation(graph)
        let before = residuals(graph, Stage.assignments(graph))
        let after = residuals(again.graph, again.stages)
        #expect(Double(elements(after)) < 0.55 * Double(elements(before)))
        // The last mask is all that is left of its sum.
        let functions = after.compactMap { ($0.primitive as? Unary)?.function }
        #expect(!functions.contains(.relu))
        #expect(functions.filter { $0 == .step }.count <= 1)
        #expect(products(again.graph) == products(graph))
    }

    @Test func transformersComputeSoftmaxJacobiansAgain() throws {
        let graph = try GroupedNetwork(
            "vit,size=16,patch=2,width=24,depth=3,heads=2", size: 1, total: 1).graph
        let again = Recomputation(graph)
        let before = residuals(graph, Stage.assignments(graph))
        let after = residuals(again.graph, again.stages)
        #expect(before.contains { $0.primitive is SoftmaxJacobian })
        #expect(!after.contains { $0.primitive is SoftmaxJacobian })
        #expect(Double(elements(after)) < 0.85 * Double(elements(before)))
        #expect(products(again.graph) == products(graph))
    }

    /// If blocks computed those before them again, the graph would grow with the square of depth.
    @Test func eachBlockComputesItsOwn() throws {
        let sizes = [
            ("resnet,size=8,width=16", [14, 20, 26, 32]),
            ("vit,size=8,patch=2,width=12,heads=2", [2, 4, 6, 8]),
        ]
        for (name, depths) in sizes {
            let nodes = try depths.map {
                try Recomputation(
                    GroupedNetwork("\(name),depth=\($0)", size: 1, total: 1).graph
                ).graph.nodes.count
            }
            let growth = zip(nodes.dropFirst(), nodes).map(-)
            #expect(growth[1] == growth[0] && growth[2] == growth[0], "\(name): \(nodes)")
        }
    }

    @Test func withoutALinearProgramNothingChanges() throws {
        let builder = GraphBuilder()
        let x = builder.input("x", [4, 8], role: .examples)
        let graph = try builder.graph(outputs: [("y", x.applying(.gelu).softmax(), .concatenate)])
        let again = Recomputation(graph)
        #expect(again.graph.nodes.count == graph.nodes.count)
        #expect(again.stages == [.examples, .examples, .examples])
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>) func minimumCuts(seed: UInt64) {
        var dice = Dice(seed: seed, name: "minimum cut")
        let inner = dice.integer(1...7)
        let (source, sink) = (inner, inner + 1)
        var edges: [(from: Int, to: Int, capacity: Int)] = []
        var network = MinimumCut(vertices: inner + 2)
        for _ in 0..<dice.integer(2...20) {
            let (from, to) = (dice.integer(0...(inner + 1)), dice.integer(0...(inner + 1)))
            guard from != to else { continue }
            let capacity = dice.integer(0...9) == 0 ? MinimumCut.unbounded : dice.integer(0...12)
            edges.append((from, to, capacity))
            network.connect(from, to, capacity: capacity)
        }
        /// Capped, for several unbounded edges would overflow.
        func cost(_ isWithSource: (Int) -> Bool) -> Int {
            edges.reduce(0) { total, edge in
                isWithSource(edge.from) && !isWithSource(edge.to)
                    ? min(total + edge.capacity, MinimumCut.unbounded) : total
            }
        }
        let least = (0..<1 << inner).map { set in
            cost { $0 == source || $0 < inner && set >> $0 & 1 == 1 }
        }.min() ?? 0
        guard least < MinimumCut.unbounded else { return }
        let side = network.sourceSide(from: source, to: sink)
        #expect(side[source] && !side[sink])
        #expect(cost { side[$0] } == least)
    }

    /// The nodes of the primal program that the linear program reads.
    private func residuals(_ graph: Graph, _ stages: [Stage]) -> [Graph.Node] {
        var isRead = [Bool](repeating: false, count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() where stages[index] == .linear {
            for operand in node.operands where stages[operand] == .examples {
                isRead[operand] = true
            }
        }
        return graph.nodes.indices.filter { isRead[$0] }.map { graph.nodes[$0] }
    }

    /// Reshapes and the like are counted as well, alike before and after.
    private func elements(_ nodes: [Graph.Node]) -> Int {
        nodes.filter { !($0.primitive is Broadcast) }.map(\.shape.count).reduce(0, +)
    }

    private func products(_ graph: Graph) -> Int {
        graph.nodes.filter {
            switch $0.primitive {
            case is MatrixProduct, is Convolution, is ConvolutionInputGradient,
                is ConvolutionWeightGradient: return true
            default: return false
            }
        }.count
    }
}
