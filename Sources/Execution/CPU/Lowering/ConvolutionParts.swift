import Autodiff
import COneDNN
import CVector

/// The shapes of a convolution or of one of its gradients, and how it runs: the three members of
/// the family differ only in which of image, weight and output they make.
struct ConvolutionParts {
    let image: Shape
    let weight: Shape
    let output: Shape
    let geometry: ConvolutionGeometry
    let kind: Int
    private(set) var method = ConvolutionMethod.columns

    /// - Parameters:
    ///   - inBlocks: whether the type of numbers has all kernels for channel blocks.
    ///   - isImageBlocked: whether the first operand lies in channel blocks.
    init(_ graph: Graph, _ index: Int, inBlocks: Bool, isImageBlocked: Bool) {
        let node = graph.nodes[index]
        let operands = node.operands.map { graph.nodes[$0].shape }
        switch node.primitive {
        case let primitive as Convolution:
            (image, weight, output) = (operands[0], operands[1], node.shape)
            (geometry, kind) = (primitive.geometry, ONEDNN_FORWARD)
        case let primitive as ConvolutionInputGradient:
            (image, weight, output) = (node.shape, operands[1], operands[0])
            (geometry, kind) = (primitive.geometry, ONEDNN_INPUT_GRADIENT)
        case let primitive as ConvolutionWeightGradient:
            (image, weight, output) = (operands[0], node.shape, operands[1])
            (geometry, kind) = (primitive.geometry, ONEDNN_WEIGHT_GRADIENT)
        default:
            preconditionFailure("\(node.primitive) is no convolution.")
        }
        guard image.count > 0, output.count > 0, weight.count > 0 else { return }
        // Few channels in row-major order would mostly fill a block up.
        let readsPlain = kind != ONEDNN_INPUT_GRADIENT && !isImageBlocked
            && image[1] < Layouts.block
        if let grouped {
            method = .grouped(grouped)
        } else if inBlocks {
            method = fastest(readsPlain: readsPlain)
        }
    }

    var name: String { ["convolution", "input gradient", "weight gradient"][kind] }

    /// Floating-point operations of the sums as they are defined.
    var operations: Double {
        2 * Double(output.count) * Double(weight[1] * weight[2] * weight[3])
    }

    /// Whether it makes an activation that lies in channel blocks, perhaps after a conversion.
    var makesBlocks: Bool {
        if case .columns = method { return false }
        return kind != ONEDNN_WEIGHT_GRADIENT
    }

    /// Whether its last step can do what follows the sums.
    var canEnd: Bool {
        switch method {
        case .tiles, .grouped: true
        case .packed(let packing): Int(packing.geometry.output_layout) == ONEDNN_BLOCKED
        case .columns: false
        }
    }

    /// The fastest way for single precision in blocks, or of pixels, that the library has.
    private func fastest(readsPlain: Bool) -> ConvolutionMethod {
        if !readsPlain, let tiles { return .tiles(tiles) }
        var candidates: [(image: Int, output: Int)] = [(ONEDNN_PIXELS, ONEDNN_PIXELS)]
        if hasWholeGroups {
            candidates.insert((ONEDNN_BLOCKED, ONEDNN_BLOCKED), at: 0)
            if readsPlain { candidates.insert((ONEDNN_PLAIN, ONEDNN_BLOCKED), at: 0) }
        }
        for (image, output) in candidates {
            let packing = packing(image: image, output: output)
            if let primitive = try? ConvolutionPrimitive(packing), !primitive.isReference {
                return .packed(packing)
            }
        }
        return .columns
    }

    /// Whether groups begin with blocks, if there is more than one.
    private var hasWholeGroups: Bool {
        let groups = geometry.groups
        return groups == 1
            || [image[1], output[1]].allSatisfy { $0 / groups % Layouts.block == 0 }
    }

    /// The shape as oneDNN wants it.
    private func packing(image imageLayout: Int, output outputLayout: Int) -> ConvolutionPacking {
        func channels(_ count: Int, _ layout: Int) -> Int64 {
            Int64(layout == ONEDNN_BLOCKED ? Layouts.wholeBlocks(count) : count)
        }
        var shape = onednn_convolution_shape()
        shape.batch = Int64(image[0])
        shape.in_channels = channels(image[1], imageLayout)
        (shape.height, shape.width) = (Int64(image[2]), Int64(image[3]))
        shape.out_channels = channels(output[1], outputLayout)
        (shape.out_height, shape.out_width) = (Int64(output[2]), Int64(output[3]))
        (shape.kernel_height, shape.kernel_width) = (Int64(weight[2]), Int64(weight[3]))
        shape.stride = (Int64(geometry.stride[0]), Int64(geometry.stride[1]))
        shape.padding = (Int64(geometry.padding[0]), Int64(geometry.padding[1]))
        shape.dilation = (Int64(geometry.dilation[0]), Int64(geometry.dilation[1]))
        shape.groups = Int64(geometry.groups)
        (shape.image_layout, shape.output_layout) = (Int32(imageLayout), Int32(outputLayout))
        (shape.filter_outputs, shape.filter_inputs) = (Int64(output[1]), Int64(image[1]))
        return ConvolutionPacking(geometry: shape, kind: kind)
    }

    /// The convolution block by block, where groups of few channels lie within blocks.
    private var grouped: cv_grouped? {
        guard geometry.groups > 1, weight[0] == image[1], [1, 2, 4, 8].contains(weight[1]) else {
            return nil
        }
        return cv_grouped(
            window: cv_window(image, weight, output, geometry), batch: Int64(image[0]),
            blocks: Int64(Layouts.wholeBlocks(image[1]) / Layouts.block),
            channels: Int64(weight[1]))
    }

    /// The convolution through tiles of 2 x 2 outputs, where its filters are 3 x 3 at stride 1 and
    /// there are tiles enough that reading the larger filters pays; a gradient by the filters has
    /// to read and write them either way.
    ///
    /// For a gradient by the pixels it is the convolution of the cotangents by turned filters.
    private var tiles: cv_winograd? {
        guard geometry.groups == 1, weight[2] == 3, weight[3] == 3,
            geometry.stride == [1, 1], geometry.dilation == [1, 1],
            geometry.padding.allSatisfy({ (0...2).contains($0) })
        else { return nil }
        let isMirrored = kind == ONEDNN_INPUT_GRADIENT
        let (from, to) = isMirrored ? (output, image) : (image, output)
        let padding = isMirrored ? geometry.padding.map { 2 - $0 } : geometry.padding
        var shape = cv_winograd()
        shape.batch = Int64(from[0])
        shape.in_blocks = Int64(Layouts.wholeBlocks(from[1]) / Layouts.block)
        shape.out_blocks = Int64(Layouts.wholeBlocks(to[1]) / Layouts.block)
        (shape.height, shape.width) = (Int64(from[2]), Int64(from[3]))
        (shape.out_height, shape.out_width) = (Int64(to[2]), Int64(to[3]))
        (shape.padding_top, shape.padding_left) = (Int64(padding[0]), Int64(padding[1]))
        let least = kind == ONEDNN_WEIGHT_GRADIENT ? 16 : 32
        return cv_winograd_tiles(&shape) >= least ? shape : nil
    }

    /// The layout that the convolution wants for its filters.
    var filterLayout: FilterLayout {
        switch method {
        case .tiles:
            .transformed(
                WinogradFilters(
                    outputs: weight[0], inputs: weight[1],
                    isMirrored: kind == ONEDNN_INPUT_GRADIENT))
        case .grouped: .grouped(groupedFilters)
        case .packed(let packing): .packed(packing)
        case .columns: preconditionFailure("Columns take filters in row-major order.")
        }
    }

    /// The layout in which the gradient by the filters is added up; nil for row-major order.
    var gradientLayout: FilterGradientLayout? {
        switch method {
        case .columns: return nil
        case .packed(let packing):
            let isPointwise = weight[2] == 1 && weight[3] == 1 && geometry.groups == 1
                && geometry.stride == [1, 1] && geometry.padding == [0, 0]
                && Int(packing.geometry.image_layout) != ONEDNN_PLAIN
            return isPointwise
                ? .pointwise(outputs: weight[0], inputs: weight[1]) : .filters(filterLayout)
        default: return .filters(filterLayout)
        }
    }

    /// Filters for the forward convolution have the lanes of its outputs, all others of its inputs.
    var groupedFilters: GroupedFilters {
        GroupedFilters(
            channels: weight[0], perGroup: weight[1], taps: weight[2] * weight[3],
            isTransposed: kind != ONEDNN_FORWARD)
    }
}

/// How a convolution runs.
enum ConvolutionMethod {
    /// On channel blocks, through transformed tiles.
    case tiles(cv_winograd)
    /// On channel blocks, each by itself.
    case grouped(cv_grouped)
    /// By oneDNN, on the layouts that it is told.
    case packed(ConvolutionPacking)
    /// As products of columns of pixels, in row-major order and any precision.
    case columns
}

extension cv_window {
    init(_ image: Shape, _ weight: Shape, _ output: Shape, _ geometry: ConvolutionGeometry) {
        self.init()
        (height, width) = (Int64(image[2]), Int64(image[3]))
        (out_height, out_width) = (Int64(output[2]), Int64(output[3]))
        (kernel_height, kernel_width) = (Int64(weight[2]), Int64(weight[3]))
        (stride_height, stride_width) = (Int64(geometry.stride[0]), Int64(geometry.stride[1]))
        (padding_top, padding_left) = (Int64(geometry.padding[0]), Int64(geometry.padding[1]))
        dilation_height = Int64(geometry.dilation[0])
        dilation_width = Int64(geometry.dilation[1])
    }
}
