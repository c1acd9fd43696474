import Autodiff
import COneDNN
import CVector

extension Float: CPUScalar {
    static var hasBlockedConvolution: Bool { true }

    static var elementwise: Elementwise { cv_elementwise_f32 }
    static var softmax: RowMap { cv_softmax_f32 }
    static var logSoftmax: RowMap { cv_log_softmax_f32 }
    static var softmaxJacobian: RowJacobian { cv_softmax_jacobian_f32 }
    static var softmaxJacobianTangent: RowTangent { cv_softmax_jacobian_tangent_f32 }
    static var standardize: Standardize { cv_standardize_f32 }
    static var standardizeJacobian: Standardize { cv_standardize_jacobian_f32 }
    static var standardizeHessian: StandardizeSecond { cv_standardize_hessian_f32 }
    static var rowSum: RowSum { cv_row_sum_f32 }
    static var rowMaximum: RowMap { cv_row_max_f32 }
    static var channelSum: ChannelSum { cv_channel_sum_f32 }
    static var channelSquares: ChannelSquares { cv_channel_squares_f32 }
    static var channelDot: ChannelDot { cv_channel_dot_f32 }
    static var permute: Permute { cv_permute_f32 }
    static var permuteAdd: Permute { cv_permute_add_f32 }
    static var gather: Indexed { cv_gather_f32 }
    static var fill: (Int64, Float, Target) -> Void { cv_fill_f32 }
    static var axpy: (Int64, Float, Source, Target) -> Void { cv_axpy_f32 }
    static var maximumLocations: Windowed { cv_max_pool_indices_f32 }
    static var averagePool: WindowAverages { cv_average_pool_f32 }
    static var pixelGather: Planes { cv_plane_gather_f32 }
    static var pixelScatterAdd: Planes { cv_plane_scatter_add_f32 }
    static var groupedConvolution: GroupedConvolution { cv_grouped_convolution_f32 }
    static var groupedGradient: GroupedGradient { cv_grouped_gradient_f32 }
    static var imageToColumns: Windowed { cv_im2col_f32 }
    static var columnsToImage: Windowed { cv_col2im_f32 }

    static func sumWidened(
        _ count: Int, _ factor: Double, _ sources: UnsafeBufferPointer<UnsafePointer<Float>?>,
        adding: Bool, _ target: UnsafeMutablePointer<Double>
    ) {
        cv_widen_sum(
            Int64(count), Int64(sources.count), sources.baseAddress, factor, adding ? 1 : 0,
            target)
    }

    static func sumRounded(
        _ count: Int, _ factor: Double, _ sources: UnsafeBufferPointer<UnsafePointer<Float>?>,
        adding: Bool, _ target: UnsafeMutablePointer<Float>, room: UnsafeMutablePointer<Double>
    ) {
        cv_round_sum(
            Int64(count), Int64(sources.count), sources.baseAddress, factor, adding ? 1 : 0,
            target)
    }

    static func convert(
        _ count: Int, _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>
    ) {
        target.update(from: source, count: count)
    }

    static func convert(
        _ count: Int, _ source: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Float>
    ) {
        cv_narrow(Int64(count), source, target)
    }

    static func mask(
        _ mask: RandomMask, examples: Int, _ numbers: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<Float>
    ) {
        fillMask(mask, examples: examples, numbers, target)
    }

    static func product(
        _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int,
        _ a: UnsafePointer<Float>, _ strideA: Int, _ b: UnsafePointer<Float>, _ strideB: Int,
        _ beta: Float, _ c: UnsafeMutablePointer<Float>, _ strideC: Int
    ) {
        _ = onednn_sgemm(
            Self.flag(transposeA), Self.flag(transposeB), Int64(m), Int64(n), Int64(k), 1,
            a, Int64(strideA), b, Int64(strideB), beta, c, Int64(strideC))
    }

    private static func flag(_ transpose: Bool) -> CChar {
        CChar(bitPattern: UInt8(ascii: transpose ? "T" : "N"))
    }
}
