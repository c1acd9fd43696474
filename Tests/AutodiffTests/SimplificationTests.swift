import Testing

@testable import Autodiff

/// What a graph under construction shares, simplifies and drops.
@Suite("Graph construction")
struct SimplificationTests {
    /// A tensor that should simplify, and the equal function of the values [1, 2, 3, 4, 5, 6].
    struct Simplification: Sendable, CustomStringConvertible {
        let description: String
        /// The number of nodes that are left, the input included.
        let nodes: Int
        let tensor: @Sendable (Tensor) throws -> Tensor
        let values: [Double]

        init(
            _ description: String, nodes: Int, _ values: [Double],
            _ tensor: @escaping @Sendable (Tensor) throws -> Tensor
        ) {
            self.description = description
            self.nodes = nodes
            self.tensor = tensor
            self.values = values
        }
    }

    private static let same: [Double] = [1, 2, 3, 4, 5, 6]

    private static func fill(_ value: Double, _ x: Tensor) throws -> Tensor {
        try x.builder.fill(value, x.shape)
    }

    /// The columns of a 2 x 3 matrix, each in its place among zeros.
    private static func columns(_ x: Tensor) throws -> [Tensor] {
        try (0..<3).map {
            try x.slice(axis: 1, $0..<$0 + 1).padded(low: [0, $0], high: [0, 2 - $0])
        }
    }

    static let simplifications = [
        Simplification("x · 1", nodes: 1, same) { try $0 * fill(1, $0) },
        Simplification("1 · x", nodes: 1, same) { try fill(1, $0) * $0 },
        Simplification("x + 0", nodes: 1, same) { try $0 + fill(0, $0) },
        Simplification("0 + x", nodes: 1, same) { try fill(0, $0) + $0 },
        Simplification("x − 0", nodes: 1, same) { try $0 - fill(0, $0) },
        Simplification("x / 1", nodes: 1, same) { try $0 / fill(1, $0) },
        Simplification("x · 0", nodes: 2, [0, 0, 0, 0, 0, 0]) { try $0 * fill(0, $0) },
        Simplification("0 − x", nodes: 2, same.map { -$0 }) { try fill(0, $0) - $0 },
        Simplification("x / 4", nodes: 2, same.map { $0 / 4 }) { try $0 / fill(4, $0) },
        Simplification("x − 2", nodes: 2, same.map { $0 - 2 }) { try $0 - fill(2, $0) },
        Simplification("3 (2 x) + 1", nodes: 2, same.map { 6 * $0 + 1 }) {
            try $0.scaled(by: 2).affine(3, 1)
        },
        Simplification("2 (x + 1), kept", nodes: 3, same.map { 2 * $0 + 2 }) {
            try $0.affine(1, 1).scaled(by: 2)
        },
        Simplification("−(−x)", nodes: 1, same) { try -(-$0) },
        Simplification("reshape of reshape", nodes: 2, same) {
            try $0.reshaped(to: [6]).reshaped(to: [3, 2])
        },
        Simplification("reshape and back", nodes: 1, same) {
            try $0.reshaped(to: [6]).reshaped(to: [2, 3])
        },
        Simplification("transpose of transpose", nodes: 1, same) {
            try $0.transposed().transposed()
        },
        Simplification("whole slice", nodes: 1, same) { try $0.slice(axis: 0, 0..<2) },
        Simplification("padding by nothing", nodes: 1, same) {
            try $0.padded(low: [0, 0], high: [0, 0])
        },
        // x, three slices in any order of sums, one concatenation.
        Simplification("slices put back", nodes: 5, same) { x in
            let parts = try columns(x)
            return try parts[2] + parts[1] + parts[0]
        },
        Simplification("slices put elsewhere", nodes: 5, [0, 1, 2, 0, 4, 5]) { x in
            let parts = try (0..<2).map { try x.slice(axis: 1, $0..<$0 + 1) }
            return try parts[0].padded(low: [0, 1], high: [0, 1])
                + parts[1].padded(low: [0, 2], high: [0, 0])
        },
        Simplification("slices on each other, kept", nodes: 6, [3, 0, 0, 9, 0, 0]) { x in
            let parts = try (0..<2).map { try x.slice(axis: 1, $0..<$0 + 1) }
            return try parts[0].padded(low: [0, 0], high: [0, 2])
                + parts[1].padded(low: [0, 0], high: [0, 2])
        },
        Simplification("concatenation of one", nodes: 1, same) {
            try Tensor.concatenation([$0], axis: 0)
        },
        Simplification("sum over no axes", nodes: 1, same) { try $0.sum(over: []) },
        Simplification("broadcast of broadcast", nodes: 2, same + same + same + same) {
            try $0.broadcast(to: [2, 2, 3]).broadcast(to: [2, 2, 2, 3])
        },
        Simplification("sum of a broadcast number", nodes: 2, [12]) {
            try $0.builder.fill(2, []).broadcast(to: $0.shape).sum()
        },
        Simplification("x · a number of one element", nodes: 2, same.map { $0 * 3 }) {
            try $0 * $0.builder.fill(3, [1])
        },
    ]

    @Test("simplifications keep values", arguments: simplifications)
    func values(row: Simplification) throws {
        let builder = GraphBuilder()
        let x = builder.input("x", [2, 3], role: .parameter)
        let graph = try builder.graph(outputs: [("y", row.tensor(x), .sum)])
        #expect(graph.nodes.count == row.nodes)
        #expect(try evaluate(graph, ["x": Self.same])["y"] == row.values)
    }

    @Test("equal calls are one node")
    func sharing() throws {
        let builder = GraphBuilder()
        let x = builder.input("x", [2, 2], role: .parameter)
        let first = try x.applying(.exponential).product(x, transposeOther: true)
        let second = try x.applying(.exponential).product(x, transposeOther: true)
        #expect(first.node == second.node)
        let other = try x.applying(.exponential).product(x)
        #expect(first.node != other.node)
        // input, exponential, two products
        let graph = builder.graph(outputs: [("a", first, .sum), ("b", other, .sum)])
        #expect(graph.nodes.count == 4)
        // Equal tables are one node, different ones are not.
        let table = try builder.constant([1, 2], [2])
        #expect(try builder.constant([1, 2], [2]).node == table.node)
        #expect(try builder.constant([1, 3], [2]).node != table.node)
        #expect(try x.gather([0, 1, 1], axis: 0).node != x.gather([0, 1, 0], axis: 0).node)
        #expect(try x.gather([0, 1, 1], axis: 0).node == x.gather([0, 1, 1], axis: 0).node)
    }

    @Test("inputs of one name and shape stay apart")
    func inputsStayApart() {
        let builder = GraphBuilder()
        let a = builder.input("x", [2], role: .parameter)
        let b = builder.input("x", [2], role: .parameter)
        #expect(a.node != b.node)
    }

    @Test("nodes without use are dropped, inputs are kept in order")
    func deadNodes() throws {
        let builder = GraphBuilder()
        let x = builder.input("x", [2], role: .parameter)
        _ = builder.input("unused", [3], role: .examples)
        _ = try x.applying(.exponential).applying(.logarithm)
        let y = try x.applying(.square)
        let v = builder.input("v", [2], role: .vector)
        let graph = try builder.graph(outputs: [("y", y * v, .concatenate)])
        #expect(graph.nodes.map(\.primitive.description) == [
            "input x", "input unused", "square", "input v", "multiply",
        ])
        #expect(graph.inputs.map(\.name) == ["x", "unused", "v"])
        #expect(graph.inputs.map(\.role) == [.parameter, .examples, .vector])
        #expect(graph.inputs.map(\.node) == [0, 1, 3])
        #expect(graph.outputs.map(\.node) == [4])
        for (index, node) in graph.nodes.enumerated() {
            #expect(node.operands.allSatisfy { $0 < index })
        }
        #expect(graph.dependents { $0.role == .vector } == [false, false, false, true, true])
        #expect(
            graph.dependents { $0.role == .parameter } == [true, false, true, false, true])
    }

    @Test("a gradient shares the forward pass")
    func gradientShares() throws {
        let builder = GraphBuilder()
        let x = builder.input("x", [3], role: .parameter)
        let exponential = try x.applying(.exponential)
        let gradient = try builder.gradient(of: exponential.sum(), withRespectTo: [x])[0]
        #expect(gradient.node == exponential.node)
    }

    @Test("what does not depend on an input has a gradient of zeros")
    func independentInput() throws {
        let builder = GraphBuilder()
        let x = builder.input("x", [2], role: .parameter)
        let other = builder.input("other", [3], role: .parameter)
        let scalar = try x.applying(.square).sum()
        let (gradient, product) = try builder.hessianVectorProduct(
            of: scalar, at: [x, other], vector: [x, other])
        let graph = builder.graph(outputs: [
            ("g", gradient[1], .sum), ("p", product[1], .sum), ("q", product[0], .sum),
        ])
        let result = try evaluate(graph, ["x": [3, 4], "other": [1, 1, 1]])
        #expect(result == ["g": [0, 0, 0], "p": [0, 0, 0], "q": [6, 8]])
    }

    @Test("an empty slice moves nothing")
    func emptySlice() throws {
        let builder = GraphBuilder()
        let x = builder.input("x", [3], role: .parameter)
        let scalar = try x.slice(axis: 0, 1..<1).sum() + x.applying(.square).sum()
        let gradient = try builder.gradient(of: scalar, withRespectTo: [x])[0]
        let graph = builder.graph(outputs: [("g", gradient, .sum)])
        #expect(try evaluate(graph, ["x": [1, 2, 3]])["g"] == [2, 4, 6])
    }

    /// Two equal arguments share the derivative evenly; of equal pixels the first has it all.
    @Test("ties")
    func ties() throws {
        let builder = GraphBuilder()
        let x = builder.input("x", [1, 1, 1, 3], role: .parameter)
        var window = PoolingWindow(1)
        window.kernel = [1, 3]
        let scalars = try [
            x.maximum(builder.fill(2, x.shape)).sum(), x.maximum(),
            x.maximumPooled(window).sum(), x.applying(.relu).sum(), x.applying(.absolute).sum(),
        ]
        let outputs = try scalars.enumerated().map {
            try ("\($0)", builder.gradient(of: $1, withRespectTo: [x])[0], Combination.sum)
        }
        let graph = builder.graph(outputs: outputs)
        #expect(
            try evaluate(graph, ["x": [2, 0, 2]]) == [
                "0": [0.5, 0, 0.5], "1": [0.5, 0, 0.5], "2": [1, 0, 0], "3": [1, 0, 1],
                "4": [1, 0, 1],
            ])
    }
}
