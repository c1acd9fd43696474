import Autodiff

/// The cut of a map into square windows, with a cyclic shift before it.
///
/// Where the window does not divide the map, rows and columns of zeros are added below and to the
/// right, and cut off again.
struct WindowLayout {
    let height: Int
    let width: Int
    let window: Int
    let shift: Int

    private var rows: Int { (height + window - 1) / window }
    private var columns: Int { (width + window - 1) / window }
    /// The number of windows of a map.
    var count: Int { rows * columns }
    /// The number of tokens of a window.
    var tokens: Int { window * window }
    private var pads: Bool { rows * window != height || columns * window != width }

    /// `[batch, height, width, features] -> [batch · windows, tokens, features]`.
    func partition(_ x: Tensor) throws -> Tensor {
        let features = x.shape[3]
        let rolled = shift == 0
            ? x : try x.rolled(by: -shift, axis: 1).rolled(by: -shift, axis: 2)
        return try rolled
            .padded(
                low: [0, 0, 0, 0],
                high: [0, rows * window - height, columns * window - width, 0])
            .reshaped(to: [x.shape[0], rows, window, columns, window, features])
            .permuted([0, 1, 3, 2, 4, 5])
            .reshaped(to: [x.shape[0] * count, tokens, features])
    }

    /// The inverse of `partition`.
    func merge(_ windows: Tensor) throws -> Tensor {
        let (batch, features) = (windows.shape[0] / count, windows.shape[2])
        let merged = try windows
            .reshaped(to: [batch, rows, columns, window, window, features])
            .permuted([0, 1, 3, 2, 4, 5])
            .reshaped(to: [batch, rows * window, columns * window, features])
            .slice(axis: 1, 0..<height).slice(axis: 2, 0..<width)
        return shift == 0
            ? merged : try merged.rolled(by: shift, axis: 1).rolled(by: shift, axis: 2)
    }

    /// Adds a mask `[windows, tokens, tokens]` to scores of `[batch · windows, heads]` windows.
    func masked(_ scores: Tensor, _ mask: [Double]) throws -> Tensor {
        guard mask.contains(where: { $0 != 0 }) else { return scores }
        let heads = scores.shape[1]
        let table = try scores.builder.constant(mask, [count, 1, tokens, tokens])
        let split: Shape = [scores.shape[0] / count, count, heads, tokens, tokens]
        return try (scores.reshaped(to: split) + table).reshaped(to: scores.shape)
    }

    /// −100 between tokens that the shift has brought together from opposite ends of the map.
    ///
    /// - Source: Liu et al. 2021 (arXiv 2103.14030), figure 4.
    var shiftMask: [Double] {
        guard shift > 0 else { return [Double](repeating: 0, count: count * tokens * tokens) }
        func region(_ place: Int, _ extent: Int) -> Int {
            place < extent - window ? 0 : place < extent - shift ? 1 : 2
        }
        return mask { row, column in
            3 * region(row, rows * window) + region(column, columns * window)
        } value: { $0 == $1 ? 0 : -100 }
    }

    /// A large negative number where a key is a token of the added border.
    var borderMask: [Double] {
        guard pads else { return [Double](repeating: 0, count: count * tokens * tokens) }
        return mask { row, column in row < height && column < width ? 0 : 1
        } value: { $1 == 0 ? 0 : WindowLayout.excluded }
    }

    /// A score that softmax turns to zero, finite so that no arithmetic on it gives NaN.
    static let excluded = -1e30

    /// A number for each window and each pair of a query and a key, from labels of their places.
    private func mask(
        label: (Int, Int) -> Int, value: (Int, Int) -> Double
    ) -> [Double] {
        var mask: [Double] = []
        mask.reserveCapacity(count * tokens * tokens)
        for index in 0..<count {
            let (top, left) = (index / columns * window, index % columns * window)
            let labels = (0..<tokens).map { label(top + $0 / window, left + $0 % window) }
            for query in labels { mask += labels.map { value(query, $0) } }
        }
        return mask
    }

    /// Where the offset from each key to each query of a window stands in a table of all offsets,
    /// `[query, key]`.
    ///
    ///     index = (Δrow + window − 1)(2 · window − 1) + Δcolumn + window − 1,   Δ = query − key
    ///
    /// - Source: Liu et al. 2021 (arXiv 2103.14030), eq. 4 and below.
    var relativePositionIndices: [Int] {
        let side = 2 * window - 1
        let places = (0..<tokens).map { ($0 / window, $0 % window) }
        return places.flatMap { query in
            places.map { key in
                (query.0 - key.0 + window - 1) * side + query.1 - key.1 + window - 1
            }
        }
    }

    /// The largest window of at most `limit` that divides both extents.
    static func largest(_ height: Int, _ width: Int, limit: Int = 7) -> Int {
        (1...limit).last { height % $0 == 0 && width % $0 == 0 } ?? 1
    }
}

extension Scope {
    /// Declares a table `pos_embedding` of biases that depend on where a key lies from a query.
    ///
    ///     bias[query, key] = table[key − query + window − 1]      one for all heads
    func sharedRelativePositions(_ layout: WindowLayout) throws -> Tensor {
        let side = 2 * layout.window - 1
        let table = try parameter(
            "pos_embedding", [side, side], .positionEmbedding, initial: .normal(deviation: 0.02))
        // Offsets here are key − query; read backwards, the indices of query − key are these.
        return try table.reshaped(to: [side * side])
            .gather(layout.relativePositionIndices.reversed(), axis: 0)
            .reshaped(to: [layout.tokens, layout.tokens])
    }
}
