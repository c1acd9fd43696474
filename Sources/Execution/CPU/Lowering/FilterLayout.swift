import Autodiff
import COneDNN
import CVector

/// Which convolution's private layout a weight has.
struct ConvolutionPacking {
    var geometry: onednn_convolution_shape
    let kind: Int
}

/// Filters transformed for tiles of 2 x 2 outputs, or sums of such.
struct WinogradFilters: Hashable {
    let outputs: Int
    let inputs: Int
    /// Whether they serve the gradient by the pixels.
    let isMirrored: Bool

    /// The number of floats: 16 positions for each pair of channels.
    var storedCount: Int { 16 * outputs * inputs }
}

/// How the filters of a convolution, or their gradient, lie in memory.
enum FilterLayout {
    case packed(ConvolutionPacking)
    case transformed(WinogradFilters)

    /// Equal for equal layouts.
    enum Key: Hashable {
        case packed(UInt64)
        case transformed(WinogradFilters)
    }

    func key() throws -> Key {
        switch self {
        case .packed(let packing): .packed(try ConvolutionPrimitive(packing).weightLayout)
        case .transformed(let filters): .transformed(filters)
        }
    }

    /// The number of floats as stored.
    func storedCount() throws -> Int {
        switch self {
        case .packed(let packing): try ConvolutionPrimitive(packing).weightCount
        case .transformed(let filters): filters.storedCount
        }
    }

    /// From filters in row-major order.
    func packing() throws -> any LayoutConversion {
        switch self {
        case .packed(let packing): try Reorder(filtersOf: packing, toPlain: false)
        case .transformed(let filters): FilterTransform(filters)
        }
    }

    /// From a gradient as stored to row-major order, or from one piece of it.
    func gradientUnpacking(ofPiece: Bool = false) throws -> any LayoutConversion {
        switch self {
        case .packed(let packing): try Reorder(filtersOf: packing, toPlain: true)
        case .transformed(let filters):
            FilterGradientTransform(
                outputs: ofPiece ? Layouts.block : filters.outputs, inputs: filters.inputs)
        }
    }

    /// Parts of a gradient that are brought to row-major order one by one, small enough for the
    /// cache where the layout allows it: the stretches of each as stored.
    func gradientPieces() throws -> [[Range<Int>]] {
        switch self {
        case .packed: return [[0..<(try storedCount())]]
        case .transformed(let filters):
            let length = Layouts.block * filters.inputs
            return stride(from: 0, to: filters.outputs, by: Layouts.block).map { row in
                (0..<16).map { position in
                    let start = (position * filters.outputs + row) * filters.inputs
                    return start..<start + length
                }
            }
        }
    }
}
