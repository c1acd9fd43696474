import Execution

/// The parameters on which weight decay acts.
public enum DecayedParameters: Sendable, Hashable {
    /// All of them.
    case all
    /// Those in ascending, disjoint ranges of the flat vector.
    case ranges([Range<Int>])

    /// Mv: the vector with the entries that are not decayed set to 0.
    public func masked(_ vector: ParameterVector) -> ParameterVector {
        switch self {
        case .all: return vector
        case .ranges(let ranges): return vector.restricted(to: ranges)
        }
    }
}

/// The Hessian of NLL + (λ/2)·‖w‖² over the decayed parameters: v ↦ Hv + λMv.
///
/// The penalty needs no product of its own.
public struct PenalizedOperator: SymmetricOperator {
    /// The Hessian H of NLL.
    public let base: any SymmetricOperator
    /// λ, in loss per squared weight.
    public let l2: Double
    /// The parameters on which λ acts, the mask M.
    public let decayed: DecayedParameters

    /// The sum of a Hessian and the Hessian of its L2 penalty.
    public init(
        _ base: any SymmetricOperator, l2: Double, decayed: DecayedParameters = .all
    ) {
        self.base = base
        self.l2 = l2
        self.decayed = decayed
    }

    public var dimension: Int { base.dimension }
    public var storage: Precision { base.storage }

    public func apply(_ vector: ParameterVector) throws -> ParameterVector {
        var product = try base.apply(vector)
        if l2 != 0 {
            product.add(l2, decayed.masked(vector))
        }
        return product
    }
}
