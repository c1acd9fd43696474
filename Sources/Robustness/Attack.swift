import Randomness
import Results

/// How images are changed so that a network errs.
public enum AttackKind: String, StoredLabel, Sendable, Codable, Hashable, CaseIterable {
    /// The sign of a Gaussian number for each value: no knowledge of the network.
    case random
    /// One step along the sign of the gradient.
    ///
    /// - Source: Goodfellow et al. 2015 (arXiv 1412.6572), eq. in section 4.
    case fgsm
    /// Several steps, each followed by the projection onto the ball.
    ///
    /// - Source: Madry et al. 2018 (arXiv 1706.06083), eq. in section 2.1.
    case pgd
}

/// What bounds a change.
public enum AttackNorm: String, StoredLabel, Sendable, Codable, Hashable, CaseIterable {
    /// The largest change of a value.
    case linf
    /// The Euclidean length of the change of an image.
    case l2
}

/// An attack with its numbers, in units of the values that are changed.
public struct Attack: Sendable, Hashable {
    public var kind: AttackKind
    public var norm: AttackNorm
    /// The bound ε of the change.
    public var epsilon: Double
    /// The length of a step; FGSM takes one of ε.
    public var stepSize: Double
    /// The number of steps of PGD.
    public var steps: Int
    /// Whether PGD begins at a random place in the ball.
    public var startsAtRandom: Bool

    /// An attack; steps are those of the first paper's repository where nothing is said.
    public init(
        _ kind: AttackKind, norm: AttackNorm = .linf, epsilon: Double, stepSize: Double = 2.0 / 255,
        steps: Int = 40, startsAtRandom: Bool = true
    ) {
        self.kind = kind
        self.norm = norm
        self.epsilon = epsilon
        self.stepSize = stepSize
        self.steps = steps
        self.startsAtRandom = startsAtRandom
    }

    /// The attack with all of its numbers, in a phrase.
    public var text: String {
        let ball = "\(kind.rawValue) within \(epsilon) (\(norm.rawValue))"
        guard kind == .pgd else { return ball }
        return ball + ", \(steps) steps of \(stepSize) from"
            + (startsAtRandom ? " a random place" : " the image")
    }

    /// The number of gradients that the attack takes.
    public var gradientCount: Int {
        switch kind {
        case .random: 0
        case .fgsm: 1
        case .pgd: steps
        }
    }

    /// The change before the first gradient.
    ///
    /// In the L∞ ball uniform; in the L2 ball of uniform direction, with a length uniform from 0 to ε.
    ///
    /// - Parameter stream: of the example.
    public func start(_ count: Int, _ stream: RandomStream) -> [Double] {
        switch (kind, norm) {
        case (.random, .linf):
            return (0..<count).map { stream.gaussian($0) < 0 ? -epsilon : epsilon }
        case (.random, .l2): return Self.scaled(stream.gaussians(count), to: epsilon)
        case (.pgd, .linf) where startsAtRandom:
            return (0..<count).map { (2 * stream.uniform($0) - 1) * epsilon }
        case (.pgd, .l2) where startsAtRandom:
            return Self.scaled(
                stream.gaussians(count), to: epsilon * stream.substream(1).uniform(0))
        default: return [Double](repeating: 0, count: count)
        }
    }

    /// The change after a step along a gradient.
    ///
    /// - Parameter gradient: of the loss of the example by the values that are changed; a part that is
    ///   zero is not changed.
    public func step(_ change: [Double], along gradient: [Double]) -> [Double] {
        let length = kind == .fgsm ? epsilon : stepSize
        switch norm {
        case .linf:
            return zip(change, gradient).map { value, slope in
                let moved = value + (slope > 0 ? length : slope < 0 ? -length : 0)
                return min(max(moved, -epsilon), epsilon)
            }
        case .l2:
            let moved = zip(change, Self.scaled(gradient, to: length)).map { $0 + $1 }
            return Self.norm(moved) > epsilon ? Self.scaled(moved, to: epsilon) : moved
        }
    }

    private static func norm(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    /// The values with another length; zeros stay what they are.
    private static func scaled(_ values: [Double], to length: Double) -> [Double] {
        let norm = norm(values)
        return norm > 0 ? values.map { $0 * (length / norm) } : values
    }
}
