import Execution
import Randomness
import Results

/// How the density of a spectrum is measured: stochastic Lanczos quadrature.
///
/// - Source: Lin, Saad & Yang 2016 (arXiv 1308.5467); Ghorbani et al. 2019 (arXiv 1901.10159).
public struct DensityMeasurement: Sendable, Hashable {
    /// Named ways of measuring.
    public enum Preset: String, StoredLabel, Sendable, Codable, CaseIterable {
        /// Gaussian probes, for which the band is proven, and kernels of 1/200 of the range.
        case `default`
        /// As PyHessian does it: one probe of random signs, 100 steps, kernels of the variance
        /// 1e-5 · max(1, range) on 10,000 points, the sum over points scaled to 1.
        case pyhessian
    }

    /// The preset behind it.
    public var preset: Preset
    /// The number of probes n_v.
    public var probes: Int
    /// The number of Lanczos steps k of a probe.
    public var steps: Int
    /// The number of points of the curve.
    public var points: Int
    /// The variance of the Gaussian kernel relative to the range of nodes, or to 1 where the preset
    /// takes that for the larger.
    public var kernelVariance: Double
    /// The number of parameters n.
    public var dimension: Int
    /// The seed of the probes.
    public var seed: UInt64

    /// A measurement with the preset's numbers.
    public init(_ preset: Preset = .default, dimension: Int, seed: UInt64 = 0) {
        self.preset = preset
        self.dimension = dimension
        self.seed = seed
        let isDefault = preset == .default
        probes = isDefault ? 10 : 1
        steps = isDefault ? 50 : 100
        points = isDefault ? 1000 : 10_000
        kernelVariance = isDefault ? 2.5e-5 : 1e-5
    }

    /// The probe with the given number.
    func probe(_ number: Int, storage: Precision) -> ParameterVector {
        let stream = RandomStream(seed: seed, name: "density").substream(number)
        return preset == .default
            ? .gaussian(dimension, storage: storage, stream: stream)
            : .rademacher(dimension, storage: storage, stream: stream)
    }

    /// The quadrature that a probe sees, as a row of a study.
    ///
    /// - Throws: `SpectraError` where a product is not finite.
    public func measure(
        _ number: Int, of target: any SymmetricOperator
    ) throws -> GaussQuadrature {
        try GaussQuadrature(
            of: target, start: probe(number, storage: target.storage), steps: steps)
    }

    /// The number of values in the row of a probe.
    public var rowLength: Int { 1 + 2 * min(steps, dimension) }

    /// The density before any probe has been measured.
    public var emptyResult: DensityResult {
        var result = DensityResult()
        result.preset = preset
        (result.probeCount, result.steps, result.points) = (probes, min(steps, dimension), points)
        (result.kernelVariance, result.dimension, result.seed) = (kernelVariance, dimension, seed)
        return result
    }
}

extension GaussQuadrature {
    /// The quadrature as a row: the number of nodes, nodes, weights.
    public var row: [Double] { [Double(nodes.count)] + nodes + weights }

    /// The quadrature of a row; nil where it is none.
    init?(row: [Double]) {
        guard let first = row.first, let count = Int(exactly: first), count > 0,
            count <= (row.count - 1) / 2
        else { return nil }
        self.init(
            nodes: Array(row[1...count]), weights: Array(row[(count + 1)...(2 * count)]))
        guard (nodes + weights).allSatisfy(\.isFinite) else { return nil }
    }
}
