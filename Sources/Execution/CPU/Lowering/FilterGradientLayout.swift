import Autodiff

/// How the gradient by the filters of a convolution lies in memory while it is added up.
enum FilterGradientLayout {
    /// As the filters themselves.
    case filters(FilterLayout)
    /// That by 1 x 1 filters: `[outputs / 16, inputs, 16]`.
    case pointwise(outputs: Int, inputs: Int)

    /// Equal for equal layouts.
    enum Key: Hashable {
        case filters(FilterLayout.Key)
        case pointwise(outputs: Int, inputs: Int)
    }

    func key() throws -> Key {
        switch self {
        case .filters(let layout): .filters(try layout.key())
        case .pointwise(let outputs, let inputs): .pointwise(outputs: outputs, inputs: inputs)
        }
    }

    /// The number of floats as stored.
    func storedCount() throws -> Int {
        switch self {
        case .filters(let layout): try layout.storedCount()
        case .pointwise(let outputs, let inputs): outputs * inputs
        }
    }

    /// Parts that are brought to row-major order one by one, small enough for the cache where the
    /// layout allows it: the stretches of each as stored.
    func pieces() throws -> [[Range<Int>]] {
        switch self {
        case .filters(.packed): return [[0..<(try storedCount())]]
        case .filters(.transformed(let filters)):
            let length = Layouts.block * filters.inputs
            return stride(from: 0, to: filters.outputs, by: Layouts.block).map { row in
                (0..<16).map { position in
                    let start = (position * filters.outputs + row) * filters.inputs
                    return start..<start + length
                }
            }
        case .pointwise(let outputs, let inputs):
            let length = Layouts.block * inputs
            return (0..<outputs / Layouts.block).map { [$0 * length..<($0 + 1) * length] }
        }
    }

    /// To row-major order, of the whole or of one piece.
    func conversion(ofPiece: Bool) throws -> any LayoutConversion {
        switch self {
        case .filters(.packed(let packing)):
            return try Reorder(filtersOf: packing, toPlain: true)
        case .filters(.transformed(let filters)):
            return FilterGradientTransform(
                outputs: ofPiece ? Layouts.block : filters.outputs, inputs: filters.inputs)
        case .pointwise(let outputs, let inputs):
            return PointwiseUnpacking(
                outputs: ofPiece ? Layouts.block : outputs, inputs: inputs)
        }
    }
}
