// CV_KERNEL(result, name, parameters, arguments) for each kernel whose types are fixed.

CV_KERNEL(void, narrow, (int64_t n, const double *x, float *y), (n, x, y))
CV_KERNEL(void, widen_sum,
    (int64_t n, int64_t count, const float *const *x, double alpha, int accumulate, double *y),
    (n, count, x, alpha, accumulate, y))
CV_KERNEL(void, round_sum,
    (int64_t n, int64_t count, const float *const *x, double alpha, int accumulate, float *y),
    (n, count, x, alpha, accumulate, y))

CV_KERNEL(void, adamw,
    (int64_t n, const cv_adamw_step *constants, const double *g, double *w, double *m, double *v),
    (n, constants, g, w, m, v))

CV_KERNEL(void, product,
    (const cv_product_shape *shape, const float *a, const float *b, int accumulate, float *c,
     float *scratch),
    (shape, a, b, accumulate, c, scratch))

CV_KERNEL(void, winograd_filters,
    (int64_t out, int64_t in, const float *plain, int is_mirrored, float *filters),
    (out, in, plain, is_mirrored, filters))
CV_KERNEL(void, winograd_plain_gradient,
    (int64_t out, int64_t in, const float *sums, float *plain), (out, in, sums, plain))
CV_KERNEL(void, winograd_convolution,
    (const cv_winograd *shape, int terms, const float *const *x, const float *const *filters,
     const cv_winograd_ending *ending, int64_t first_tile, int64_t end_tile, float *y,
     float *scratch),
    (shape, terms, x, filters, ending, first_tile, end_tile, y, scratch))
CV_KERNEL(void, winograd_gradient,
    (const cv_winograd *shape, const float *x, const float *dy, int accumulate,
     int64_t first_block, int64_t end_block, float *sums, float *scratch),
    (shape, x, dy, accumulate, first_block, end_block, sums, scratch))

CV_KERNEL(void, pointwise_gradient,
    (int64_t batch, int64_t in_blocks, int64_t out_blocks, int64_t pixels, const float *x,
     const float *dy, int accumulate, int64_t first_block, int64_t end_block, float *sums),
    (batch, in_blocks, out_blocks, pixels, x, dy, accumulate, first_block, end_block, sums))
