import Foundation
import Randomness
import Results

/// The density of a spectrum with a band for the share of eigenvalues below each number.
///
/// The band joins what is certain of each quadrature with what chance may do to the mean over probes:
/// with probability 1 - η, at all x at once,
///
///     |Φ(x) - mean Ψ(x)| ≤ √( ln(2n/η) / ((n + 2) n_v) )
///
/// for Gaussian probes, because (uᵢ·v)² summed over m eigenvectors is Beta(m/2, (n-m)/2), which is
/// sub-Gaussian of variance 1/(2(n + 2)), and there are n such sums.
///
/// - Source: Chen, Trogdon & Ubaru 2021 (arXiv 2105.06595), theorem 1 and section 4.
public struct DensityResult: Sendable, Hashable {
    /// A node of the quadrature of a probe.
    public struct Node: Fillable, Hashable {
        /// The number of the probe.
        public var probe = 0
        /// θ, in loss per squared weight.
        public var eigenvalue = Double.nan
        /// ω; those of a probe sum to 1.
        public var weight = Double.nan

        public init() {}
    }

    /// The preset behind it.
    public var preset = DensityMeasurement.Preset.default
    /// The number of probes when finished.
    public var probeCount = 0
    /// The number of Lanczos steps of a probe.
    public var steps = 0
    /// The number of points of the curve.
    public var points = 0
    /// See `DensityMeasurement.kernelVariance`.
    public var kernelVariance = Double.nan
    /// The number of parameters n.
    public var dimension = 0
    /// The seed of the probes.
    public var seed: UInt64 = 0
    /// λ of the L2 penalty in the matrix.
    public var l2 = 0.0
    /// The products of all probes.
    public var products = 0
    /// What chance may add to the share of eigenvalues below a number, at the level of the band; NaN
    /// where the probes are not Gaussian.
    public var chance = Double.nan
    /// The largest distance of the cumulative curve from an end of its band: the Kolmogorov-Smirnov
    /// distance to the true one is at most this.
    public var kolmogorovSmirnov = Double.nan
    /// The bound of the Wasserstein distance that holds before measuring, for the range of nodes.
    public var wasserstein = Double.nan
    /// The share of negative eigenvalues.
    public var negativeShare = Estimate()
    /// The mean of the eigenvalues, the trace divided by n.
    public var mean = Double.nan
    /// The root of the mean squared eigenvalue, ‖A‖_F/√n.
    public var rootMeanSquare = Double.nan
    /// The nodes of all probes, one after the other.
    public var nodes: [Node] = []
    /// The curve, from low to high eigenvalues.
    public var curve: [DensityPoint] = []

    /// The coverage of the band, 1 - η.
    public static let level = 0.95

    public init() {}
}

extension DensityResult: MeasuredResult {
    public static let kind = "density"
    public static let item = "probe"

    public var finding: String {
        guard let low = nodes.map(\.eigenvalue).min(), let high = nodes.map(\.eigenvalue).max()
        else { return "no probe" }
        return "eigenvalues from \(Readable.number(low)) to \(Readable.number(high)),"
            + " \(Readable.percentage(negativeShare.value)) negative"
    }

    public mutating func assemble(_ rows: [[Double]?]) throws {
        (nodes, curve, products) = ([], [], 0)
        var quadratures: [GaussQuadrature] = []
        for (item, row) in rows.enumerated() {
            guard let row else { continue }
            guard let quadrature = GaussQuadrature(row: row) else {
                throw RowError(name(ofItem: item), "is no quadrature; compute it again")
            }
            quadratures.append(quadrature)
            products += quadrature.nodes.count
            for (value, weight) in zip(quadrature.nodes, quadrature.weights) {
                var node = Node()
                (node.probe, node.eigenvalue, node.weight) = (item, value, weight)
                nodes.append(node)
            }
        }
        guard !quadratures.isEmpty else { return }
        draw(QuadratureMean(quadratures: quadratures))
    }

    private mutating func draw(_ spectrum: QuadratureMean) {
        let (n, probes) = (Double(dimension), Double(spectrum.quadratures.count))
        let bound = (log(2 * n / (1 - Self.level)) / ((n + 2) * probes)).squareRoot()
        chance = preset == .default ? bound : .nan
        let range = spectrum.range
        // Theorem 1: k ≥ 12/t + 1/2 steps and as many probes bring the distance below t.
        wasserstein = (range.upperBound - range.lowerBound)
            * (6 / (Double(steps) - 0.5) + chance)
        mean = spectrum.mean { $0 }
        rootMeanSquare = spectrum.mean { $0 * $0 }.squareRoot()
        negativeShare = estimate(spectrum, below: (-Double.leastNonzeroMagnitude))
        let (values, variance) = preset.abscissas(
            of: spectrum, points: points, kernelVariance: kernelVariance)
        curve = values.map { value in
            var point = DensityPoint()
            point.eigenvalue = value
            point.density = spectrum.density(at: value, variance: variance)
            point.cumulative = estimate(spectrum, below: value)
            return point
        }
        if preset == .pyhessian, values.count > 1 {
            let area = curve.reduce(0) { $0 + $1.density } * (values[1] - values[0])
            for index in curve.indices { curve[index].density /= area }
        }
        kolmogorovSmirnov = nodes.reduce(0) { largest, node in
            let here = spectrum.cumulative(at: node.eigenvalue)
            return max(largest, here.upper - here.value, here.value - here.lower)
        } + chance
    }

    private func estimate(_ spectrum: QuadratureMean, below value: Double) -> Estimate {
        let share = spectrum.cumulative(at: value)
        return Estimate(
            value: share.value, lower: max(share.lower - chance, 0),
            upper: min(share.upper + chance, 1), level: Self.level)
    }

    public static var schema: Schema<DensityResult> {
        Schema(
            .field("preset", \.preset, "the protocol"),
            .field("probes", \.probeCount, unit: .one, "probes when finished"),
            .field("steps", \.steps, unit: .one, "Lanczos steps of a probe, all reorthogonalised"),
            .field("points", \.points, unit: .one, "points of the curve"),
            .field(
                "kernel_variance", \.kernelVariance, unit: .one,
                "variance of the smoothing kernel, relative to the range squared"
                    + " (default) or to the larger of the range and 1 (pyhessian)"),
            .field("dimension", \.dimension, unit: .one, "number of parameters"),
            .field("seed", \.seed, unit: .one, "seed of the probes"),
            .field(
                "l2", \.l2, unit: .curvature,
                "coefficient λ of the L2 penalty in the matrix"),
            .field("products", \.products, unit: .one, "products of all probes"),
            .field(
                "chance", \.chance, unit: .share,
                "what chance may add to the share below any number, at the level of the band"),
            .field(
                "kolmogorov_smirnov_bound", \.kolmogorovSmirnov, unit: .share,
                "largest distance of the cumulative curve from the true one, at that level"),
            .field(
                "wasserstein_bound", \.wasserstein, unit: .curvature,
                "bound of the Wasserstein distance that holds before measuring"),
            .field(
                "negative_share", \.negativeShare, unit: .share, "share of negative eigenvalues"),
            .field("mean", \.mean, unit: .curvature, "mean eigenvalue, trace / dimension"),
            .field(
                "root_mean_square", \.rootMeanSquare, unit: .curvature,
                "root of the mean squared eigenvalue"),
            .table(
                "nodes", axis: "node", \.nodes,
                [
                    .column("probe", \.probe, unit: .one, "number of the probe"),
                    .column("node", \.eigenvalue, unit: .curvature, "Ritz value θ"),
                    .column(
                        "weight", \.weight, unit: .one,
                        "its weight ω in the quadrature of the probe"),
                ]),
            .table(
                "curve", axis: "point", \.curve,
                [
                    .column("eigenvalue", \.eigenvalue, unit: .curvature, "eigenvalue λ"),
                    .column(
                        "density", \.density, unit: StoredUnit("weight² / loss"),
                        "smoothed density of eigenvalues"),
                    .column(
                        "cumulative", \.cumulative, unit: .share,
                        "share of eigenvalues up to λ, not smoothed, with its band"),
                ]))
    }
}
