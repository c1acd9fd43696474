/// When an eigenpair has converged, whatever the method: by its residual.
///
///     ‖Hv - λv‖ ≤ tolerance · max(|λ|, scaleFloor · max|λ|)
///
/// A residual bounds the error of λ; the change of λ between two steps does not.
public struct ConvergenceCriterion: Sendable, Hashable {
    /// The residual relative to the eigenvalue.
    public var tolerance: Double
    /// The share of the largest magnitude below which an eigenvalue is not resolved relative to
    /// itself: without it, eigenvalues at zero would never converge.
    public var scaleFloor: Double

    /// A criterion.
    public init(tolerance: Double = 1e-4, scaleFloor: Double = 1e-2) {
        self.tolerance = tolerance
        self.scaleFloor = scaleFloor
    }

    /// Judges a pair by its residual.
    ///
    /// - Parameter magnitude: the largest magnitude of an eigenvalue that is known of the operator.
    func judge(_ pair: inout Eigenpair, magnitude: Double) {
        pair.bound = tolerance * max(abs(pair.value), scaleFloor * magnitude)
        pair.converged = pair.residual <= pair.bound
    }
}
