import Execution
import Randomness

/// A product that cannot be used for eigenvalues.
public enum SpectraError: Error, CustomStringConvertible, Equatable {
    /// A product has an entry that is NaN or infinite.
    case productNotFinite(product: Int)
    /// A start vector has the wrong length.
    case startLength(expected: Int, actual: Int)
    /// A start vector is zero or has an entry that is NaN or infinite.
    case startNotUsable
    /// The Krylov basis is too small for what is asked of it.
    case basisTooSmall(limit: Int, needed: Int)

    public var description: String {
        switch self {
        case .productNotFinite(let product):
            "Hessian-vector product \(product) is not finite; check weights and inputs for NaN,"
                + " or use --precision f64 if the loss overflows"
        case .startLength(let expected, let actual):
            "start vector has \(actual) entries, the operator has \(expected)"
        case .startNotUsable:
            "start vector is zero or not finite"
        case .basisTooSmall(let limit, let needed):
            "Krylov basis of \(limit) vectors is too small; these eigenvalues need at least"
                + " \(needed)"
        }
    }
}

/// Counts products and refuses those that are not finite.
struct CountedOperator {
    let base: any SymmetricOperator
    private(set) var products: Int

    /// - Parameter products: those that were made before.
    init(_ base: any SymmetricOperator, products: Int = 0) {
        self.base = base
        self.products = products
    }

    var dimension: Int { base.dimension }

    mutating func apply(_ vector: ParameterVector) throws -> ParameterVector {
        let product = try base.apply(vector)
        guard product.isFinite else {
            throw SpectraError.productNotFinite(product: products)
        }
        products += 1
        return product
    }
}

/// A unit start vector: the supplied one, or Gaussian draws of a stream.
///
/// - Parameter direction: is added to the draws with the same norm, if it has any.
func startVector(
    _ supplied: ParameterVector?, towards direction: ParameterVector? = nil, dimension: Int,
    storage: Precision, stream: RandomStream
) throws -> ParameterVector {
    var vector = supplied?.stored(in: storage)
        ?? .gaussian(dimension, storage: storage, stream: stream)
    guard vector.count == dimension else {
        throw SpectraError.startLength(expected: dimension, actual: vector.count)
    }
    if supplied == nil, let direction, direction.count == dimension {
        let length = direction.norm()
        if length > 0, length.isFinite { vector.add(vector.norm() / length, direction) }
    }
    let length = vector.normalize()
    guard length > 0, length.isFinite else { throw SpectraError.startNotUsable }
    return vector
}
