import Randomness
import Testing

@testable import Lesions

@Suite("Lesion studies")
struct LesionTests {
    @Test func dropsAndDepthsAreThoseOfTheOutcomes() throws {
        let baseline = ExampleOutcomes(
            correct: [true, true, true, false], negativeLogLikelihood: [0.1, 0.2, 0.3, 2])
        let first = ExampleOutcomes(
            correct: [true, false, false, false], negativeLogLikelihood: [0.1, 1.2, 1.3, 2])
        let second = ExampleOutcomes(
            correct: [true, true, true, true], negativeLogLikelihood: [0.1, 0.2, 0.3, 1])
        let result = try LesionMeasurement.study(
            baseline: baseline,
            targets: [
                LesionTarget(name: "a", kind: .convolution, outcomes: first),
                LesionTarget(name: "b", kind: .attention, outcomes: baseline),
                LesionTarget(name: "c", kind: .mlp, outcomes: second),
            ])
        #expect(result.baselineAccuracy == 0.75)
        #expect(abs(result.baselineNegativeLogLikelihood - 0.65) < 1e-15)
        #expect(result.exampleCount == 4)
        #expect(result.units.map(\.accuracyDrop.value) == [0.5, 0, -0.25])
        #expect(result.units.map(\.depth) == [0, 0.5, 1])
        #expect(result.units.map(\.accuracy) == [0.25, 0.75, 1])
        #expect(abs(result.units[0].lossRise.value - 0.5) < 1e-15)
        #expect(abs(result.units[2].lossRise.value + 0.25) < 1e-15)
        // The unit without effect has no interval, because pairs differ nowhere.
        #expect(result.units[1].accuracyDrop.lower == 0)
        #expect(result.units[1].accuracyDrop.upper == 0)
        #expect(abs(result.randomUnitAccuracyDrop.value - 0.25 / 3) < 1e-15)
    }

    @Test func sameSeedSameIntervals() throws {
        let stream = RandomStream(seed: 2, name: "lesion tests")
        let outcomes = (0..<2).map { unit in
            ExampleOutcomes(
                correct: (0..<200).map { stream.substream(unit).uniform($0) < 0.8 },
                negativeLogLikelihood: stream.substream(unit + 10).gaussians(200))
        }
        func study(_ seed: UInt64) throws -> LesionResult {
            try LesionMeasurement.study(
                baseline: outcomes[0],
                targets: [LesionTarget(name: "a", kind: .mlp, outcomes: outcomes[1])], seed: seed)
        }
        #expect(try study(1) == study(1))
        #expect(try study(1).units[0].lossRise.lower != study(2).units[0].lossRise.lower)
        let rise = try study(1).units[0].lossRise
        #expect(rise.lower < rise.value && rise.value < rise.upper)
    }

    @Test func outcomesOfOtherExamplesAreRefused() {
        let two = ExampleOutcomes(correct: [true, false], negativeLogLikelihood: [1, 2])
        let one = ExampleOutcomes(correct: [true], negativeLogLikelihood: [1])
        #expect(throws: LesionError.exampleCount(unit: "a", expected: 2, actual: 1)) {
            try LesionMeasurement.study(
                baseline: two, targets: [LesionTarget(name: "a", kind: .mlp, outcomes: one)])
        }
        #expect(throws: LesionError.empty(what: "residual units")) {
            try LesionMeasurement.study(baseline: two, targets: [])
        }
    }
}
