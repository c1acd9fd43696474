import Execution
import Results

/// The end of the spectrum to which an eigenvalue belongs.
public enum SpectrumEnd: String, StoredLabel, Sendable, Codable, CaseIterable {
    /// The algebraically largest eigenvalues, the largest first.
    case largest
    /// The algebraically smallest eigenvalues, the smallest first.
    case smallest
    /// The eigenvalues of largest magnitude, whatever their sign: what power iteration finds.
    case largestMagnitude = "largest_magnitude"
}

/// An approximate eigenvalue with what is known of its error.
public struct Eigenpair: Sendable, Hashable {
    /// λ, in loss per squared weight.
    public var value: Double
    /// ‖Hv - λv‖ for the unit vector v; λ is within this distance of an eigenvalue.
    public var residual: Double
    /// The number of products spent on this pair: its own in power iteration, all products of the
    /// shared Krylov space in the Lanczos method.
    public var iterations: Int
    /// Whether the pair has converged: its residual is at most `bound`.
    public var converged: Bool
    /// What the residual is to be at most, see `ConvergenceCriterion`; NaN where another rule than
    /// the residual decided, as in the first paper's protocol.
    public var bound = Double.nan
    /// The end of the spectrum.
    public var end: SpectrumEnd
    /// The rank at that end; 0 is the extreme one.
    public var rank: Int
    /// The unit eigenvector, where it was asked for.
    public var vector: ParameterVector?
}

extension Eigenpair: Fillable {
    public init() {
        self.init(
            value: .nan, residual: .nan, iterations: 0, converged: false, end: .largest, rank: 0)
    }
}
