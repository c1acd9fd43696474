/// A symmetric linear map of flat parameter vectors: a Hessian, or any matrix in a test.
public protocol SymmetricOperator {
    /// The length of the vectors it acts on.
    var dimension: Int { get }

    /// The precision in which the vectors that it takes and gives are stored.
    var storage: Precision { get }

    /// The product with `vector`, of length `dimension`.
    ///
    /// - Throws: what the computation behind it throws, for example when a product is not finite.
    func apply(_ vector: ParameterVector) throws -> ParameterVector

    /// A direction that leans towards the eigenvectors at the ends of the spectrum, where one is
    /// known without a product.
    ///
    /// - Throws: what the computation behind it throws.
    func leadingDirection() throws -> ParameterVector?

    /// The products with several vectors, in their order.
    ///
    /// An operator that can share work between the products of a block states its own form.
    func apply(block vectors: [ParameterVector]) throws -> [ParameterVector]
}

extension SymmetricOperator {
    public var storage: Precision { .double }

    public func leadingDirection() throws -> ParameterVector? { nil }

    /// The products one after the other.
    public func apply(block vectors: [ParameterVector]) throws -> [ParameterVector] {
        try vectors.map(apply)
    }
}
