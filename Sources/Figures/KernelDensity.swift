import Foundation

/// A density estimated from samples of one sign, for drawing only.
///
/// Gaussian kernels with Silverman's bandwidth; what a kernel puts beyond 0 is reflected, so no
/// mass crosses to the other sign and the area is exactly the share of the samples.
///
///     p(x) = (share / n h) Σ_i [φ((x - x_i)/h) + φ((x + x_i)/h)]
///     h = 0.9 min(σ, IQR/1.34) n^(-1/5)
///
/// - Source: Silverman 1986, *Density Estimation*, eq. 3.31 and section 2.10.
struct KernelDensity {
    /// The samples, all of one sign.
    let samples: [Double]
    /// The area below the curve.
    let share: Double
    /// The bandwidth h, in the unit of the samples.
    let bandwidth: Double

    /// The density of `samples`, whose area is `share`.
    init(samples: [Double], share: Double) {
        self.samples = samples
        self.share = share
        bandwidth = KernelDensity.bandwidth(samples)
    }

    /// The density at `x`, of the same sign as the samples; 0 for no samples.
    func value(at x: Double) -> Double {
        guard !samples.isEmpty else { return 0 }
        let sum = samples.reduce(0) { sum, sample in
            let near = (x - sample) / bandwidth
            let mirrored = (x + sample) / bandwidth
            return sum + exp(-near * near / 2) + exp(-mirrored * mirrored / 2)
        }
        return share * sum / (Double(samples.count) * bandwidth * (2 * Double.pi).squareRoot())
    }

    /// Silverman's rule; where all samples agree, a twentieth of their magnitude.
    private static func bandwidth(_ samples: [Double]) -> Double {
        let count = Double(samples.count)
        let fallback = max(0.05 * (samples.map(abs).max() ?? 1), 1e-12)
        guard count > 1 else { return fallback }
        let mean = samples.reduce(0, +) / count
        let variance = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let sorted = samples.sorted()
        let range = quantile(sorted, 0.75) - quantile(sorted, 0.25)
        let spreads = [variance.squareRoot(), range / 1.34].filter { $0 > 1e-9 * fallback }
        return 0.9 * (spreads.min() ?? fallback) * pow(count, -0.2)
    }

    private static func quantile(_ sorted: [Double], _ level: Double) -> Double {
        let position = level * Double(sorted.count - 1)
        let low = Int(position)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (position - Double(low)) * (sorted[high] - sorted[low])
    }
}
