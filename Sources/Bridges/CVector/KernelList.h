// CV_KERNEL(result, name, parameters, arguments) for each kernel of a type T.

CV_KERNEL(int, elementwise,
    (const cv_instruction *program, int count, const cv_operand *inputs, int inputCount,
     const cv_output *outputs, int outputCount, int64_t n, void *scratch),
    (program, count, inputs, inputCount, outputs, outputCount, n, scratch))

CV_KERNEL(void, softmax, (int64_t rows, int64_t n, const T *x, T *y), (rows, n, x, y))
CV_KERNEL(void, log_softmax, (int64_t rows, int64_t n, const T *x, T *y), (rows, n, x, y))
CV_KERNEL(void, softmax_jacobian,
    (int64_t rows, int64_t n, const T *y, const T *u, T scale, T *result),
    (rows, n, y, u, scale, result))
CV_KERNEL(void, softmax_jacobian_tangent,
    (int64_t rows, int64_t n, const T *y, const T *dy, const T *u, const T *du, T scale,
     T *result),
    (rows, n, y, dy, u, du, scale, result))

CV_KERNEL(void, standardize,
    (int64_t rows, int64_t n, const T *x, const T *gamma, const T *beta, double epsilon, T *y),
    (rows, n, x, gamma, beta, epsilon, y))
CV_KERNEL(void, standardize_jacobian,
    (int64_t rows, int64_t n, const T *x, const T *gamma, const T *u, double epsilon, T *result),
    (rows, n, x, gamma, u, epsilon, result))
CV_KERNEL(void, standardize_hessian,
    (int64_t rows, int64_t n, const T *x, const T *a, const T *gamma, const T *b, double epsilon,
     T *result),
    (rows, n, x, a, gamma, b, epsilon, result))

CV_KERNEL(double, absolute_sum, (int64_t n, const T *x), (n, x))
CV_KERNEL(void, row_sum, (int64_t rows, int64_t n, const T *x, int accumulate, T *result),
    (rows, n, x, accumulate, result))
CV_KERNEL(void, row_max, (int64_t rows, int64_t n, const T *x, T *result), (rows, n, x, result))
CV_KERNEL(void, channel_sum, (const cv_channels *layout, const T *x, double *sums),
    (layout, x, sums))
CV_KERNEL(void, channel_squares,
    (const cv_channels *layout, const T *x, const double *shift, double *sums),
    (layout, x, shift, sums))
CV_KERNEL(void, channel_dot,
    (const cv_channels *layout, const T *a, const T *b, const double *shift, double *sums),
    (layout, a, b, shift, sums))

CV_KERNEL(int, permute,
    (int rank, const int64_t *dims, const T *src, const int64_t *srcStrides, T *dst,
     const int64_t *dstStrides),
    (rank, dims, src, srcStrides, dst, dstStrides))
CV_KERNEL(int, permute_add,
    (int rank, const int64_t *dims, const T *src, const int64_t *srcStrides, T *dst,
     const int64_t *dstStrides),
    (rank, dims, src, srcStrides, dst, dstStrides))
CV_KERNEL(void, gather, (int64_t n, const int32_t *index, const T *src, T *dst),
    (n, index, src, dst))
CV_KERNEL(void, fill, (int64_t n, T value, T *x), (n, value, x))

CV_KERNEL(double, dot, (int64_t n, const T *a, const T *b), (n, a, b))
CV_KERNEL(void, axpy, (int64_t n, T alpha, const T *x, T *y), (n, alpha, x, y))
CV_KERNEL(void, add_multiple, (int64_t n, double alpha, const T *x, T *y), (n, alpha, x, y))
CV_KERNEL(void, scale, (int64_t n, T alpha, T *x), (n, alpha, x))
CV_KERNEL(void, axpby, (int64_t n, T alpha, const T *x, T beta, T *y), (n, alpha, x, beta, y))
CV_KERNEL(int, any_nonfinite, (int64_t n, const T *x), (n, x))

CV_KERNEL(void, max_pool_indices,
    (const cv_window *window, int64_t planes, const T *x, T *index), (window, planes, x, index))
CV_KERNEL(void, average_pool,
    (const cv_window *window, int64_t planes, const T *row_shares, const T *column_shares,
        int is_transposed, const T *from, T *to),
    (window, planes, row_shares, column_shares, is_transposed, from, to))
CV_KERNEL(void, plane_gather,
    (int64_t planes, int64_t size, int64_t count, const T *x, const T *index, T *result),
    (planes, size, count, x, index, result))
CV_KERNEL(void, plane_scatter_add,
    (int64_t planes, int64_t size, int64_t count, const T *u, const T *index, T *result),
    (planes, size, count, u, index, result))
CV_KERNEL(void, im2col, (const cv_window *window, int64_t channels, const T *x, T *columns),
    (window, channels, x, columns))
CV_KERNEL(void, col2im, (const cv_window *window, int64_t channels, const T *columns, T *x),
    (window, channels, columns, x))

CV_KERNEL(void, grouped_convolution,
    (const cv_grouped *shape, int is_transposed, const T *x, const T *filters, const T *bias,
     const T *shortcut, int is_rectified, int64_t first_block, int64_t end_block, T *y),
    (shape, is_transposed, x, filters, bias, shortcut, is_rectified, first_block, end_block, y))
CV_KERNEL(void, grouped_gradient,
    (const cv_grouped *shape, const T *x, const T *dy, int accumulate, int64_t first_block,
     int64_t end_block, T *sums),
    (shape, x, dy, accumulate, first_block, end_block, sums))
