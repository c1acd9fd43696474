import Autodiff

/// Which of a network's computations is traced.
public struct TraceOptions: Sendable {
    /// What batch norm normalises with.
    public enum BatchNormalization: String, Sendable, CaseIterable {
        /// The statistics stored with the weights.
        case running
        /// Those of the batch itself, which are differentiated through.
        case batch
    }

    /// Whether random masks are in use.
    public enum Mode: String, Sendable, CaseIterable {
        /// No dropout but that of Monte Carlo networks, and no drop path.
        case evaluation
        /// Dropout and drop path act.
        case training
    }

    public var batchNormalization = BatchNormalization.running
    public var mode = Mode.evaluation
    /// Indices of residual units whose branch is removed; their shortcut stays.
    public var lesions: Set<Int> = []
    /// The seed of dropout and drop-path masks.
    public var maskSeed: UInt64 = 0
    /// Masks given as tables instead: for call number n (from 0) of dropout and its shape, ones
    /// where an element is kept. Reference numbers of other programs are checked with this.
    public var dropoutTable: (@Sendable (_ call: Int, _ shape: Shape, _ rate: Double) -> [Double])?

    public init() {}
}
