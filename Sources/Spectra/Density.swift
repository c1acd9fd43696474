#if canImport(Glibc)
    import Glibc
#endif

/// Smoothed and binned views of eigenvalues, for drawing only.
///
/// NEP and APE are computed from the samples: the mass of a kernel leaks across 0.
public enum Density {
    /// A Gaussian kernel density.
    ///
    ///     p(λ) = 1/(n·h·√2π) · Σ exp(-(λ - λᵢ)² / 2h²)
    ///
    /// - Parameters:
    ///   - values: the samples λᵢ.
    ///   - points: where the density is wanted.
    ///   - bandwidth: h in the unit of the samples; nil takes `silvermanBandwidth`.
    /// - Returns: p at each point; zeros where there are no samples.
    public static func gaussian(
        of values: [Double], at points: [Double], bandwidth: Double? = nil
    ) -> [Double] {
        guard !values.isEmpty else { return points.map { _ in 0 } }
        let width = bandwidth ?? silvermanBandwidth(of: values)
        let scale = 1 / (Double(values.count) * width * (2 * Double.pi).squareRoot())
        return points.map { point in
            scale * values.reduce(0) { sum, value in
                let distance = (point - value) / width
                return sum + exp(-distance * distance / 2)
            }
        }
    }

    /// Silverman's rule of thumb: 0.9·min(s, IQR/1.34)·n^(-1/5).
    ///
    /// - Returns: the bandwidth; for samples without spread a thousandth of their magnitude.
    /// - Source: Silverman 1986, "Density Estimation", eq. 3.31.
    public static func silvermanBandwidth(of values: [Double]) -> Double {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(count - 1, 1)
        let sorted = values.sorted()
        let last = sorted.count - 1
        let quartiles = last < 0 ? 0 : sorted[3 * last / 4] - sorted[last / 4]
        let spreads = [variance.squareRoot(), quartiles / 1.34].filter { $0 > 0 }
        guard let spread = spreads.min() else { return max(abs(mean) * 1e-3, 1e-12) }
        return 0.9 * spread * pow(count, -0.2)
    }

    /// Counts of samples in equal bins `[lower + i·w, lower + (i + 1)·w)`; the last bin holds its
    /// upper edge too, and samples outside the range are in no bin.
    public static func counts(
        of values: [Double], from lower: Double, to upper: Double, bins: Int
    ) -> [Int] {
        var counts = [Int](repeating: 0, count: bins)
        for value in values where value >= lower && value <= upper {
            let place = Int((value - lower) / (upper - lower) * Double(bins))
            counts[min(max(place, 0), bins - 1)] += 1
        }
        return counts
    }

    /// log₁₀(1 + count) per bin: the height of a histogram whose single samples stay visible.
    public static func logCounts(_ counts: [Int]) -> [Double] {
        counts.map { log10(1 + Double($0)) }
    }
}
