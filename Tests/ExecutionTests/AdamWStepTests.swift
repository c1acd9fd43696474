import Randomness
import Testing

@testable import Execution

/// The optimiser's step against its formula, entry by entry.
@Suite struct AdamWStepTests {
    private let stream = RandomStream(seed: 3, name: "adamw")

    private func step(rounds: Bool) -> AdamWStep {
        AdamWStep(
            beta1: 0.9, beta2: 0.99, step: 0.01, correction: 0.3, epsilon: 1e-8, decay: 0.875,
            decayedRanges: [3..<700, 2000..<4500], roundsToFloat: rounds)
    }

    private struct State: Equatable {
        var weights, first, second: ParameterVector
    }

    private func state(_ length: Int) -> State {
        State(
            weights: ParameterVector(stream.substream(1).gaussians(length)),
            first: ParameterVector(stream.substream(2).gaussians(length)),
            second: ParameterVector(stream.substream(3).gaussians(length).map { $0 * $0 }))
    }

    private func moved(
        _ gradient: ParameterVector, rounds: Bool = false,
        sharedBy program: (any MachineProgram)? = nil
    ) throws -> State {
        var state = state(gradient.count)
        try step(rounds: rounds).apply(
            gradient, weights: &state.weights, first: &state.first, second: &state.second,
            sharedBy: program)
        return state
    }

    @Test(arguments: [5000, 1], [false, true])
    func formula(length: Int, rounds: Bool) throws {
        let gradient = ParameterVector(stream.gaussians(length))
        let (before, after) = (state(length), try moved(gradient, rounds: rounds))
        for index in 0..<length {
            let g = gradient[index]
            let m = 0.9 * before.first[index] + (1 - 0.9) * g
            let v = 0.99 * before.second[index] + (1 - 0.99) * g * g
            let isDecayed = 3..<700 ~= index || 2000..<4500 ~= index
            let w = before.weights[index] * (isDecayed ? 0.875 : 1)
                - 0.01 * m / (v.squareRoot() / 0.3 + 1e-8)
            #expect(abs(after.first[index] - m) <= 1e-15 * (1 + abs(m)))
            #expect(abs(after.second[index] - v) <= 1e-15 * (1 + v))
            let tolerance = rounds ? 0x1p-24 * abs(w) : 0
            #expect(abs(after.weights[index] - w) <= tolerance + 1e-14 * (1 + abs(w)))
            if rounds { #expect(after.weights[index] == Double(Float(after.weights[index]))) }
        }
    }

    /// Neither the storage of a gradient that both hold nor the number of workers changes a bit.
    @Test func storageAndWorkersChangeNothing() throws {
        let single = ParameterVector(stream.gaussians(9001), storage: .single)
        let expected = try moved(single.stored(in: .double))
        #expect(try moved(single) == expected)
        for workers in [2, 3] {
            let program = try CPUMachine().program(
                GroupedNetwork("resnet,depth=8,size=8,width=4", size: 1, total: 1).graph,
                ProgramDemand(groups: 1, workers: workers))
            #expect(try moved(single, sharedBy: program) == expected)
            #expect(try moved(single.stored(in: .double), sharedBy: program) == expected)
        }
    }
}
