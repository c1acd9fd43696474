import Autodiff
import Randomness

/// How a parameter or buffer starts.
public enum Initialization: Hashable, Sendable {
    /// One value everywhere.
    case constant(Double)
    /// A normal distribution with mean 0.
    case normal(deviation: Double)
    /// A normal distribution with mean 0, of which only values within ± `limit` occur.
    case truncatedNormal(deviation: Double, limit: Double)
    /// A uniform distribution on ± `bound`.
    case uniform(bound: Double)
    /// Given values, in row-major order.
    case values([Double])

    /// All zeros.
    public static let zeros = Initialization.constant(0)
    /// All ones.
    public static let ones = Initialization.constant(1)

    /// The truncated normal distribution of vision transformers, cut at ± 2.
    public static func truncatedNormal(_ deviation: Double = 0.02) -> Initialization {
        .truncatedNormal(deviation: deviation, limit: 2)
    }

    /// Normal with variance 2 / fan, for layers before a ReLU.
    ///
    /// - Source: He et al. 2015 (arXiv 1502.01852), eq. 10.
    public static func kaimingNormal(fan: Int) -> Initialization {
        .normal(deviation: (2 / Double(fan)).squareRoot())
    }

    /// PyTorch's default for linear and convolution layers, weights and biases alike: uniform on
    /// ± 1/√(fan in).
    public static func fanInUniform(_ fanIn: Int) -> Initialization {
        .uniform(bound: 1 / Double(max(fanIn, 1)).squareRoot())
    }

    /// Truncated normal with variance 1 / fan in after truncation at two deviations.
    public static func lecunNormal(fanIn: Int) -> Initialization {
        // The variance of a standard normal variable cut at ± 2 is 0.8796².
        let deviation = 1 / Double(fanIn).squareRoot() / 0.87962566103423978
        return .truncatedNormal(deviation: deviation, limit: 2 * deviation)
    }

    /// The starting values of the tensor called `name`, a function of seed and name alone.
    public func sample(_ shape: Shape, seed: UInt64, name: String) -> [Double] {
        sample(0..<shape.count, seed: seed, name: name)
    }

    /// Some of them, in row-major order.
    public func sample(_ elements: Range<Int>, seed: UInt64, name: String) -> [Double] {
        let stream = RandomStream(seed: seed, name: name)
        switch self {
        case .constant(let value): return [Double](repeating: value, count: elements.count)
        case .values(let values): return Array(values[elements])
        case .normal(let deviation): return elements.map { stream.gaussian($0) * deviation }
        case .uniform(let bound):
            return elements.map { (2 * stream.uniform($0) - 1) * bound }
        case .truncatedNormal(let deviation, let limit):
            return elements.map { index in
                // Rejected draws are replaced from a stream of the element's own.
                var value = stream.gaussian(index) * deviation
                var attempt = 0
                while abs(value) > limit {
                    value = stream.substream(index).gaussian(attempt) * deviation
                    attempt += 1
                }
                return value
            }
        }
    }
}
