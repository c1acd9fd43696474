/// A symmetric linear map of flat parameter vectors: a Hessian, or any matrix in a test.
public protocol SymmetricOperator {
    /// The length of the vectors it acts on.
    var dimension: Int { get }

    /// The product with `vector`, of length `dimension`.
    ///
    /// - Throws: what the computation behind it throws, for example when a product is not finite.
    func apply(_ vector: [Double]) throws -> [Double]
}
