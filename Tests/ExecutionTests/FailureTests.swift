import Testing

@testable import Autodiff
@testable import Execution

/// What fails says so in one line, and the next run is as if nothing had been.
@Suite struct FailureTests {
    /// How groups are dealt to workers.
    struct Split: Sendable, CustomTestStringConvertible {
        var groups: Int
        var workers: Int
        var shards = 1
        var budget: Int?

        var testDescription: String { "\(groups) groups, \(workers) workers, \(shards) shards" }
    }

    static let splits = [
        Split(groups: 2, workers: 1), Split(groups: 2, workers: 2),
        // Teams, of two and of three.
        Split(groups: 1, workers: 2), Split(groups: 3, workers: 2, budget: 0),
        Split(groups: 1, workers: 3),
        // Statistics over both workers' groups.
        Split(groups: 2, workers: 2, shards: 2),
        Split(groups: 4, workers: 2, shards: 2, budget: 0),
    ]

    @Test(
        arguments: [
            CPUMachine(precision: .single), CPUMachine(precision: .double), ReferenceMachine(),
        ] as [any Machine], splits)
    func aFailedRunDoesNotSpoilTheNext(machine: any Machine, split: Split) throws {
        let trigger = Flaky.Trigger()
        let problem = try SmallProblem(x: [3, 16, 2, 2], w: [1, 16, 1, 1], groups: split.groups) { x, w in
            let scale = try w.broadcast(to: x.shape)
            let early = try x.builder.apply(Flaky(trigger: trigger), [x * scale])
            let standardized = try early.standardized(over: [0, 2, 3], epsilon: 0.1)
            let late = try x.builder.apply(Flaky(trigger: trigger), [standardized * scale])
            return try late.applying(.gelu).sum()
        }
        let program = try machine.program(
            problem.graph,
            ProgramDemand(
                groups: split.groups, workers: split.workers, shards: split.shards,
                memoryBudget: split.budget))
        try problem.load(program)
        let expected = try problem.results(program)
        for _ in 0..<2 {
            trigger.set()
            #expect(throws: Flaky.Failure.self) { try program.runPoint() }
            #expect(throws: ExecutionError.overwrittenOutput(name: "gradient")) {
                try program.output("gradient")
            }
            #expect(try problem.results(program) == expected)
            trigger.set()
            #expect(throws: Flaky.Failure.self) { try program.runProduct() }
            #expect(throws: ExecutionError.overwrittenOutput(name: "product")) {
                try program.output("product")
            }
            // The point is still there.
            try program.runProduct()
            #expect(try program.output("product") == expected["product"])
        }
    }

    // MARK: Memory

    private func graph(_ shape: Shape) throws -> Graph {
        let builder = GraphBuilder()
        let x = builder.input("x", shape, role: .examples)
        return try builder.graph(outputs: [("y", x.applying(.square), .concatenate)])
    }

    /// Beyond all addresses, and beyond all numbers; one line names the bytes and the mend.
    @Test(
        arguments: [
            ([1 << 46], 1), ([2, 8], 1 << 45), ([1 << 24, 1 << 24], 1), ([2, 8], 1 << 62),
        ] as [(Shape, Int)])
    func memoryThatIsNotThereIsNamed(shape: Shape, groups: Int) throws {
        let graph = try graph(shape)
        for precision in Precision.allCases {
            let machine = CPUMachine(precision: precision)
            let error = #expect(throws: ExecutionError.self) {
                try machine.program(graph, ProgramDemand(groups: groups))
            }
            let text = error?.description ?? ""
            #expect(text.contains("there is no memory for") && text.contains("bytes"))
            #expect(text.contains("smaller batch") && text.contains("--memory"))
            #expect(!text.contains("\n"))
        }
    }
}
