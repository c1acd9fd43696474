import Execution
import Foundation

/// Stochastic gradient descent with momentum and weight decay as part of the gradient.
///
///     g ← g + λw,  m ← μm + (1 − τ)g (at first m ← g),  w ← w − η·(m, or g + μm with Nesterov)
///
/// - Source: Sutskever et al. 2013, in the form of PyTorch's `SGD`.
public struct SGDOptions: Sendable, Hashable, Codable {
    /// μ.
    public var momentum = 0.9
    /// λ.
    public var weightDecay = 0.0
    /// τ.
    public var dampening = 0.0
    public var isNesterov = false

    public init(
        momentum: Double = 0.9, weightDecay: Double = 0, dampening: Double = 0,
        isNesterov: Bool = false
    ) {
        self.momentum = momentum
        self.weightDecay = weightDecay
        self.dampening = dampening
        self.isNesterov = isNesterov
    }
}

/// Adam with weight decay apart from the gradient.
///
///     w ← w − ηλw,  m ← β₁m + (1 − β₁)g,  v ← β₂v + (1 − β₂)g²
///     w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)
///
/// - Source: Loshchilov & Hutter 2019 (arXiv 1711.05101), algorithm 2.
public struct AdamWOptions: Sendable, Hashable, Codable {
    public var beta1 = 0.9
    public var beta2 = 0.999
    public var epsilon = 1e-8
    /// λ.
    public var weightDecay = 0.01

    public init(
        beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0.01
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }
}

/// A rule that moves flat weights along gradients, with its state.
public struct Optimizer: Sendable {
    /// The rules.
    public enum Method: Sendable, Hashable, Codable {
        case sgd(SGDOptions)
        case adamW(AdamWOptions)

        /// The name in files.
        public var name: String {
            switch self {
            case .sgd: "sgd"
            case .adamW: "adamw"
            }
        }
    }

    public let method: Method
    /// The number of steps so far.
    public private(set) var steps = 0
    /// Averages of gradients by name, each as long as the weights.
    public private(set) var state: [String: ParameterVector]
    private let decayedRanges: [Range<Int>]

    /// An optimiser at its start.
    ///
    /// - Parameter decayedRanges: where weight decay acts, see `WeightLayout.decayedRanges`.
    public init(_ method: Method, count: Int, decayedRanges: [Range<Int>]) {
        self.method = method
        self.decayedRanges = decayedRanges
        let zeros = ParameterVector(zeros: count)
        switch method {
        case .sgd(let options): state = options.momentum == 0 ? [:] : ["momentum": zeros]
        case .adamW: state = ["first": zeros, "second": zeros]
        }
    }

    /// Goes on from a stored state, where that is of this rule and length.
    ///
    /// - Returns: whether it fits; nothing changes where it does not.
    public mutating func restore(_ stored: [String: ParameterVector], steps: Int) -> Bool {
        guard stored.mapValues(\.count) == state.mapValues(\.count), steps >= 0 else {
            return false
        }
        (state, self.steps) = (stored, steps)
        return true
    }

    /// Moves `weights` one step along `gradient` at the learning rate η.
    ///
    /// - Parameters:
    ///   - weights: stored in double precision.
    ///   - rounding: the precision that new weights are rounded to.
    ///   - program: whose workers share the work, if given; the result does not depend on it.
    public mutating func step(
        _ weights: inout ParameterVector, gradient: ParameterVector, rate: Double,
        rounding: Precision = .double, program: (any MachineProgram)? = nil
    ) throws {
        precondition(weights.count == gradient.count, "A gradient is as long as the weights.")
        steps += 1
        switch method {
        case .sgd(let options):
            descend(&weights, gradient, rate, options)
            if rounding == .single {
                weights = weights.stored(in: .single).stored(in: .double)
            }
        case .adamW(let options):
            let adaptation = AdamWStep(
                beta1: options.beta1, beta2: options.beta2,
                step: rate / (1 - pow(options.beta1, Double(steps))),
                correction: (1 - pow(options.beta2, Double(steps))).squareRoot(),
                epsilon: options.epsilon, decay: 1 - rate * options.weightDecay,
                decayedRanges: decayedRanges, roundsToFloat: rounding == .single)
            var first = state.removeValue(forKey: "first") ?? []
            var second = state.removeValue(forKey: "second") ?? []
            try adaptation.apply(
                gradient, weights: &weights, first: &first, second: &second, sharedBy: program)
            (state["first"], state["second"]) = (first, second)
        }
    }

    private mutating func descend(
        _ weights: inout ParameterVector, _ gradient: ParameterVector, _ rate: Double,
        _ options: SGDOptions
    ) {
        var gradient = gradient.stored(in: .double)
        for range in decayedRanges where options.weightDecay != 0 {
            gradient.add(options.weightDecay, weights, in: range)
        }
        guard options.momentum != 0 else { return weights.add(-rate, gradient) }
        let share = steps == 1 ? 1 : 1 - options.dampening
        var momentum = state.removeValue(forKey: "momentum") ?? []
        momentum.scale(by: options.momentum)
        momentum.add(share, gradient)
        if options.isNesterov {
            gradient.add(options.momentum, momentum)
            weights.add(-rate, gradient)
        } else {
            weights.add(-rate, momentum)
        }
        state["momentum"] = momentum
    }
}

/// Shortens a gradient to the given norm, where it is longer.
///
///     g ← g · min(1, limit/(‖g‖ + 1e-6))
///
/// - Returns: the norm before.
/// - Source: Pascanu et al. 2013 (arXiv 1211.5063), in the form of PyTorch's `clip_grad_norm_`.
@discardableResult
public func clip(_ gradient: inout ParameterVector, norm limit: Double) -> Double {
    let norm = gradient.norm()
    let factor = limit / (norm + 1e-6)
    if factor < 1 { gradient.scale(by: factor) }
    return norm
}
