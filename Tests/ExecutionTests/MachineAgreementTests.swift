import Execution
import Testing

@testable import Autodiff
@testable import GraphSamples

/// Each machine against the reference machine in double precision.
///
/// A machine joins with one line in `candidates`.
@Suite("Agreement of machines")
struct MachineAgreementTests {
    /// A machine under test, and the accuracy that is asked of it.
    struct Candidate: Sendable, CustomStringConvertible {
        let description: String
        let agreement: MachineAgreement

        init(_ machine: some Machine, tolerance: Double) {
            self.init(
                "\(machine.name) \(machine.precision.rawValue)", machine.precision, tolerance,
                machine.evaluate)
        }

        init(
            _ description: String, _ precision: Precision, _ tolerance: Double,
            _ evaluation: @escaping MachineAgreement.Evaluation
        ) {
            self.description = description
            agreement = MachineAgreement(
                first: evaluation, second: ReferenceMachine().evaluate, precision: precision,
                tolerance: tolerance)
        }

        func failures(_ subject: AgreementSubject) throws -> [String] {
            try agreement.failures(on: subject)
        }
    }

    /// Float keeps 24 bits, 6·10⁻⁸, and sums of some hundred terms lose two digits of them.
    static let candidates = [
        Candidate(ReferenceMachine(precision: .single), tolerance: 1e-5),
        // Layer norm over six features in the attention block loses a digit more.
        Candidate(CPUMachine(precision: .single), tolerance: 3e-5),
        Candidate(CPUMachine(precision: .double), tolerance: 1e-12),
    ]

    @Test("every primitive at random shapes", arguments: candidates, PrimitiveCase.all)
    func primitives(candidate: Candidate, row: PrimitiveCase) throws {
        for seed in 1...8 as ClosedRange<UInt64> {
            var dice = Dice(seed: seed, name: row.name)
            let sample = row.sample(&dice)
            let failures = try candidate.failures(AgreementSubject(sample, &dice))
            #expect(
                failures.isEmpty,
                "seed \(seed), operands \(sample.operands.map(\.shape)): \(failures)")
        }
    }

    @Test(
        "networks with gradients and Hessian products", arguments: candidates,
        AgreementNetwork.all)
    func networks(candidate: Candidate, network: AgreementNetwork) throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            var dice = Dice(seed: seed, name: network.name)
            let subject = try AgreementSubject(network.operands, &dice, network.function)
            let failures = try candidate.failures(subject)
            #expect(failures.isEmpty, "seed \(seed): \(failures)")
        }
    }

    // Kinks are left out: rounding may fall on either side of one.
    @Test("random graphs", arguments: candidates, 1...40 as ClosedRange<UInt64>)
    func randomGraphs(candidate: Candidate, seed: UInt64) throws {
        var dice = Dice(seed: seed, name: "agreement")
        let operands = (0..<3).map { _ in Operand(dice.shape(rank: 1...3, extent: 1...6)) }
        let start = dice
        var operations: [String] = []
        let subject = try AgreementSubject(operands, &dice) { sources in
            var graph = RandomGraph(from: sources, isSmooth: true, dice: start)
            let scalar = try graph.scalar(operations: 8)
            operations = graph.operations
            return scalar
        }
        let failures = try candidate.failures(subject)
        #expect(
            failures.isEmpty,
            "seed \(seed), operands \(operands.map(\.shape)), \(operations): \(failures)")
    }

    @Test("a difference is found", arguments: [1e-9, .nan])
    func differenceIsFound(error: Double) throws {
        let candidate = Candidate("shifted", .double, 1e-12) { graph, inputs in
            try ReferenceMachine().evaluate(graph, inputs).mapValues { $0.map { $0 + error } }
        }
        var dice = Dice(seed: 1, name: "difference")
        let sample = Sample(primitive: Softmax(), operands: [Operand([2, 3])])
        let failures = try candidate.failures(AgreementSubject(sample, &dice))
        #expect(failures.count == 1)
    }
}
