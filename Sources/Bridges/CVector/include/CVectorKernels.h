// The kernels that exist for both types: CVector.h includes this once for each, with CV_REAL the
// type and CV_NAME adding its suffix.

// MARK: Elementwise

/// Runs a fused chain of elementwise operations over n elements, tile by tile.
///
/// `scratch` holds CV_SCRATCH_BYTES. Inputs whose elements lie in a row are read where they are.
/// A FULL output may be the same array as a FULL input. Returns 0, or -1 - k if instruction k
/// is malformed, or -1000 - j if input or output j is.
int CV_NAME(cv_elementwise)(
    const cv_instruction *program, int count, const cv_operand *inputs, int input_count,
    const cv_output *outputs, int output_count, int64_t n, void *scratch);

// MARK: Softmax over rows [rows, n]

/// y = exp(x - max x) / sum exp(x - max x).
void CV_NAME(cv_softmax)(int64_t rows, int64_t n, const CV_REAL *x, CV_REAL *y);

/// y = x - max x - ln sum exp(x - max x).
void CV_NAME(cv_log_softmax)(int64_t rows, int64_t n, const CV_REAL *x, CV_REAL *y);

/// result = scale y (u - <y, u>): the softmax Jacobian (symmetric) at output y times u.
void CV_NAME(cv_softmax_jacobian)(
    int64_t rows, int64_t n, const CV_REAL *y, const CV_REAL *u, CV_REAL scale, CV_REAL *result);

/// The tangent of the above along (dy, du); either may be NULL, which means zero:
/// result = scale (dy (u - <y, u>) + y (du - <dy, u> - <y, du>)).
void CV_NAME(cv_softmax_jacobian_tangent)(
    int64_t rows, int64_t n, const CV_REAL *y, const CV_REAL *dy, const CV_REAL *u,
    const CV_REAL *du, CV_REAL scale, CV_REAL *result);

// MARK: Standardisation of rows [rows, n] (layer normalisation)

/// y = gamma xhat + beta, xhat = (x - mean) rstd, rstd = (variance + epsilon)^(-1/2), variance
/// biased. gamma and beta [n] may each be NULL.
void CV_NAME(cv_standardize)(
    int64_t rows, int64_t n, const CV_REAL *x, const CV_REAL *gamma, const CV_REAL *beta,
    double epsilon, CV_REAL *y);

/// result = rstd (w - mean(w) - xhat mean(xhat w)), w = gamma u (gamma may be NULL): the
/// Jacobian of the standardisation (symmetric) at x times w.
void CV_NAME(cv_standardize_jacobian)(
    int64_t rows, int64_t n, const CV_REAL *x, const CV_REAL *gamma, const CV_REAL *u,
    double epsilon, CV_REAL *result);

/// result = D^2 std(x)[a, w], w = gamma b (gamma may be NULL; symmetric in a and w). With
/// alpha = mean(xhat a), beta = mean(xhat w):
/// -rstd^2 ((a - mean a - xhat alpha) beta + (w - mean w - xhat beta) alpha
///          + xhat (mean(a w) - mean a mean w - alpha beta)).
void CV_NAME(cv_standardize_hessian)(
    int64_t rows, int64_t n, const CV_REAL *x, const CV_REAL *a, const CV_REAL *gamma,
    const CV_REAL *b, double epsilon, CV_REAL *result);

// MARK: Reductions

/// The sum of |x|, in double.
double CV_NAME(cv_absolute_sum)(int64_t n, const CV_REAL *x);

/// result[row] = sum of the row of [rows, n]; added if `accumulate`.
void CV_NAME(cv_row_sum)(
    int64_t rows, int64_t n, const CV_REAL *x, int accumulate, CV_REAL *result);

/// result[row] = largest element of the row (NaN if there is one).
void CV_NAME(cv_row_max)(int64_t rows, int64_t n, const CV_REAL *x, CV_REAL *result);

/// sums[channel] += x, over all elements of the channel. Partial sums of workers can be added.
void CV_NAME(cv_channel_sum)(const cv_channels *layout, const CV_REAL *x, double *sums);

/// sums[channel] += (x - shift[channel])^2; shift may be NULL (zero).
void CV_NAME(cv_channel_squares)(
    const cv_channels *layout, const CV_REAL *x, const double *shift, double *sums);

/// sums[channel] += (a - shift[channel]) b; shift may be NULL (zero).
void CV_NAME(cv_channel_dot)(
    const cv_channels *layout, const CV_REAL *a, const CV_REAL *b, const double *shift,
    double *sums);

// MARK: Copies

/// dst[sum i_k dst_strides[k]] = src[sum i_k src_strides[k]] for all 0 <= i_k < dims[k];
/// rank <= 8, strides in elements (a source stride may be 0). No overlap at all. Returns 0, or
/// -1 if the rank is out of range.
int CV_NAME(cv_permute)(
    int rank, const int64_t *dims, const CV_REAL *src, const int64_t *src_strides, CV_REAL *dst,
    const int64_t *dst_strides);

/// The same with +=; destination strides may be 0, so it also sums (transpose of broadcasting).
int CV_NAME(cv_permute_add)(
    int rank, const int64_t *dims, const CV_REAL *src, const int64_t *src_strides, CV_REAL *dst,
    const int64_t *dst_strides);

/// dst[i] = index[i] < 0 ? 0 : src[index[i]]. No overlap.
void CV_NAME(cv_gather)(int64_t n, const int32_t *index, const CV_REAL *src, CV_REAL *dst);

/// x[i] = value.
void CV_NAME(cv_fill)(int64_t n, CV_REAL value, CV_REAL *x);

// MARK: Flat vectors

/// <a, b>, accumulated in double.
double CV_NAME(cv_dot)(int64_t n, const CV_REAL *a, const CV_REAL *b);

/// y += alpha x.
void CV_NAME(cv_axpy)(int64_t n, CV_REAL alpha, const CV_REAL *x, CV_REAL *y);

/// y += alpha x, computed in double and rounded once.
void CV_NAME(cv_add_multiple)(int64_t n, double alpha, const CV_REAL *x, CV_REAL *y);

/// x *= alpha.
void CV_NAME(cv_scale)(int64_t n, CV_REAL alpha, CV_REAL *x);

/// y = alpha x + beta y; y is not read if beta is 0.
void CV_NAME(cv_axpby)(int64_t n, CV_REAL alpha, const CV_REAL *x, CV_REAL beta, CV_REAL *y);

/// 1 if an element is NaN or infinite, else 0.
int CV_NAME(cv_any_nonfinite)(int64_t n, const CV_REAL *x);

// MARK: Windows over planes

/// Positions of the window maxima of planes [planes, height, width]:
/// index[plane, out_height, out_width] = y width + x as a number of the working type. The first
/// maximum wins and a NaN wins over all else; a window without any pixel gives -1.
/// height * width must not exceed 2^24 for `_f32`.
void CV_NAME(cv_max_pool_indices)(
    const cv_window *window, int64_t planes, const CV_REAL *x, CV_REAL *index);

/// Sums over the windows of planes, times the share of their row and of their column: the averages
/// of `from` [planes, height, width]. Transposed each of the cotangents `from` [planes, out_height,
/// out_width] is added, times its shares, to all pixels of its window in `to`. Dilations are not
/// looked at. No overlap.
void CV_NAME(cv_average_pool)(
    const cv_window *window, int64_t planes, const CV_REAL *row_shares,
    const CV_REAL *column_shares, int is_transposed, const CV_REAL *from, CV_REAL *to);

/// result[plane, j] = x[plane, index[plane, j]]; planes of `size` in x, `count` in result; a
/// negative index gives 0.
void CV_NAME(cv_plane_gather)(
    int64_t planes, int64_t size, int64_t count, const CV_REAL *x, const CV_REAL *index,
    CV_REAL *result);

/// result[plane, index[plane, j]] += u[plane, j]: the transpose of cv_plane_gather.
void CV_NAME(cv_plane_scatter_add)(
    int64_t planes, int64_t size, int64_t count, const CV_REAL *u, const CV_REAL *index,
    CV_REAL *result);

/// columns[channel, ky, kx, oy, ox] = x[channel, y, x], y = oy stride + ky dilation - padding,
/// or 0 outside of the plane: the matrix of which convolution is a product. No overlap.
void CV_NAME(cv_im2col)(
    const cv_window *window, int64_t channels, const CV_REAL *x, CV_REAL *columns);

/// x[channel, y, x] += columns[channel, ky, kx, oy, ox]: the transpose of cv_im2col.
void CV_NAME(cv_col2im)(
    const cv_window *window, int64_t channels, const CV_REAL *columns, CV_REAL *x);

// MARK: Convolutions of few channels a group, in channel blocks

/// y = max(convolution of x + bias[channel] + shortcut, 0), the last three parts if wanted (NULL,
/// 0); filters [blocks, kernel height, kernel width, channels j, 16 l] of input j and output l of
/// their groups. With `is_transposed` the gradient by the pixels: x are cotangents, y is the image,
/// and filters are of output j and input l. Only the blocks from first_block to before end_block
/// are made. The shortcut may be y; otherwise no overlap.
void CV_NAME(cv_grouped_convolution)(
    const cv_grouped *shape, int is_transposed, const CV_REAL *x, const CV_REAL *filters,
    const CV_REAL *bias, const CV_REAL *shortcut, int is_rectified, int64_t first_block,
    int64_t end_block, CV_REAL *y);

/// sums = (or +=) the gradient by the filters of <dy, convolution of x>, in the order of the
/// filters of the gradient by the pixels. Only the blocks from first_block to before end_block are
/// made. No overlap.
void CV_NAME(cv_grouped_gradient)(
    const cv_grouped *shape, const CV_REAL *x, const CV_REAL *dy, int accumulate,
    int64_t first_block, int64_t end_block, CV_REAL *sums);
