import CVector

/// One step of AdamW over flat vectors.
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
    /// - Parameter program: shares the work among its workers, if given; the result does not depend
    ///   on it.
    /// - Precondition: all vectors have the same length; weights and averages are stored in double
    ///   precision, the gradient in either.
    public func apply(
        _ gradient: ParameterVector, weights: inout ParameterVector,
        first: inout ParameterVector, second: inout ParameterVector,
        sharedBy program: (any MachineProgram)? = nil
    ) throws {
        let count = weights.count
        precondition(
            gradient.count == count && first.count == count && second.count == count,
            "step of vectors of different lengths")
        precondition(
            [weights.storage, first.storage, second.storage].allSatisfy { $0 == .double },
            "weights and averages are stored in double precision")
        try weights.doubles.withUnsafeMutableBufferPointer { weights in
            try first.doubles.withUnsafeMutableBufferPointer { first in
                try second.doubles.withUnsafeMutableBufferPointer { second in
                    nonisolated(unsafe) let vectors = (weights, first, second)
                    let workers = program?.demand.workers ?? 1
                    let work: @Sendable (Int) -> Void = { worker in
                        let part = count * worker / workers..<count * (worker + 1) / workers
                        run(part, gradient, vectors.0, vectors.1, vectors.2)
                    }
                    if let program { try program.onEachWorker(work) } else { work(0) }
                }
            }
        }
    }

    private func run(
        _ part: Range<Int>, _ gradient: ParameterVector,
        _ weights: UnsafeMutableBufferPointer<Double>,
        _ first: UnsafeMutableBufferPointer<Double>,
        _ second: UnsafeMutableBufferPointer<Double>
    ) {
        guard let w = weights.baseAddress, let m = first.baseAddress, let v = second.baseAddress
        else { return }
        // A gradient in single precision is widened by stretches that stay in the cache.
        let stretch = 2048
        var room = [Double](repeating: 0, count: gradient.storage == .single ? stretch : 0)
        func advance(_ range: Range<Int>, decay: Double) {
            var constants = cv_adamw_step(
                beta1: beta1, beta2: beta2, step: step, correction: correction, epsilon: epsilon,
                decay: decay, rounds: roundsToFloat ? 1 : 0)
            gradient.withStretch(range) { source in
                switch source {
                case .double(let g):
                    let start = range.lowerBound
                    cv_adamw(
                        Int64(range.count), &constants, g, w + start, m + start, v + start)
                case .single(let g):
                    for offset in Swift.stride(from: 0, to: range.count, by: stretch) {
                        let (start, length) = (
                            range.lowerBound + offset, min(stretch, range.count - offset)
                        )
                        Double.convert(length, g + offset, &room)
                        cv_adamw(
                            Int64(length), &constants, room, w + start, m + start, v + start)
                    }
                }
            }
        }
        var start = part.lowerBound
        func advance(to end: Int, decay: Double) {
            guard end > start else { return }
            advance(start..<end, decay: decay)
            start = end
        }
        for range in decayedRanges.map({ $0.clamped(to: part) }) where !range.isEmpty {
            advance(to: range.lowerBound, decay: 1)
            advance(to: range.upperBound, decay: decay)
        }
        advance(to: part.upperBound, decay: 1)
    }
}
