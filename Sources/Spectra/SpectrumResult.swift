import Randomness
import Results

/// One eigenvalue of one minibatch, without and with the L2 penalty.
public struct SpectrumSample: Sendable, Codable, Hashable {
    /// The number of the minibatch.
    public var minibatch: Int
    /// The end of the spectrum at which it was computed.
    public var end: SpectrumEnd
    /// The rank at that end; 0 is the extreme one.
    public var rank: Int
    /// The eigenvalue of the Hessian of NLL, in loss per squared weight.
    public var value: Double
    /// Its residual ‖Hv - λv‖.
    public var residual: Double
    /// Whether its criterion was met.
    public var converged: Bool
    /// The eigenvalue of the Hessian of NLL + L2.
    public var valueWithL2: Double
    /// The residual of that one.
    public var residualWithL2: Double
    /// Whether the criterion was met for that one.
    public var convergedWithL2: Bool
    /// The number of products behind it, see `Eigenpair.iterations`.
    public var iterations: Int
}

/// NEP and APE of pooled minibatch eigenvalues, computed from the converged samples of the pool.
public struct SpectrumSummary: Sendable, Codable, Hashable {
    /// NEP, the proportion of negative eigenvalues: ∫_{-∞}^0 p(λ) dλ.
    public var negativeProportion = Estimate()
    /// APE, the average positive eigenvalue: ∫_0^∞ λp dλ / ∫_0^∞ p dλ, in loss per squared weight.
    public var averagePositive = Estimate()
    /// The number of converged samples, from which the two were computed.
    public var convergedCount = 0
    /// The number of samples left out because they had not converged.
    public var unconvergedCount = 0
}

/// The Hessian max-eigenvalue spectrum: extreme eigenvalues pooled over minibatches.
///
/// Minibatch curvature is inflated (Tatzel et al. 2024, arXiv 2410.14325), so spectra compare
/// models only at equal batch size, which is why the batch size is part of the result.
///
/// - Source: Park & Kim 2022 (arXiv 2202.06709), Figure 1b and appendix.
public struct SpectrumResult: Sendable, Codable, Hashable {
    /// The named ways of making a spectrum.
    public enum Preset: String, StoredLabel, Sendable, Codable, CaseIterable {
        /// Both ends by Lanczos.
        case `default`
        /// Largest magnitudes by power iteration, 100 iterations, tolerance 1e-3.
        case park2022
    }

    /// The preset behind it.
    public var preset: Preset
    /// The method of the eigenvalues.
    public var method: EigenvalueResult.Method
    /// The number of examples in a minibatch.
    public var batchSize: Int
    /// The number of minibatches that the run covers when finished.
    public var minibatchCount: Int
    /// λ of the L2 penalty, in loss per squared weight.
    public var l2: Double
    /// The tolerance of the stopping criterion.
    public var tolerance: Double
    /// The number of eigenvalues that are looked for in each minibatch.
    public var eigenvaluesPerMinibatch: Int
    /// The seed of the resamples.
    public var seed: UInt64
    /// The samples, ordered by minibatch, end and rank.
    public var samples: [SpectrumSample] = []
    /// The number of operator products in total.
    public var products = 0
    /// NEP and APE of NLL.
    public var summary = SpectrumSummary()
    /// NEP and APE of NLL + L2.
    public var summaryWithL2 = SpectrumSummary()

    /// The converged eigenvalues of the pool, of NLL + L2 or of NLL alone, in order.
    public func convergedValues(withL2: Bool) -> [Double] {
        let pool = zip(samples, samples.pooled(withL2: withL2)).filter(\.1).map(\.0)
        return withL2
            ? pool.filter(\.convergedWithL2).map(\.valueWithL2)
            : pool.filter(\.converged).map(\.value)
    }
}

extension SpectrumResult {
    /// The number of minibatches that have samples.
    public var finishedCount: Int { Set(samples.map(\.minibatch)).count }

    /// Whether every minibatch has been computed.
    public var isComplete: Bool { finishedCount == minibatchCount }
}
