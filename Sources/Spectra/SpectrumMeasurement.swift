import Execution
import Randomness

/// How a Hessian max-eigenvalue spectrum is measured.
public struct SpectrumMeasurement: Sendable, Hashable {
    /// The preset: both ends by Lanczos, or the first paper's power iteration.
    public var preset: SpectrumResult.Preset
    /// The number of eigenvalues at the upper end, or of largest magnitude.
    public var largest: Int
    /// The number of eigenvalues at the lower end; of no effect in `park2022`.
    public var smallest: Int
    /// The tolerance of the stopping criterion.
    public var tolerance: Double
    /// The largest number of products: per minibatch, or per eigenvalue in `park2022`.
    public var maximumProducts: Int
    /// The largest number of Krylov vectors kept.
    public var basisLimit: Int
    /// The number of examples in a minibatch.
    public var batchSize: Int
    /// The number of minibatches.
    public var minibatchCount: Int
    /// λ of the L2 penalty, in loss per squared weight.
    public var l2: Double
    /// The parameters on which λ acts.
    public var decayed: DecayedParameters
    /// The seed of start vectors and resamples.
    public var seed: UInt64

    /// A measurement with the preset's protocol.
    public init(
        preset: SpectrumResult.Preset = .default, batchSize: Int = 16, minibatchCount: Int,
        l2: Double = 0, decayed: DecayedParameters = .all, seed: UInt64 = 0
    ) {
        self.preset = preset
        self.batchSize = batchSize
        self.minibatchCount = minibatchCount
        self.l2 = l2
        self.decayed = decayed
        self.seed = seed
        largest = 5
        smallest = preset == .default ? 5 : 0
        tolerance = preset == .default ? 1e-2 : 1e-3
        maximumProducts = 100
        basisLimit = 100
    }

    /// The method behind the preset.
    public var method: EigenvalueResult.Method { preset == .default ? .lanczos : .power }

    /// The extreme eigenvalues of one minibatch.
    ///
    /// - Parameters:
    ///   - minibatch: its number, which also selects the start vector.
    ///   - target: the Hessian of NLL on this minibatch, without the penalty.
    /// - Throws: `SpectraError` where a product is not finite.
    public func measure(
        _ minibatch: Int, of target: any SymmetricOperator
    ) throws -> MinibatchSpectrum {
        let stream = RandomStream(seed: seed, name: "spectrum").substream(minibatch)
        switch preset {
        case .default:
            let lanczos = Lanczos(
                largest: largest, smallest: smallest, tolerance: tolerance,
                basisLimit: basisLimit, maximumProducts: maximumProducts,
                verification: .recurrence, stream: stream)
            return try lanczos.samples(
                of: target, l2: l2, decayed: decayed, minibatch: minibatch)
        case .park2022:
            let power = PowerIteration(
                count: largest, maximumIterations: maximumProducts, tolerance: tolerance,
                stream: stream)
            return try power.samples(
                of: target, l2: l2, decayed: decayed, minibatch: minibatch)
        }
    }

    /// The spectrum before any minibatch has been measured.
    public var emptyResult: SpectrumResult {
        SpectrumResult(
            preset: preset, method: method, batchSize: batchSize, minibatchCount: minibatchCount,
            l2: l2, tolerance: tolerance,
            eigenvaluesPerMinibatch: largest + smallest, seed: seed)
    }
}

extension SpectrumResult {
    /// Takes the given minibatches as all that there are, with NEP, APE and their intervals.
    mutating func pool(_ parts: [MinibatchSpectrum]) {
        samples = parts.flatMap(\.samples)
        products = parts.reduce(0) { $0 + $1.products }
        summary = SpectrumSummary(samples, withL2: false, seed: seed)
        summaryWithL2 = SpectrumSummary(samples, withL2: true, seed: seed)
    }
}

extension SpectrumSummary {
    /// NEP and APE of the converged samples of the pool, with percentile intervals over minibatches.
    ///
    /// A resample takes whole minibatches, because the eigenvalues of one minibatch go together.
    public init(
        _ samples: [SpectrumSample], withL2: Bool, seed: UInt64 = 0, resamples: Int = 1000
    ) {
        /// What one minibatch contributes.
        struct Sums {
            var count = 0.0
            var negative = 0.0
            var positive = 0.0
            var positiveSum = 0.0
        }
        var sums: [Int: Sums] = [:]
        var unconverged = 0
        let pool = zip(samples, samples.pooled(withL2: withL2)).filter(\.1).map(\.0)
        for sample in pool {
            guard withL2 ? sample.convergedWithL2 : sample.converged else {
                unconverged += 1
                continue
            }
            let value = withL2 ? sample.valueWithL2 : sample.value
            var sum = sums[sample.minibatch] ?? Sums()
            sum.count += 1
            if value < 0 { sum.negative += 1 }
            if value > 0 {
                sum.positive += 1
                sum.positiveSum += value
            }
            sums[sample.minibatch] = sum
        }
        let ordered = sums.sorted { $0.key < $1.key }.map(\.value)
        let bootstrap = Bootstrap(seed: seed, resamples: resamples)
        let estimates = bootstrap.estimates(count: ordered.count) { weights in
            var total = Sums()
            for (weight, sum) in zip(weights, ordered) {
                total.count += weight * sum.count
                total.negative += weight * sum.negative
                total.positive += weight * sum.positive
                total.positiveSum += weight * sum.positiveSum
            }
            return [total.negative / total.count, total.positiveSum / total.positive]
        }
        self.init(
            negativeProportion: estimates[0], averagePositive: estimates[1],
            convergedCount: pool.count - unconverged, unconvergedCount: unconverged)
    }
}
