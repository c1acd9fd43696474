import Execution

/// An operator that tells of each product, so that progress can be shown.
struct ObservedOperator: SymmetricOperator {
    private let base: any SymmetricOperator
    private let observe: () -> Void

    init(_ base: any SymmetricOperator, observe: @escaping () -> Void) {
        self.base = base
        self.observe = observe
    }

    var dimension: Int { base.dimension }
    var storage: Precision { base.storage }
    func leadingDirection() throws -> ParameterVector? { try base.leadingDirection() }

    func apply(_ vector: ParameterVector) throws -> ParameterVector {
        defer { observe() }
        return try base.apply(vector)
    }
}
