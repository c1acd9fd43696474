import Golden
import Testing

@testable import Robustness

@Suite("Consistency along sequences") struct ConsistencyTests {
    @Test("Both consistencies equal the formulas of the authors' test_perturbation")
    func golden() throws {
        let expected = try Golden.json("metrics.json").object("direct").object("perturbation")
        let logits = HashFill.symmetric("logits:perturb", count: 150).map { 3 * $0 }
        let sequences = (0..<3).map {
            SequenceConsistency(
                logits: Array(logits[$0 * 50..<($0 + 1) * 50]), classCount: 10, isNoise: false)
        }
        #expect(sequences.map(\.consistency) == (try expected.numbers("cons")))
        let entropies = try #require(expected["cec"] as? [[Double]])
        for (sequence, row) in zip(sequences, entropies) {
            #expect(deviation(sequence.crossEntropy, row.reduce(0, +) / 4) < 1e-12)
            #expect(abs(sequence.flips + sequence.consistency - 1) < 1e-12)
        }
    }

    @Test("Frames with noise of their own are compared with the first one")
    func flips() {
        // Predictions 0 1 1 0.
        let logits = [1.0, 0, 0, 1, 0, 1, 1, 0]
        let plain = SequenceConsistency(logits: logits, classCount: 2, isNoise: false)
        #expect(abs(plain.flips - 2.0 / 3) < 1e-12 && abs(plain.consistency - 1.0 / 3) < 1e-12)
        let same = SequenceConsistency(logits: logits, classCount: 2, isNoise: true)
        #expect(abs(same.flips - 2.0 / 3) < 1e-12)
        let noisy = SequenceConsistency(
            logits: [1.0, 0, 0, 1, 0, 1, 0, 1], classCount: 2, isNoise: true)
        #expect(noisy.flips == 1 && abs(noisy.consistency - 2.0 / 3) < 1e-12)
    }
}
