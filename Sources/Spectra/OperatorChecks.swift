import Execution
import Randomness

/// Checks that an operator is what the eigenvalue methods take it for.
public struct OperatorChecks: Sendable, Codable, Hashable {
    /// The largest |difference| between two products with the same vector, relative to the
    /// largest entry; 0 for a deterministic operator.
    public var repetitionMismatch: Double
    /// |⟨u, Hv⟩ - ⟨v, Hu⟩| / (‖u‖‖Hv‖); about the working precision for a symmetric operator.
    public var asymmetry: Double

    /// Checks from their values.
    public init(repetitionMismatch: Double, asymmetry: Double) {
        self.repetitionMismatch = repetitionMismatch
        self.asymmetry = asymmetry
    }

    /// Measures both with three products of random vectors.
    ///
    /// - Throws: `SpectraError` where a product is not finite.
    public init(
        of target: any SymmetricOperator,
        stream: RandomStream = RandomStream(seed: 0, name: "operator checks")
    ) throws {
        var counted = CountedOperator(target)
        let (u, v) = (
            ParameterVector.gaussian(
                counted.dimension, storage: target.storage, stream: stream.substream(0)),
            ParameterVector.gaussian(
                counted.dimension, storage: target.storage, stream: stream.substream(1))
        )
        let productV = try counted.apply(v)
        let repeated = try counted.apply(v)
        let productU = try counted.apply(u)
        var largest = 0.0
        var difference = 0.0
        for (first, second) in zip(productV, repeated) {
            largest = max(largest, abs(first))
            difference = max(difference, abs(first - second))
        }
        repetitionMismatch = largest == 0 ? 0 : difference / largest
        let scale = u.norm() * productV.norm()
        asymmetry = scale == 0
            ? 0 : abs(u.dot(productV) - v.dot(productU)) / scale
    }
}
