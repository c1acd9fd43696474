import Autodiff
import COpenBLAS
import CVector

extension Double: CPUScalar {
    static var hasBlockedConvolution: Bool { false }

    static var elementwise: Elementwise { cv_elementwise_f64 }
    static var softmax: RowMap { cv_softmax_f64 }
    static var logSoftmax: RowMap { cv_log_softmax_f64 }
    static var softmaxJacobian: RowJacobian { cv_softmax_jacobian_f64 }
    static var softmaxJacobianTangent: RowTangent { cv_softmax_jacobian_tangent_f64 }
    static var standardize: Standardize { cv_standardize_f64 }
    static var standardizeJacobian: Standardize { cv_standardize_jacobian_f64 }
    static var standardizeHessian: StandardizeSecond { cv_standardize_hessian_f64 }
    static var rowSum: RowSum { cv_row_sum_f64 }
    static var rowMaximum: RowMap { cv_row_max_f64 }
    static var channelSum: ChannelSum { cv_channel_sum_f64 }
    static var channelSquares: ChannelSquares { cv_channel_squares_f64 }
    static var channelDot: ChannelDot { cv_channel_dot_f64 }
    static var permute: Permute { cv_permute_f64 }
    static var permuteAdd: Permute { cv_permute_add_f64 }
    static var gather: Indexed { cv_gather_f64 }
    static var fill: (Int64, Double, Target) -> Void { cv_fill_f64 }
    static var axpy: (Int64, Double, Source, Target) -> Void { cv_axpy_f64 }
    static var maximumLocations: Windowed { cv_max_pool_indices_f64 }
    static var averagePool: WindowAverages { cv_average_pool_f64 }
    static var pixelGather: Planes { cv_plane_gather_f64 }
    static var pixelScatterAdd: Planes { cv_plane_scatter_add_f64 }
    static var groupedConvolution: GroupedConvolution { cv_grouped_convolution_f64 }
    static var groupedGradient: GroupedGradient { cv_grouped_gradient_f64 }
    static var imageToColumns: Windowed { cv_im2col_f64 }
    static var columnsToImage: Windowed { cv_col2im_f64 }

    static func sumWidened(
        _ count: Int, _ factor: Double, _ sources: UnsafeBufferPointer<UnsafePointer<Double>?>,
        adding: Bool, _ target: UnsafeMutablePointer<Double>
    ) {
        for (index, source) in sources.enumerated() {
            cv_axpby_f64(Int64(count), factor, source, adding || index > 0 ? 1 : 0, target)
        }
    }

    static func sumRounded(
        _ count: Int, _ factor: Double, _ sources: UnsafeBufferPointer<UnsafePointer<Double>?>,
        adding: Bool, _ target: UnsafeMutablePointer<Float>, room: UnsafeMutablePointer<Double>
    ) {
        if adding { convert(count, target, room) }
        sumWidened(count, factor, sources, adding: adding, room)
        Float.convert(count, room, target)
    }

    static func convert(
        _ count: Int, _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Double>
    ) {
        Float.widen(count, 1, source, adding: false, target)
    }

    static func convert(
        _ count: Int, _ source: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>
    ) {
        target.update(from: source, count: count)
    }

    static func mask(
        _ mask: RandomMask, examples: Int, _ numbers: UnsafePointer<Double>,
        _ target: UnsafeMutablePointer<Double>
    ) {
        fillMask(mask, examples: examples, numbers, target)
    }

    static func product(
        _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int,
        _ a: UnsafePointer<Double>, _ strideA: Int, _ b: UnsafePointer<Double>, _ strideB: Int,
        _ beta: Double, _ c: UnsafeMutablePointer<Double>, _ strideC: Int
    ) {
        cblas_dgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans,
            transposeB ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), 1,
            a, Int32(strideA), b, Int32(strideB), beta, c, Int32(strideC))
    }
}
