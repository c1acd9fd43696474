import Autodiff
import COneDNN
import COpenBLAS
import CVector

extension Float: CPUScalar {
    public static var hasBlockedConvolution: Bool { true }
    public static var elementwise:
        (
            UnsafePointer<cv_instruction>?, Int32, UnsafePointer<cv_operand>?, Int32,
            UnsafePointer<cv_output>?, Int32, Int64, UnsafeMutableRawPointer?
        ) -> Int32
    { cv_elementwise_f32 }
    public static var softmax:
        (
            Int64, Int64, Source, Target
        ) -> Void
    { cv_softmax_f32 }
    public static var logSoftmax:
        (
            Int64, Int64, Source, Target
        ) -> Void
    { cv_log_softmax_f32 }
    public static var softmaxJacobian:
        (
            Int64, Int64, Source, Source, Float, Target
        ) -> Void
    { cv_softmax_jacobian_f32 }
    public static var softmaxJacobianTangent:
        (
            Int64, Int64, Source, Source, Source, Source, Float, Target
        ) -> Void
    { cv_softmax_jacobian_tangent_f32 }
    public static var standardize:
        (
            Int64, Int64, Source, Source, Source, Double, Target
        ) -> Void
    { cv_standardize_f32 }
    public static var standardizeJacobian:
        (
            Int64, Int64, Source, Source, Source, Double, Target
        ) -> Void
    { cv_standardize_jacobian_f32 }
    public static var standardizeHessian:
        (
            Int64, Int64, Source, Source, Source, Source, Double, Target
        ) -> Void
    { cv_standardize_hessian_f32 }
    public static var standardizeJacobianTangent:
        (
            Int64, Int64, Source, Source, Source, Source, Source, Source, Double, Target
        ) -> Void
    { cv_standardize_jacobian_tangent_f32 }
    public static var rowSum:
        (
            Int64, Int64, Source, Int32, Target
        ) -> Void
    { cv_row_sum_f32 }
    public static var rowMaximum:
        (
            Int64, Int64, Source, Target
        ) -> Void
    { cv_row_max_f32 }
    public static var columnSum:
        (
            Int64, Int64, Source, Int32, Target
        ) -> Void
    { cv_column_sum_f32 }
    public static var channelSum:
        (
            UnsafePointer<cv_channels>?, Source, UnsafeMutablePointer<Double>?
        ) -> Void
    { cv_channel_sum_f32 }
    public static var channelSquares:
        (
            UnsafePointer<cv_channels>?, Source, UnsafePointer<Double>?,
            UnsafeMutablePointer<Double>?
        ) -> Void
    { cv_channel_squares_f32 }
    public static var channelDot:
        (
            UnsafePointer<cv_channels>?, Source, Source, UnsafePointer<Double>?,
            UnsafeMutablePointer<Double>?
        ) -> Void
    { cv_channel_dot_f32 }
    public static var permute:
        (
            Int32, UnsafePointer<Int64>?, Source, UnsafePointer<Int64>?, Target,
            UnsafePointer<Int64>?
        ) -> Int32
    { cv_permute_f32 }
    public static var permuteAdd:
        (
            Int32, UnsafePointer<Int64>?, Source, UnsafePointer<Int64>?, Target,
            UnsafePointer<Int64>?
        ) -> Int32
    { cv_permute_add_f32 }
    public static var gather:
        (
            Int64, UnsafePointer<Int32>?, Source, Target
        ) -> Void
    { cv_gather_f32 }
    public static var scatterAdd:
        (
            Int64, UnsafePointer<Int32>?, Source, Target
        ) -> Void
    { cv_scatter_add_f32 }
    public static var fill: (Int64, Float, Target) -> Void { cv_fill_f32 }
    public static var axpy: (Int64, Float, Source, Target) -> Void { cv_axpy_f32 }
    public static var anyNonFinite: (Int64, Source) -> Int32 { cv_any_nonfinite_f32 }
    public static var maximumLocations:
        (
            UnsafePointer<cv_window>?, Int64, Source, Target
        ) -> Void
    { cv_max_pool_indices_f32 }
    public static var pixelGather:
        (
            Int64, Int64, Int64, Source, Source, Target
        ) -> Void
    { cv_plane_gather_f32 }
    public static var pixelScatterAdd:
        (
            Int64, Int64, Int64, Source, Source, Target
        ) -> Void
    { cv_plane_scatter_add_f32 }
    public static var imageToColumns:
        (
            UnsafePointer<cv_window>?, Int64, Source, Target
        ) -> Void
    { cv_im2col_f32 }
    public static var columnsToImage:
        (
            UnsafePointer<cv_window>?, Int64, Source, Target
        ) -> Void
    { cv_col2im_f32 }

    public static func sumWidened(
        _ count: Int, _ factor: Double, _ sources: UnsafeBufferPointer<UnsafePointer<Float>?>,
        adding: Bool, _ target: UnsafeMutablePointer<Double>
    ) {
        cv_widen_sum(
            Int64(count), Int64(sources.count), sources.baseAddress, factor, adding ? 1 : 0,
            target)
    }

    public static func narrow(
        _ count: Int, _ source: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Float>
    ) {
        cv_narrow(Int64(count), source, target)
    }

    public static func averagePool(
        _ windows: AverageWindows, planes: Int, _ source: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<Float>
    ) {
        windows.run(planes: planes, source, target)
    }

    public static func mask(
        _ mask: RandomMask, examples: Int, _ numbers: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<Float>
    ) {
        fillMask(mask, examples: examples, numbers, target)
    }

    public static func product(
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

extension Double: CPUScalar {
    public static var hasBlockedConvolution: Bool { false }
    public static var elementwise:
        (
            UnsafePointer<cv_instruction>?, Int32, UnsafePointer<cv_operand>?, Int32,
            UnsafePointer<cv_output>?, Int32, Int64, UnsafeMutableRawPointer?
        ) -> Int32
    { cv_elementwise_f64 }
    public static var softmax:
        (
            Int64, Int64, Source, Target
        ) -> Void
    { cv_softmax_f64 }
    public static var logSoftmax:
        (
            Int64, Int64, Source, Target
        ) -> Void
    { cv_log_softmax_f64 }
    public static var softmaxJacobian:
        (
            Int64, Int64, Source, Source, Double, Target
        ) -> Void
    { cv_softmax_jacobian_f64 }
    public static var softmaxJacobianTangent:
        (
            Int64, Int64, Source, Source, Source, Source, Double, Target
        ) -> Void
    { cv_softmax_jacobian_tangent_f64 }
    public static var standardize:
        (
            Int64, Int64, Source, Source, Source, Double, Target
        ) -> Void
    { cv_standardize_f64 }
    public static var standardizeJacobian:
        (
            Int64, Int64, Source, Source, Source, Double, Target
        ) -> Void
    { cv_standardize_jacobian_f64 }
    public static var standardizeHessian:
        (
            Int64, Int64, Source, Source, Source, Source, Double, Target
        ) -> Void
    { cv_standardize_hessian_f64 }
    public static var standardizeJacobianTangent:
        (
            Int64, Int64, Source, Source, Source, Source, Source, Source, Double, Target
        ) -> Void
    { cv_standardize_jacobian_tangent_f64 }
    public static var rowSum:
        (
            Int64, Int64, Source, Int32, Target
        ) -> Void
    { cv_row_sum_f64 }
    public static var rowMaximum:
        (
            Int64, Int64, Source, Target
        ) -> Void
    { cv_row_max_f64 }
    public static var columnSum:
        (
            Int64, Int64, Source, Int32, Target
        ) -> Void
    { cv_column_sum_f64 }
    public static var channelSum:
        (
            UnsafePointer<cv_channels>?, Source, UnsafeMutablePointer<Double>?
        ) -> Void
    { cv_channel_sum_f64 }
    public static var channelSquares:
        (
            UnsafePointer<cv_channels>?, Source, UnsafePointer<Double>?,
            UnsafeMutablePointer<Double>?
        ) -> Void
    { cv_channel_squares_f64 }
    public static var channelDot:
        (
            UnsafePointer<cv_channels>?, Source, Source, UnsafePointer<Double>?,
            UnsafeMutablePointer<Double>?
        ) -> Void
    { cv_channel_dot_f64 }
    public static var permute:
        (
            Int32, UnsafePointer<Int64>?, Source, UnsafePointer<Int64>?, Target,
            UnsafePointer<Int64>?
        ) -> Int32
    { cv_permute_f64 }
    public static var permuteAdd:
        (
            Int32, UnsafePointer<Int64>?, Source, UnsafePointer<Int64>?, Target,
            UnsafePointer<Int64>?
        ) -> Int32
    { cv_permute_add_f64 }
    public static var gather:
        (
            Int64, UnsafePointer<Int32>?, Source, Target
        ) -> Void
    { cv_gather_f64 }
    public static var scatterAdd:
        (
            Int64, UnsafePointer<Int32>?, Source, Target
        ) -> Void
    { cv_scatter_add_f64 }
    public static var fill: (Int64, Double, Target) -> Void { cv_fill_f64 }
    public static var axpy: (Int64, Double, Source, Target) -> Void { cv_axpy_f64 }
    public static var anyNonFinite: (Int64, Source) -> Int32 { cv_any_nonfinite_f64 }
    public static var maximumLocations:
        (
            UnsafePointer<cv_window>?, Int64, Source, Target
        ) -> Void
    { cv_max_pool_indices_f64 }
    public static var pixelGather:
        (
            Int64, Int64, Int64, Source, Source, Target
        ) -> Void
    { cv_plane_gather_f64 }
    public static var pixelScatterAdd:
        (
            Int64, Int64, Int64, Source, Source, Target
        ) -> Void
    { cv_plane_scatter_add_f64 }
    public static var imageToColumns:
        (
            UnsafePointer<cv_window>?, Int64, Source, Target
        ) -> Void
    { cv_im2col_f64 }
    public static var columnsToImage:
        (
            UnsafePointer<cv_window>?, Int64, Source, Target
        ) -> Void
    { cv_col2im_f64 }

    public static func sumWidened(
        _ count: Int, _ factor: Double, _ sources: UnsafeBufferPointer<UnsafePointer<Double>?>,
        adding: Bool, _ target: UnsafeMutablePointer<Double>
    ) {
        for (index, source) in sources.enumerated() {
            cv_axpby_f64(Int64(count), factor, source, adding || index > 0 ? 1 : 0, target)
        }
    }

    public static func narrow(
        _ count: Int, _ source: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>
    ) {
        target.update(from: source, count: count)
    }

    public static func averagePool(
        _ windows: AverageWindows, planes: Int, _ source: UnsafePointer<Double>,
        _ target: UnsafeMutablePointer<Double>
    ) {
        windows.run(planes: planes, source, target)
    }

    public static func mask(
        _ mask: RandomMask, examples: Int, _ numbers: UnsafePointer<Double>,
        _ target: UnsafeMutablePointer<Double>
    ) {
        fillMask(mask, examples: examples, numbers, target)
    }

    public static func product(
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
