import CVector

extension Float: VectorReal {
    static var elementwise:
        (
            UnsafePointer<cv_instruction>?, Int32, UnsafePointer<cv_operand>?, Int32,
            UnsafePointer<cv_output>?, Int32, Int64, UnsafeMutableRawPointer?
        ) -> Int32
    { cv_elementwise_f32 }
    static var softmax: (Int64, Int64, Input, Output) -> Void { cv_softmax_f32 }
    static var logSoftmax:
        (Int64, Int64, Input, Output) -> Void
    { cv_log_softmax_f32 }
    static var softmaxJacobian:
        (Int64, Int64, Input, Input, Self, Output) -> Void
    { cv_softmax_jacobian_f32 }
    static var softmaxTangent:
        (Int64, Int64, Input, Input, Input, Input, Self, Output) -> Void
    { cv_softmax_jacobian_tangent_f32 }
    static var standardize:
        (Int64, Int64, Input, Input, Input, Double, Output) -> Void
    { cv_standardize_f32 }
    static var standardizeJacobian:
        (Int64, Int64, Input, Input, Input, Double, Output) -> Void
    { cv_standardize_jacobian_f32 }
    static var standardizeHessian:
        (Int64, Int64, Input, Input, Input, Input, Double, Output) -> Void
    { cv_standardize_hessian_f32 }
    static var rowSum:
        (Int64, Int64, Input, Int32, Output) -> Void
    { cv_row_sum_f32 }
    static var rowMax: (Int64, Int64, Input, Output) -> Void { cv_row_max_f32 }
    static var channelSum: (Layout, Input, Doubles) -> Void { cv_channel_sum_f32 }
    static var channelSquares:
        (Layout, Input, UnsafePointer<Double>?, Doubles) -> Void
    { cv_channel_squares_f32 }
    static var channelDot:
        (Layout, Input, Input, UnsafePointer<Double>?, Doubles) -> Void
    { cv_channel_dot_f32 }
    static var absoluteSum: (Int64, Input) -> Double { cv_absolute_sum_f32 }
    static var dot: (Int64, Input, Input) -> Double { cv_dot_f32 }
    static var axpy: (Int64, Self, Input, Output) -> Void { cv_axpy_f32 }
    static var addMultiple: (Int64, Double, Input, Output) -> Void { cv_add_multiple_f32 }
    static var scale: (Int64, Self, Output) -> Void { cv_scale_f32 }
    static var axpby: (Int64, Self, Input, Self, Output) -> Void { cv_axpby_f32 }
    static var fill: (Int64, Self, Output) -> Void { cv_fill_f32 }
    static var anyNonfinite: (Int64, Input) -> Int32 { cv_any_nonfinite_f32 }
    static var permute: Permute { cv_permute_f32 }
    static var permuteAdd: Permute { cv_permute_add_f32 }
    static var gather: Indexed { cv_gather_f32 }
    static var maxPoolIndices: Windowed { cv_max_pool_indices_f32 }
    static var averagePool: AveragePool { cv_average_pool_f32 }
    static var groupedConvolution: GroupedConvolution { cv_grouped_convolution_f32 }
    static var groupedGradient: GroupedGradient { cv_grouped_gradient_f32 }
    static var im2col: Windowed { cv_im2col_f32 }
    static var col2im: Windowed { cv_col2im_f32 }
    static var planeGather: Planes { cv_plane_gather_f32 }
    static var planeScatterAdd: Planes { cv_plane_scatter_add_f32 }
}

extension Double: VectorReal {
    static var elementwise:
        (
            UnsafePointer<cv_instruction>?, Int32, UnsafePointer<cv_operand>?, Int32,
            UnsafePointer<cv_output>?, Int32, Int64, UnsafeMutableRawPointer?
        ) -> Int32
    { cv_elementwise_f64 }
    static var softmax: (Int64, Int64, Input, Output) -> Void { cv_softmax_f64 }
    static var logSoftmax:
        (Int64, Int64, Input, Output) -> Void
    { cv_log_softmax_f64 }
    static var softmaxJacobian:
        (Int64, Int64, Input, Input, Self, Output) -> Void
    { cv_softmax_jacobian_f64 }
    static var softmaxTangent:
        (Int64, Int64, Input, Input, Input, Input, Self, Output) -> Void
    { cv_softmax_jacobian_tangent_f64 }
    static var standardize:
        (Int64, Int64, Input, Input, Input, Double, Output) -> Void
    { cv_standardize_f64 }
    static var standardizeJacobian:
        (Int64, Int64, Input, Input, Input, Double, Output) -> Void
    { cv_standardize_jacobian_f64 }
    static var standardizeHessian:
        (Int64, Int64, Input, Input, Input, Input, Double, Output) -> Void
    { cv_standardize_hessian_f64 }
    static var rowSum:
        (Int64, Int64, Input, Int32, Output) -> Void
    { cv_row_sum_f64 }
    static var rowMax: (Int64, Int64, Input, Output) -> Void { cv_row_max_f64 }
    static var channelSum: (Layout, Input, Doubles) -> Void { cv_channel_sum_f64 }
    static var channelSquares:
        (Layout, Input, UnsafePointer<Double>?, Doubles) -> Void
    { cv_channel_squares_f64 }
    static var channelDot:
        (Layout, Input, Input, UnsafePointer<Double>?, Doubles) -> Void
    { cv_channel_dot_f64 }
    static var absoluteSum: (Int64, Input) -> Double { cv_absolute_sum_f64 }
    static var dot: (Int64, Input, Input) -> Double { cv_dot_f64 }
    static var axpy: (Int64, Self, Input, Output) -> Void { cv_axpy_f64 }
    static var addMultiple: (Int64, Double, Input, Output) -> Void { cv_add_multiple_f64 }
    static var scale: (Int64, Self, Output) -> Void { cv_scale_f64 }
    static var axpby: (Int64, Self, Input, Self, Output) -> Void { cv_axpby_f64 }
    static var fill: (Int64, Self, Output) -> Void { cv_fill_f64 }
    static var anyNonfinite: (Int64, Input) -> Int32 { cv_any_nonfinite_f64 }
    static var permute: Permute { cv_permute_f64 }
    static var permuteAdd: Permute { cv_permute_add_f64 }
    static var gather: Indexed { cv_gather_f64 }
    static var maxPoolIndices: Windowed { cv_max_pool_indices_f64 }
    static var averagePool: AveragePool { cv_average_pool_f64 }
    static var groupedConvolution: GroupedConvolution { cv_grouped_convolution_f64 }
    static var groupedGradient: GroupedGradient { cv_grouped_gradient_f64 }
    static var im2col: Windowed { cv_im2col_f64 }
    static var col2im: Windowed { cv_col2im_f64 }
    static var planeGather: Planes { cv_plane_gather_f64 }
    static var planeScatterAdd: Planes { cv_plane_scatter_add_f64 }
}
