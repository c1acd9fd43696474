import Randomness
import Testing

@testable import Robustness

@Suite("Attacks") struct AttackTests {
    private let stream = RandomStream(seed: 3, name: "attack")

    private func norm(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    @Test func theFastOneMovesEachValueByTheBound() {
        let attack = Attack(.fgsm, epsilon: 0.25)
        #expect(attack.gradientCount == 1)
        let start = attack.start(4, stream)
        #expect(start == [0, 0, 0, 0])
        #expect(attack.step(start, along: [2, -1e-30, 0, .infinity]) == [0.25, -0.25, 0, 0.25])
        let long = Attack(.fgsm, norm: .l2, epsilon: 10).step([0, 0], along: [3, 4])
        #expect(abs(long[0] - 6) < 1e-12 && abs(long[1] - 8) < 1e-12)
    }

    @Test(arguments: AttackNorm.allCases) func stepsStayInTheBall(_ norm: AttackNorm) {
        let attack = Attack(.pgd, norm: norm, epsilon: 0.5, stepSize: 0.2, steps: 7)
        #expect(attack.gradientCount == 7)
        var change = attack.start(50, stream)
        let gradient = stream.substream(9).gaussians(50)
        for _ in 0..<attack.steps {
            change = attack.step(change, along: gradient)
            #expect(change.allSatisfy { abs($0) <= 0.5 + 1e-12 })
            if norm == .l2 { #expect(self.norm(change) <= 0.5 + 1e-12) }
        }
        // It ends where the loss is largest in the ball: at the corner, or along the gradient.
        switch norm {
        case .linf:
            #expect(zip(change, gradient).allSatisfy { $0 == ($1 > 0 ? 0.5 : -0.5) })
        case .l2:
            #expect(abs(self.norm(change) - 0.5) < 1e-12)
            let product = zip(change, gradient).map { $0 * $1 }.reduce(0, +)
            #expect(product > 0.97 * 0.5 * self.norm(gradient))
        }
    }

    @Test(arguments: AttackNorm.allCases) func startsAreWithinTheBallAndDiffer(_ norm: AttackNorm) {
        let attack = Attack(.pgd, norm: norm, epsilon: 0.5)
        let starts = (0..<200).map { attack.start(6, stream.substream($0)) }
        #expect(Set(starts).count == 200)
        #expect(starts.joined().allSatisfy { abs($0) <= 0.5 })
        let lengths = starts.map(self.norm)
        if norm == .l2 {
            #expect(lengths.allSatisfy { $0 <= 0.5 + 1e-12 })
            // Lengths are uniform.
            let mean: Double = lengths.reduce(0, +) / 200
            #expect(abs(mean - 0.25) < 0.04)
        } else {
            let squares: [Double] = starts.joined().map { $0 * $0 }
            let mean: Double = squares.reduce(0, +) / 1200
            #expect(abs(mean - 0.25 / 3) < 0.01)
        }
        var fixed = attack
        fixed.startsAtRandom = false
        #expect(fixed.start(6, stream) == [0, 0, 0, 0, 0, 0])
    }

    @Test func noiseIsTheSignOfAGaussian() {
        let noise = Attack(.random, epsilon: 0.7).start(4000, stream)
        #expect(Set(noise) == [-0.7, 0.7])
        let mean: Double = noise.reduce(0, +) / 4000
        #expect(abs(mean) < 0.05)
        #expect(Attack(.random, epsilon: 0.7).gradientCount == 0)
    }
}
