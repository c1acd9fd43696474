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
    public func value(at w: [Double]) -> Double {
        switch convention {
        case .none: return 0
        case .park2022: return lambda * layout.norms(w).reduce(0, +)
        case .optimizer:
            let squares = layout.decayedRanges.reduce(0) { total, range in
                total + VectorMath.squaredNorm(w, in: range)
            }
            return lambda / 2 * squares
        }
    }

    /// Adds the gradient: λw on decayed parameters, or λ w_k/‖w_k‖.
    public func addGradient(at w: [Double], to gradient: inout [Double]) {
        switch convention {
        case .none: return
        case .optimizer:
            for range in layout.decayedRanges {
                for index in range { gradient[index] += lambda * w[index] }
            }
        case .park2022:
            for (tensor, norm) in zip(layout.tensors, layout.norms(w)) where norm > 0 {
                for index in tensor.range { gradient[index] += lambda / norm * w[index] }
            }
        }
    }

    /// Adds the product of the Hessian with `v`.
    ///
    ///     λv on decayed parameters, or λ/‖w_k‖ · (v_k − ŵ_k (ŵ_k·v_k)) with ŵ_k = w_k/‖w_k‖
    public func addHessianProduct(at w: [Double], _ v: [Double], to product: inout [Double]) {
        switch convention {
        case .none: return
        case .optimizer:
            for range in layout.decayedRanges {
                for index in range { product[index] += lambda * v[index] }
            }
        case .park2022:
            for (tensor, norm) in zip(layout.tensors, layout.norms(w)) where norm > 0 {
                var along = 0.0
                for index in tensor.range { along += w[index] * v[index] }
                along /= norm * norm
                for index in tensor.range {
                    product[index] += lambda / norm * (v[index] - along * w[index])
                }
            }
        }
    }
}
