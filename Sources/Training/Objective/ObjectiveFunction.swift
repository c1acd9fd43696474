import Datasets
import Execution
import Networks

/// The penalty's values at one point, each convention apart.
public struct Penalties: Sendable, Hashable, Codable {
    /// (λ/2)·Σ‖w‖² over the decayed parameters.
    public let l2: Double
    /// Σ|w| over all parameters.
    public let l1: Double
    /// Σ_k‖w_k‖₂ over all parameter tensors, not squared.
    public let sumOfNorms: Double
    /// Σ‖w‖² over all parameters.
    public let squaredNorm: Double
}

/// An objective of flat weights, whatever the number type that its programs run in.
///
///     objective(w) = mean over examples of NLL + penalty(w)
public protocol ObjectiveFunction: AnyObject {
    /// The order of tensors in flat vectors.
    var layout: WeightLayout { get }
    /// The number of parameters.
    var dimension: Int { get }
    /// The positions of the examples in use.
    var positions: Range<Int> { get }
    var options: ObjectiveOptions { get }

    /// Seconds that compiled programs have run so far; the rest goes to what is around them.
    var programSeconds: Double { get }

    /// Chooses other examples of the same set; programs are kept while the number is the same.
    ///
    /// - Throws: `ObjectiveError.positions` or `.unevenBatches`.
    func setExamples(_ positions: Range<Int>) throws

    /// What the network with weights `w` says about each example.
    func evaluate(at w: [Double]) throws -> Evaluation

    /// The mean NLL without penalty, and its gradient.
    func gradient(at w: [Double]) throws -> (negativeLogLikelihood: Double, gradient: [Double])

    /// The Hessian of the mean NLL at `w`, ready for products.
    ///
    /// - Parameter includingPenalty: whether products include the penalty's Hessian.
    func linearize(at w: [Double], includingPenalty: Bool) throws -> HessianOperator

    /// The units of the network, in the order of computation.
    func units() throws -> [UnitDescription]

    /// The objective of the network with the branches of some residual units removed.
    ///
    /// - Throws: `NetworkError` where a unit does not exist or is not residual.
    func removing(_ lesions: Set<Int>) throws -> Self

    /// What defines the examples, as pairs to be stored with a result.
    var examplesDescription: [(name: String, value: String)] { get }

    /// The penalty of the chosen convention: value, gradient, Hessian products.
    var penalty: Penalty { get }
}

extension Precision {
    /// The objective of a network over chosen images, with programs of this precision.
    ///
    /// - Throws: `DatasetError`, `ObjectiveError`, and what tracing throws.
    public func objective(
        _ network: any Network, images: LabelledImages, selection: Selection,
        examples: ExampleOptions, normalization: ChannelNormalization?, weights: Weights,
        options: ObjectiveOptions
    ) throws -> any ObjectiveFunction {
        switch self {
        case .single:
            return try Objective<Float>(
                network,
                examples: ExampleSet(
                    images, selection: selection, options: examples,
                    normalization: normalization), weights: weights, options: options)
        case .double:
            return try Objective<Double>(
                network,
                examples: ExampleSet(
                    images, selection: selection, options: examples,
                    normalization: normalization), weights: weights, options: options)
        }
    }
}

extension ObjectiveFunction {
    public var dimension: Int { layout.count }

    /// The Hessian of the mean NLL alone.
    public func linearize(at w: [Double]) throws -> HessianOperator {
        try linearize(at: w, includingPenalty: false)
    }

    /// L1, L2 and the sum of norms at `w`.
    public func penalties(at w: [Double]) -> Penalties {
        Penalties(
            l2: Penalty(layout: layout, lambda: options.l2, convention: .optimizer).value(at: w),
            l1: VectorMath.absoluteSum(w),
            sumOfNorms: layout.norms(w).reduce(0, +),
            squaredNorm: VectorMath.dot(w, w))
    }
}
