import Randomness
import Robustness
import Studies
import Training

extension Samples {
    /// Outcomes of seven perturbations that a seed draws.
    private static func outcomes(_ seed: UInt64) -> (Range<Int>) -> [[Double]] {
        { positions in
            let stream = RandomStream(seed: seed, name: "outcome")
            return (0..<7).map { column in
                let draws = positions.map { stream.substream(column).uniform($0) }
                return draws + draws.map { $0 < 0.5 ? 1 : 0 }
            }
        }
    }

    /// Two attacks through three rings.
    public static func frequencyStudy() -> PerturbationStudy<FrequencyResult> {
        let attacks = [Attack(.random, epsilon: 1), Attack(.pgd, epsilon: 1, steps: 2)]
        let header = FrequencyResult(
            attacks, frequencies: [0.1, 0.5, 0.9], halfWidth: 0.2, exampleCount: 19, batchSize: 4,
            seed: 3)
        return PerturbationStudy(header, settings: ["study": "test"], outcomes: outcomes(1))
    }

    /// An attack of five steps.
    public static func adversarialStudy() -> PerturbationStudy<AdversarialResult> {
        let attack = Attack(.pgd, epsilon: 1, steps: 5)
        let header = AdversarialResult(attack, exampleCount: 19, batchSize: 4, seed: 3)
        return PerturbationStudy(header, settings: ["study": "test"], outcomes: outcomes(2))
    }

    /// Three perturbations of five sequences.
    public static func consistencyStudy() -> ConsistencyStudy {
        let header = ConsistencyResult(
            ["brightness", "gaussian_noise", "tilt"], origin: "folder", sequenceCount: 5, seed: 3)
        return ConsistencyStudy(header) { name in
            (0..<5).map { sequence in
                let stream = RandomStream(seed: 1, name: name).substream(sequence)
                return SequenceConsistency(
                    logits: stream.gaussians(24), classCount: 4, isNoise: name.contains("noise"))
            }
        }
    }

    /// Two corruptions, one of them an extra one, at two severities.
    public static func corruptionStudy() -> CorruptionStudy {
        let chosen = Corruption.all.filter { ["fog", "spatter"].contains($0.name) }
        let header = CorruptionResult(
            chosen, severities: [1, 4], origin: "made", exampleCount: 11, seed: 3)
        return CorruptionStudy(header) { set in
            let stream = RandomStream(seed: 5, name: "set").substream(set ?? 9)
            let logits = stream.gaussians(33)
            let labels = (0..<33).map { $0 % 3 == $0 / 3 % 3 ? 1.0 : 0 }
            return Evaluation(
                classCount: 3, exampleLosses: (0..<11).map { stream.uniform(100 + $0) },
                logits: logits, labels: labels)
        }
    }
}
