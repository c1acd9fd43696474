import Autodiff

/// How the gradient by the filters of a convolution lies in memory while it is added up.
enum FilterGradientLayout {
    /// As the filters themselves.
    case filters(FilterLayout)
    /// That by 1 x 1 filters: `[blocks of outputs, channels of the blocks of inputs, 16]`.
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
        case .pointwise(let outputs, let inputs):
            Layouts.wholeBlocks(outputs) * Layouts.wholeBlocks(inputs)
        }
    }

    /// Parts that are brought to row-major order one by one, small enough for the cache where the
    /// layout allows it: the stretches of each as stored.
    func pieces() throws -> [[Range<Int>]] {
        switch self {
        case .filters(.transformed(let filters)) where filters.outputs % Layouts.block == 0:
            let inputs = Layouts.wholeBlocks(filters.inputs)
            return stride(from: 0, to: filters.outputs, by: Layouts.block).map { row in
                (0..<16).map { position in
                    let start = (position * filters.outputs + row) * inputs
                    return start..<start + Layouts.block * inputs
                }
            }
        case .pointwise(let outputs, let inputs) where outputs % Layouts.block == 0:
            let length = Layouts.block * Layouts.wholeBlocks(inputs)
            return (0..<outputs / Layouts.block).map { [$0 * length..<($0 + 1) * length] }
        default: return [[0..<(try storedCount())]]
        }
    }

    /// To row-major order, of the whole or of one piece.
    func conversion(ofPiece: Bool) throws -> any LayoutConversion {
        func rows(_ outputs: Int) -> Int {
            ofPiece && outputs % Layouts.block == 0 ? Layouts.block : outputs
        }
        switch self {
        case .filters(.packed(let packing)):
            return try Reorder(filtersOf: packing, toPlain: true)
        case .filters(.transformed(let filters)):
            return FilterGradientTransform(outputs: rows(filters.outputs), inputs: filters.inputs)
        case .filters(.grouped(let filters)):
            return GroupedFilterConversion(filters, toPlain: true)
        case .pointwise(let outputs, let inputs):
            return PointwiseUnpacking(outputs: rows(outputs), inputs: inputs)
        }
    }
}
