import Autodiff
import Randomness

/// Successive draws of a named random stream.
struct Dice {
    private let stream: RandomStream
    private var draws = 0

    init(seed: UInt64, name: String) {
        stream = RandomStream(seed: seed, name: name)
    }

    mutating func integer(_ range: ClosedRange<Int>) -> Int {
        draws += 1
        return range.lowerBound + stream.integer(draws, below: range.count)
    }

    mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        draws += 1
        return range.lowerBound + (range.upperBound - range.lowerBound) * stream.uniform(draws)
    }

    mutating func element<Element>(of choices: [Element]) -> Element {
        choices[integer(0...(choices.count - 1))]
    }

    mutating func shape(rank: ClosedRange<Int>, extent: ClosedRange<Int> = 1...4) -> Shape {
        Shape((0..<integer(rank)).map { _ in integer(extent) })
    }

    mutating func permutation(_ count: Int) -> [Int] {
        draws += 1
        return stream.substream(draws).permutation(count)
    }
}

/// Where the values of an operand lie.
enum Domain: Sendable {
    /// In [-2, 2].
    case any
    /// In [0.8, 2].
    case positive
    /// At least 0.02 away from zero and 0.1 from each other; operands with offsets that differ by
    /// 0.03 are as far from each other, so finite steps meet no kink.
    case distinct(offset: Double)
    /// The given values, which do not move.
    case held([Double])

    func values(_ count: Int, _ dice: inout Dice) -> [Double] {
        switch self {
        case .any: return (0..<count).map { _ in dice.uniform(-2...2) }
        case .positive: return (0..<count).map { _ in dice.uniform(0.8...2) }
        case .distinct(let offset):
            return dice.permutation(count).map {
                (Double($0) + 0.5) * 0.1 * dice.element(of: [-1.0, 1.0]) + offset
            }
        case .held(let values): return values
        }
    }

    var moves: Bool {
        if case .held = self { return false }
        return true
    }
}

/// An operand whose values are drawn at random.
struct Operand: Sendable {
    let shape: Shape
    let domain: Domain

    init(_ shape: Shape, _ domain: Domain = .any) {
        self.shape = shape
        self.domain = domain
    }
}
