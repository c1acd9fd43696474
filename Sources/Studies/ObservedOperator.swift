import Execution

/// An operator that tells of each product before it is made, so that progress is shown and the work
/// can be stopped.
struct ObservedOperator: SymmetricOperator {
    private let base: any SymmetricOperator
    private let observe: () throws -> Void

    init(_ base: any SymmetricOperator, observe: @escaping () throws -> Void) {
        self.base = base
        self.observe = observe
    }

    var dimension: Int { base.dimension }
    var storage: Precision { base.storage }
    func leadingDirection() throws -> ParameterVector? { try base.leadingDirection() }

    func apply(_ vector: ParameterVector) throws -> ParameterVector {
        try observe()
        return try base.apply(vector)
    }
}
