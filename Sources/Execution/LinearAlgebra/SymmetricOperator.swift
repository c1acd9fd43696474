/// A symmetric linear map of flat parameter vectors: a Hessian, or any matrix in a test.
public protocol SymmetricOperator {
    /// The length of the vectors it acts on.
    var dimension: Int { get }

    /// The product with `vector`, of length `dimension`.
    ///
    /// - Throws: what the computation behind it throws, for example when a product is not finite.
    func apply(_ vector: [Double]) throws -> [Double]

    /// A direction that leans towards the eigenvectors at the ends of the spectrum, where one is
    /// known without a product.
    var leadingDirection: [Double]? { get }

    /// The products with several vectors, in their order.
    ///
    /// An operator that can share work between the products of a block states its own form.
    func apply(block vectors: [[Double]]) throws -> [[Double]]
}

extension SymmetricOperator {
    public var leadingDirection: [Double]? { nil }

    /// The products one after the other.
    public func apply(block vectors: [[Double]]) throws -> [[Double]] {
        try vectors.map(apply)
    }
}
