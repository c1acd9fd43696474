import Autodiff
import COneDNN
import CVector

/// The shapes of a convolution or of one of its gradients: the three members of the family differ
/// only in which of image, weight and output they make.
struct ConvolutionParts {
    let image: Shape
    let weight: Shape
    let output: Shape
    let geometry: ConvolutionGeometry
    let kind: Int

    init(_ graph: Graph, _ index: Int) {
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
    }

    var name: String { ["convolution", "input gradient", "weight gradient"][kind] }

    /// Floating-point operations of the sums as they are defined.
    var operations: Double {
        2 * Double(output.count) * Double(weight[1] * weight[2] * weight[3])
    }

    static func layout(_ shape: Shape) -> Int {
        shape[1] % Layouts.block == 0 ? ONEDNN_BLOCKED : ONEDNN_PLAIN
    }

    /// The shape as oneDNN wants it.
    var packing: ConvolutionPacking {
        var shape = onednn_convolution_shape()
        (shape.batch, shape.in_channels) = (Int64(image[0]), Int64(image[1]))
        (shape.height, shape.width) = (Int64(image[2]), Int64(image[3]))
        shape.out_channels = Int64(output[1])
        (shape.out_height, shape.out_width) = (Int64(output[2]), Int64(output[3]))
        (shape.kernel_height, shape.kernel_width) = (Int64(weight[2]), Int64(weight[3]))
        shape.stride = (Int64(geometry.stride[0]), Int64(geometry.stride[1]))
        shape.padding = (Int64(geometry.padding[0]), Int64(geometry.padding[1]))
        shape.dilation = (Int64(geometry.dilation[0]), Int64(geometry.dilation[1]))
        shape.groups = Int64(geometry.groups)
        shape.image_layout = Int32(Self.layout(image))
        shape.output_layout = Int32(Self.layout(output))
        return ConvolutionPacking(geometry: shape, kind: kind)
    }

    /// The convolution through tiles of 2 x 2 outputs, where its filters are 3 x 3 at stride 1 and
    /// there are tiles enough that reading the larger filters pays; a gradient by the filters has
    /// to read and write them either way.
    ///
    /// For a gradient by the pixels it is the convolution of the cotangents by turned filters.
    var tiles: cv_winograd? {
        guard geometry.groups == 1, weight[2] == 3, weight[3] == 3,
            weight[0] % Layouts.block == 0, weight[1] % Layouts.block == 0,
            geometry.stride == [1, 1], geometry.dilation == [1, 1],
            geometry.padding.allSatisfy({ (0...2).contains($0) })
        else { return nil }
        let isMirrored = kind == ONEDNN_INPUT_GRADIENT
        let (from, to) = isMirrored ? (output, image) : (image, output)
        let padding = isMirrored ? geometry.padding.map { 2 - $0 } : geometry.padding
        var shape = cv_winograd()
        shape.batch = Int64(from[0])
        shape.in_blocks = Int64(from[1] / Layouts.block)
        shape.out_blocks = Int64(to[1] / Layouts.block)
        (shape.height, shape.width) = (Int64(from[2]), Int64(from[3]))
        (shape.out_height, shape.out_width) = (Int64(to[2]), Int64(to[3]))
        (shape.padding_top, shape.padding_left) = (Int64(padding[0]), Int64(padding[1]))
        let least = kind == ONEDNN_WEIGHT_GRADIENT ? 16 : 32
        return cv_winograd_tiles(&shape) >= least ? shape : nil
    }

    /// The layout that the convolution wants for its filters.
    var filterLayout: FilterLayout {
        tiles == nil ? .packed(packing) : .transformed(transformedFilters)
    }

    /// The layout in which the gradient by the filters is added up.
    var gradientLayout: FilterGradientLayout {
        let isPointwise = weight[2] == 1 && weight[3] == 1 && geometry.groups == 1
            && geometry.stride == [1, 1] && geometry.padding == [0, 0]
            && weight[0] % Layouts.block == 0 && weight[1] % Layouts.block == 0
        return tiles == nil && isPointwise
            ? .pointwise(outputs: weight[0], inputs: weight[1]) : .filters(filterLayout)
    }

    private var transformedFilters: WinogradFilters {
        WinogradFilters(
            outputs: weight[0], inputs: weight[1], isMirrored: kind == ONEDNN_INPUT_GRADIENT)
    }
}
