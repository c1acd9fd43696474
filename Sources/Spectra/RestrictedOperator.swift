import Execution

/// A symmetric operator restricted to some parameters: the block PAPᵀ of A, in which the others are
/// held fixed.
///
/// Its vectors have an entry for each of these parameters alone, so that the spectrum is that of the
/// block, without the zeros of the rest.
public struct RestrictedOperator: SymmetricOperator {
    /// A.
    public let base: any SymmetricOperator
    /// The parameters of the block: ascending, disjoint ranges of the flat vector.
    public let ranges: [Range<Int>]
    public let dimension: Int

    /// The block of an operator.
    public init(_ base: any SymmetricOperator, to ranges: [Range<Int>]) {
        self.base = base
        self.ranges = ranges
        dimension = ranges.reduce(0) { $0 + $1.count }
    }

    public var storage: Precision { base.storage }

    public func leadingDirection() throws -> ParameterVector? {
        try base.leadingDirection()?.gathered(ranges)
    }

    public func apply(_ vector: ParameterVector) throws -> ParameterVector {
        try base.apply(vector.scattered(to: ranges, of: base.dimension)).gathered(ranges)
    }
}
