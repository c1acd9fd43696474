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
    var leadingDirection: [Double]? { base.leadingDirection }

    func apply(_ vector: [Double]) throws -> [Double] {
        defer { observe() }
        return try base.apply(vector)
    }
}
