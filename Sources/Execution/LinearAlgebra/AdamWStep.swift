import CVector

/// One step of AdamW over flat vectors of double precision.
///
///     m ← β₁m + (1 − β₁)g,  v ← β₂v + (1 − β₂)g²,  w ← δw − s · m / (√v/c + ε)
///
/// - Source: Loshchilov & Hutter 2019 (arXiv 1711.05101), algorithm 2.
public struct AdamWStep: Sendable {
    /// β₁ and β₂.
    public var beta1, beta2: Double
    /// s = η/(1 − β₁ᵗ) and c = √(1 − β₂ᵗ).
    public var step, correction: Double
    /// ε.
    public var epsilon: Double
    /// δ = 1 − ηλ, within `decayedRanges`; 1 elsewhere.
    public var decay: Double
    /// Increasing ranges that do not overlap.
    public var decayedRanges: [Range<Int>]
    /// Whether weights are rounded to single precision.
    public var roundsToFloat: Bool

    public init(
        beta1: Double, beta2: Double, step: Double, correction: Double, epsilon: Double,
        decay: Double, decayedRanges: [Range<Int>], roundsToFloat: Bool
    ) {
        (self.beta1, self.beta2, self.step) = (beta1, beta2, step)
        (self.correction, self.epsilon) = (correction, epsilon)
        (self.decay, self.decayedRanges) = (decay, decayedRanges)
        self.roundsToFloat = roundsToFloat
    }

    /// Moves `weights` and the averages of the gradient and of its square.
    ///
    /// - Parameter pool: shares the work, if given; the result does not depend on it.
    /// - Precondition: all vectors have the same length.
    public func apply(
        _ gradient: [Double], weights: inout [Double], first: inout [Double],
        second: inout [Double], pool: WorkerPool? = nil
    ) throws {
        let count = weights.count
        precondition(
            gradient.count == count && first.count == count && second.count == count,
            "step of vectors of different lengths")
        try gradient.withUnsafeBufferPointer { gradient in
            try weights.withUnsafeMutableBufferPointer { weights in
                try first.withUnsafeMutableBufferPointer { first in
                    try second.withUnsafeMutableBufferPointer { second in
                        nonisolated(unsafe) let vectors = (gradient, weights, first, second)
                        let workers = pool?.count ?? 1
                        let work: @Sendable (Int) -> Void = { worker in
                            let part = count * worker / workers..<count * (worker + 1) / workers
                            run(part, vectors.0, vectors.1, vectors.2, vectors.3)
                        }
                        if let pool { try pool.run(work) } else { work(0) }
                    }
                }
            }
        }
    }

    private func run(
        _ part: Range<Int>, _ gradient: UnsafeBufferPointer<Double>,
        _ weights: UnsafeMutableBufferPointer<Double>,
        _ first: UnsafeMutableBufferPointer<Double>,
        _ second: UnsafeMutableBufferPointer<Double>
    ) {
        guard let g = gradient.baseAddress, let w = weights.baseAddress,
            let m = first.baseAddress, let v = second.baseAddress
        else { return }
        var start = part.lowerBound
        func advance(to end: Int, decay: Double) {
            guard end > start else { return }
            var constants = cv_adamw_step(
                beta1: beta1, beta2: beta2, step: step, correction: correction, epsilon: epsilon,
                decay: decay, rounds: roundsToFloat ? 1 : 0)
            cv_adamw(Int64(end - start), &constants, g + start, w + start, m + start, v + start)
            start = end
        }
        for range in decayedRanges.map({ $0.clamped(to: part) }) where !range.isEmpty {
            advance(to: range.lowerBound, decay: 1)
            advance(to: range.upperBound, decay: decay)
        }
        advance(to: part.upperBound, decay: 1)
    }
}
