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
    /// Finished minibatches do not belong to the run that is to go on.
    case foreignMinibatch(index: Int, count: Int)

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
        case .foreignMinibatch(let index, let count):
            "finished minibatch \(index) does not belong to a run of \(count) minibatches"
        }
    }
}

/// Counts products and refuses those that are not finite.
struct CountedOperator {
    let base: any SymmetricOperator
    private(set) var products = 0

    init(_ base: any SymmetricOperator) {
        self.base = base
    }

    var dimension: Int { base.dimension }

    mutating func apply(_ vector: [Double]) throws -> [Double] {
        let product = try base.apply(vector)
        guard VectorMath.isFinite(product) else {
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
    _ supplied: [Double]?, towards direction: [Double]? = nil, dimension: Int,
    stream: RandomStream
) throws -> [Double] {
    var vector = supplied ?? stream.gaussians(dimension)
    guard vector.count == dimension else {
        throw SpectraError.startLength(expected: dimension, actual: vector.count)
    }
    if supplied == nil, let direction, direction.count == dimension {
        let length = VectorMath.norm(direction)
        if length > 0, length.isFinite {
            VectorMath.add(VectorMath.norm(vector) / length, direction, to: &vector)
        }
    }
    let length = VectorMath.normalize(&vector)
    guard length > 0, length.isFinite else { throw SpectraError.startNotUsable }
    return vector
}
