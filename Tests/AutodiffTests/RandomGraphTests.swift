import Autodiff
import Testing

@testable import GraphSamples

@Suite("Derivatives of random graphs")
struct RandomGraphTests {
    @Test("smooth graphs against differences", arguments: 1...120 as ClosedRange<UInt64>)
    func smooth(seed: UInt64) throws {
        try check(seed, isSmooth: true)
    }

    // A finite step may cross a kink, so here only forward and reverse mode are compared.
    @Test("graphs with kinks, forward against reverse", arguments: 1...80 as ClosedRange<UInt64>)
    func kinked(seed: UInt64) throws {
        try check(seed, isSmooth: false)
    }

    private func check(_ seed: UInt64, isSmooth: Bool) throws {
        var dice = Dice(seed: seed, name: isSmooth ? "smooth graph" : "kinked graph")
        let operands = (0..<dice.integer(2...3)).map { _ in
            Operand(dice.shape(rank: 1...3, extent: 1...4))
        }
        let count = dice.integer(4...10)
        let start = dice
        var operations: [String] = []
        let check = DerivativeCheck(
            operands: operands, order: 2, isSmooth: isSmooth, differenceTolerance: 1e-6
        ) { sources in
            var graph = RandomGraph(from: sources, isSmooth: isSmooth, dice: start)
            let scalar = try graph.scalar(operations: count)
            operations = graph.operations
            return scalar
        }
        let failures = try check.failures(&dice)
        #expect(
            failures.isEmpty,
            "seed \(seed), operands \(operands.map(\.shape)), \(operations): \(failures)")
    }
}
