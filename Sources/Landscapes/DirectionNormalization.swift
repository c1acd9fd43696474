import Execution

/// How a raw direction d is brought to the scale of the weights w.
///
/// Without a normalisation the flatness of a surface says more about the scale of the weights than
/// about the loss (Li et al. 2018, arXiv 1712.09913, section 4).
public enum DirectionNormalization: String, Sendable, Codable, CaseIterable {
    /// Each output filter gets the norm of the weights' filter: d_f·‖w_f‖ / (‖d_f‖ + 1e-10).
    case filter
    /// The first paper's repository: the norms run over dimension 0, across output filters, so
    /// that for each remaining index r: d_r·‖w_r‖ / (‖d_r‖ + 1e-7). Position embeddings stay.
    case park2022
    /// Each tensor gets the norm of the weights' tensor: d·‖w‖ / (‖d‖ + 1e-10).
    case layer
    /// Each entry is scaled by the weight's magnitude: d·|w|.
    case weight
    /// As it is.
    case none

    /// The direction at the scale of the weights.
    ///
    /// Tensors that training does not move become exactly 0, and so do tensors of fewer than two
    /// dimensions (biases, norm layers) unless they are asked for. Then `filter` and `park2022`
    /// treat such a tensor as one filter, because a filter of a single entry would keep nothing of
    /// d but its sign.
    ///
    /// - Parameters:
    ///   - direction: d, flat.
    ///   - weights: w, flat.
    ///   - tensors: the stretches of both, in order.
    ///   - includesVectors: whether tensors of fewer than two dimensions move.
    /// - Throws: `DirectionError` where lengths differ, an entry is not finite, or nothing is left.
    /// - Source: Li et al. 2018 (arXiv 1712.09913), section 4; how-do-vits-work,
    ///   `ops/loss_landscapes.py`, for `park2022`.
    public func apply(
        _ direction: ParameterVector, weights: ParameterVector, tensors: [DirectionTensor],
        includesVectors: Bool = false
    ) throws -> ParameterVector {
        let count = tensors.reduce(0) { $0 + $1.count }
        for vector in [direction, weights] where vector.count != count {
            throw DirectionError.length(expected: count, actual: vector.count)
        }
        var result = ParameterVector(zeros: count, storage: direction.storage)
        var offset = 0
        for tensor in tensors {
            let range = offset..<offset + tensor.count
            offset = range.upperBound
            guard moves(tensor, includesVectors: includesVectors) else { continue }
            let d = direction.values(in: range)
            let w = weights.values(in: range)
            let scaled = scale(d, to: w, shape: tensor.shape)
            guard scaled.allSatisfy(\.isFinite) else {
                throw DirectionError.notFinite(name: tensor.name)
            }
            result.replace(range, with: scaled)
        }
        guard result.norm() > 0 else {
            throw DirectionError.zero(normalization: rawValue)
        }
        return result
    }

    /// Whether the tensor has a part in directions of this normalisation.
    public func moves(_ tensor: DirectionTensor, includesVectors: Bool) -> Bool {
        if !tensor.kind.isTrainable { return false }
        if self == .park2022, tensor.isPositionEmbedding { return false }
        return includesVectors || tensor.shape.count >= 2
    }

    private func scale(_ d: [Double], to w: [Double], shape: [Int]) -> [Double] {
        // A tensor of fewer than two dimensions counts as one filter.
        let filters = shape.count >= 2 ? shape[0] : 1
        switch self {
        case .filter: return Self.rows(d, to: w, count: filters, guardValue: 1e-10)
        case .layer: return Self.rows(d, to: w, count: 1, guardValue: 1e-10)
        case .park2022:
            return filters == 1 && shape.count < 2
                ? Self.rows(d, to: w, count: 1, guardValue: 1e-7)
                : Self.columns(d, to: w, rows: filters, guardValue: 1e-7)
        case .weight: return zip(d, w).map { $0 * abs($1) }
        case .none: return d
        }
    }

    private static func norm(_ values: some Sequence<Double>) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    /// Scales each of `count` equal rows to the norm of the row of w.
    private static func rows(
        _ d: [Double], to w: [Double], count: Int, guardValue: Double
    ) -> [Double] {
        guard count > 0 else { return d }
        let width = d.count / count
        var result = d
        for row in 0..<count {
            let range = row * width..<(row + 1) * width
            let ratio = norm(w[range]) / (norm(d[range]) + guardValue)
            for index in range { result[index] *= ratio }
        }
        return result
    }

    /// Scales each column, which runs over dimension 0, to the norm of the column of w.
    private static func columns(
        _ d: [Double], to w: [Double], rows: Int, guardValue: Double
    ) -> [Double] {
        guard rows > 0 else { return d }
        let width = d.count / rows
        var result = d
        for column in 0..<width {
            var squareD = 0.0
            var squareW = 0.0
            for index in stride(from: column, to: d.count, by: width) {
                squareD += d[index] * d[index]
                squareW += w[index] * w[index]
            }
            let ratio = squareW.squareRoot() / (squareD.squareRoot() + guardValue)
            for index in stride(from: column, to: d.count, by: width) { result[index] *= ratio }
        }
        return result
    }

    /// The largest relative difference between norms of d and of w over the groups that this
    /// normalisation makes equal; nil for `weight` and `none`, which promise no equal norms.
    public func largestNormMismatch(
        _ direction: ParameterVector, weights: ParameterVector, tensors: [DirectionTensor],
        includesVectors: Bool = false
    ) -> Double? {
        if self == .weight || self == .none { return nil }
        var largest = 0.0
        var offset = 0
        for tensor in tensors {
            let range = offset..<offset + tensor.count
            offset = range.upperBound
            guard moves(tensor, includesVectors: includesVectors) else { continue }
            let own = direction.values(in: range)
            let theirs = weights.values(in: range)
            let rows = tensor.shape.count >= 2 && self != .layer ? tensor.shape[0] : 1
            let width = tensor.count / max(rows, 1)
            let groups: [StrideTo<Int>] = self == .park2022 && tensor.shape.count >= 2
                ? (0..<width).map { stride(from: $0, to: tensor.count, by: width) }
                : (0..<rows).map { stride(from: $0 * width, to: ($0 + 1) * width, by: 1) }
            for group in groups {
                let d = Self.norm(group.lazy.map { own[$0] })
                let w = Self.norm(group.lazy.map { theirs[$0] })
                if max(d, w) > 0 { largest = max(largest, abs(d - w) / max(d, w)) }
            }
        }
        return largest
    }
}
