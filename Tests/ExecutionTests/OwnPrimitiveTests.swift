import Testing

@testable import Autodiff
@testable import Execution

/// A primitive that brings its own evaluation runs on every machine at once.
@Suite struct OwnPrimitiveTests {
    /// Cubes of a weight, of a vector, of examples, and their tangents in the linear program.
    private func problem(groups: Int) throws -> SmallProblem {
        try SmallProblem(x: [2, 5], w: [5], groups: groups) { x, w in
            let builder = x.builder
            let weights = try builder.apply(Cube(), [w]).broadcast(to: [2, 5])
            return try builder.apply(Cube(), [x * weights]).scaled(by: 0.1).sum()
        } shared: { w, v in
            try w.builder.apply(Cube(), [v]) + w.builder.apply(CubeTangent(), [w, v])
        }
    }

    private static let machines: [any Machine] = [
        CPUMachine(precision: .double), CPUMachine(precision: .single),
        ReferenceMachine(precision: .single),
    ]

    @Test(arguments: machines, [(1, 1), (1, 2), (3, 2), (4, 2)])
    func everyStageAndNumberOfGroups(
        machine: any Machine, split: (groups: Int, workers: Int)
    ) throws {
        let problem = try problem(groups: split.groups)
        let reference = try ReferenceMachine().program(
            problem.graph, ProgramDemand(groups: split.groups))
        try problem.load(reference)
        let expected = try problem.results(reference)
        #expect(expected["shared"]?.count == 5)
        for budget in [nil, 0] as [Int?] {
            let program = try machine.program(
                problem.graph,
                ProgramDemand(
                    groups: split.groups, workers: split.workers, memoryBudget: budget))
            try problem.load(program)
            let found = differences(
                try problem.results(program), expected,
                tolerance: machine.precision == .double ? 1e-14 : 1e-5)
            #expect(found.isEmpty, "\(found)")
        }
    }

    @Test func isSaidOnceOfEachKind() throws {
        let graph = try problem(groups: 1).graph
        let cubes = graph.nodes.filter { $0.primitive is Cube }
        #expect(cubes.count > 2)
        let notes = try CPUMachine().program(graph, ProgramDemand()).notes
        let expected = ["Cube", "CubeTangent"].map {
            "\($0) has no kernel of its own here and runs by plain loops, which are slow."
        }
        #expect(notes.sorted() == expected)
        #expect(try ReferenceMachine().program(graph, ProgramDemand()).notes.isEmpty)
    }

    /// Takes any shape; gives as many numbers as it was told to.
    private struct Odd: ReferenceEvaluable {
        let count: Int
        var description: String { "odd" }
        func outputShape(_ operands: [Shape]) -> Shape { operands[0] }
        func tangent(_ call: Call, _ tangents: [Tensor?]) -> Tensor? { nil }
        func value(_ operands: [ReferenceOperand]) -> [Double] { .init(repeating: 1, count: count) }
    }

    @Test(arguments: [CPUMachine(), ReferenceMachine()] as [any Machine])
    func valuesThatDoNotFitAreNamed(machine: any Machine) throws {
        func run(_ count: Int) throws -> [Double]? {
            let builder = GraphBuilder()
            let x = builder.input("x", [2, 3], role: .examples)
            let y = try builder.apply(Odd(count: count), [x])
            let graph = builder.graph(outputs: [("y", y, .concatenate)])
            return try machine.evaluate(graph, ["x": [1, 2, 3, 4, 5, 6]])["y"]
        }
        #expect(try run(6) == [1, 1, 1, 1, 1, 1])
        for count in [5, 7] {
            let error = #expect(throws: ExecutionError.self) { try run(count) }
            #expect(error?.description == "odd (Odd) [2, 3] needs 6 numbers and gave \(count)")
        }
    }
}
