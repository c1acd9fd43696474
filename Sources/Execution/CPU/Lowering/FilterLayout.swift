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

    /// The number of floats: 16 positions for each pair of channels of whole blocks.
    var storedCount: Int { 16 * Layouts.wholeBlocks(outputs) * Layouts.wholeBlocks(inputs) }
}

/// How the filters of a convolution lie in memory.
enum FilterLayout {
    case packed(ConvolutionPacking)
    case transformed(WinogradFilters)
    case grouped(GroupedFilters)

    /// Equal for equal layouts.
    enum Key: Hashable {
        case packed(UInt64)
        case transformed(WinogradFilters)
        case grouped(GroupedFilters)
    }

    func key() throws -> Key {
        switch self {
        case .packed(let packing): .packed(try ConvolutionPrimitive(packing).weightLayout)
        case .transformed(let filters): .transformed(filters)
        case .grouped(let filters): .grouped(filters)
        }
    }

    /// The number of floats as stored.
    func storedCount() throws -> Int {
        switch self {
        case .packed(let packing): try ConvolutionPrimitive(packing).weightCount
        case .transformed(let filters): filters.storedCount
        case .grouped(let filters): filters.storedCount
        }
    }

    /// From row-major order.
    func conversion() throws -> any LayoutConversion {
        switch self {
        case .packed(let packing): try Reorder(filtersOf: packing, toPlain: false)
        case .transformed(let filters): FilterTransform(filters)
        case .grouped(let filters): GroupedFilterConversion(filters, toPlain: false)
        }
    }
}
