import Execution

/// An L2 penalty of flat weights, with its derivatives in closed form.
public struct Penalty: Sendable {
    public let layout: WeightLayout
    /// λ.
    public let lambda: Double
    public let convention: L2Convention

    /// The penalty λ in the given convention.
    public init(layout: WeightLayout, lambda: Double, convention: L2Convention) {
        self.layout = layout
        self.lambda = lambda
        self.convention = convention
    }

    /// (λ/2)·Σ‖w‖² over decayed parameters, λ·Σ_k‖w_k‖₂ over all tensors, or 0.
    public func value(at w: ParameterVector) -> Double {
        switch convention {
        case .none: return 0
        case .park2022: return lambda * layout.norms(w).reduce(0, +)
        case .optimizer:
            return lambda / 2 * layout.decayedRanges.reduce(0) { $0 + w.squaredNorm(in: $1) }
        }
    }

    /// Adds the gradient: λw on decayed parameters, or λ w_k/‖w_k‖.
    public func addGradient(at w: ParameterVector, to gradient: inout ParameterVector) {
        switch convention {
        case .none: return
        case .optimizer:
            for range in layout.decayedRanges { gradient.add(lambda, w, in: range) }
        case .park2022:
            for (tensor, norm) in zip(layout.tensors, layout.norms(w)) where norm > 0 {
                gradient.add(lambda / norm, w, in: tensor.range)
            }
        }
    }

    /// Adds the product of the Hessian with `v`.
    ///
    ///     λv on decayed parameters, or λ/‖w_k‖ · (v_k − ŵ_k (ŵ_k·v_k)) with ŵ_k = w_k/‖w_k‖
    public func addHessianProduct(
        at w: ParameterVector, _ v: ParameterVector, to product: inout ParameterVector
    ) {
        switch convention {
        case .none: return
        case .optimizer:
            for range in layout.decayedRanges { product.add(lambda, v, in: range) }
        case .park2022:
            for (tensor, norm) in zip(layout.tensors, layout.norms(w)) where norm > 0 {
                let along = w.dot(v, in: tensor.range) / (norm * norm)
                product.add(lambda / norm, v, in: tensor.range)
                product.add(-lambda / norm * along, w, in: tensor.range)
            }
        }
    }
}

/// The penalty's values at one point, each convention apart.
public struct Penalties: Sendable, Hashable, Codable {
    /// (λ/2)·Σ‖w‖² over the decayed parameters.
    public let l2Penalty: Double
    /// Σ|w| over all parameters.
    public let l1: Double
    /// Σ_k‖w_k‖₂ over all parameter tensors, not squared.
    public let sumOfNorms: Double
    /// Σ‖w‖² over all parameters.
    public let squaredNorm: Double
}

extension Objective {
    /// L1, L2 and the sum of norms at `w`.
    public func penalties(at w: ParameterVector) -> Penalties {
        Penalties(
            l2Penalty: Penalty(layout: layout, lambda: options.l2, convention: .optimizer)
                .value(at: w),
            l1: w.absoluteSum, sumOfNorms: layout.norms(w).reduce(0, +),
            squaredNorm: w.squaredNorm())
    }
}
