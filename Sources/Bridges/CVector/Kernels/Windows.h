// Sliding windows over planes: maximum pooling by indices, and the columns of a convolution.

/// Outputs begin ..< end along one axis, for which the shifted pixel is inside.
struct Inside {
    int64_t begin, end;

    Inside(int64_t size, int64_t out, int64_t stride, int64_t offset) {
        begin = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
        end = offset >= size ? 0 : (size - 1 - offset) / stride + 1;
        begin = begin < out ? begin : out;
        end = end < out ? end : out;
        if (end < begin) end = begin;
    }
};

template <typename T>
void max_pool_indices(const cv_window *window, int64_t planes, const T *x, T *index) {
    const cv_window &w = *window;
    // Outputs that are found together, one position of the window after another.
    constexpr int64_t block = 128;
    T largest[block], best[block];
    const int64_t rows = planes * w.out_height;
    for (int64_t row = 0; row < rows; row++, index += w.out_width) {
        const T *plane = x + row / w.out_height * w.height * w.width;
        const int64_t top = row % w.out_height * w.stride_height - w.padding_top;
        for (int64_t first = 0; first < w.out_width; first += block) {
            const int64_t count = w.out_width - first < block ? w.out_width - first : block;
            for (int64_t j = 0; j < count; j++) largest[j] = -__builtin_inff(), best[j] = -1;
            for (int64_t ky = 0; ky < w.kernel_height; ky++) {
                const int64_t y = top + ky * w.dilation_height;
                if (y < 0 || y >= w.height) continue;
                for (int64_t kx = 0; kx < w.kernel_width; kx++) {
                    const int64_t stride = w.stride_width, shift =
                        first * stride + kx * w.dilation_width - w.padding_left;
                    const Inside inside(w.width, count, stride, shift);
                    const T *from = plane + y * w.width + shift;
                    const T position = T(y * w.width + shift), step = T(stride);
                    const auto take = [&](auto known) CV_LAMBDA {
                        for (int64_t j = inside.begin; j < inside.end; j++) {
                            const T value = from[j * known], old = largest[j];
                            // The first of several NaN stays, as of several maxima.
                            const bool wins = (best[j] < 0) | (value > old)
                                              | ((value != value) & (old == old));
                            largest[j] = wins ? value : old;
                            best[j] = wins ? position + T(int32_t(j)) * step : best[j];
                        }
                    };
                    // The usual strides as constants, for which the loop becomes vectors.
                    if (stride == 1)
                        take(std::integral_constant<int64_t, 1>{});
                    else if (stride == 2)
                        take(std::integral_constant<int64_t, 2>{});
                    else
                        take(stride);
                }
            }
            for (int64_t j = 0; j < count; j++) index[first + j] = best[j];
        }
    }
}

template <typename T>
void average_pool(
    const cv_window *window, int64_t planes, const T *row_shares, const T *column_shares,
    int is_transposed, const T *from, T *to) {
    const cv_window &w = *window;
    const int64_t rows = planes * w.out_height;
    for (int64_t row = 0; row < rows; row++) {
        const int64_t oy = row % w.out_height, plane = row / w.out_height * w.height;
        const int64_t start = row * w.out_width;
        if (!is_transposed) memset(to + start, 0, sizeof(T) * w.out_width);
        for (int64_t ky = 0; ky < w.kernel_height; ky++) {
            const int64_t y = oy * w.stride_height + ky - w.padding_top;
            if (y < 0 || y >= w.height) continue;
            for (int64_t kx = 0; kx < w.kernel_width; kx++) {
                const int64_t shift = kx - w.padding_left;
                const Inside inside(w.width, w.out_width, w.stride_width, shift);
                const int64_t pixels = (plane + y) * w.width + shift;
                const auto take = [&](auto stride) CV_LAMBDA {
                    if (is_transposed) {
                        const T *u = from + start;
                        const T share = row_shares[oy];
                        T *x = to + pixels;
                        for (int64_t j = inside.begin; j < inside.end; j++)
                            x[j * stride] += u[j] * (share * column_shares[j]);
                    } else {
                        const T *x = from + pixels;
                        T *sum = to + start;
                        for (int64_t j = inside.begin; j < inside.end; j++)
                            sum[j] += x[j * stride];
                    }
                };
                if (w.stride_width == 1)
                    take(std::integral_constant<int64_t, 1>{});
                else if (w.stride_width == 2)
                    take(std::integral_constant<int64_t, 2>{});
                else
                    take(w.stride_width);
            }
        }
        if (!is_transposed)
            for (int64_t j = 0; j < w.out_width; j++)
                to[start + j] *= row_shares[oy] * column_shares[j];
    }
}

template <typename T>
void plane_gather(
    int64_t planes, int64_t size, int64_t count, const T *x, const T *index, T *result) {
    for (int64_t plane = 0; plane < planes; plane++, x += size, index += count, result += count)
        for (int64_t j = 0; j < count; j++)
            result[j] = index[j] < 0 ? T(0) : x[int64_t(index[j])];
}

template <typename T>
void plane_scatter_add(
    int64_t planes, int64_t size, int64_t count, const T *u, const T *index, T *result) {
    for (int64_t plane = 0; plane < planes; plane++, u += count, index += count, result += size)
        for (int64_t j = 0; j < count; j++)
            if (index[j] >= 0) result[int64_t(index[j])] += u[j];
}

/// row(offset in the columns, whether the row of pixels exists, the pixel of output 0, the outputs
/// whose pixels exist) for each channel, ky, kx and oy.
template <typename Row>
CV_INLINE void eachColumnRow(const cv_window &w, int64_t channels, Row row) {
    int64_t offset = 0;
    for (int64_t channel = 0; channel < channels; channel++)
        for (int64_t ky = 0; ky < w.kernel_height; ky++)
            for (int64_t kx = 0; kx < w.kernel_width; kx++) {
                const int64_t shift = kx * w.dilation_width - w.padding_left;
                const Inside inside(w.width, w.out_width, w.stride_width, shift);
                for (int64_t oy = 0; oy < w.out_height; oy++, offset += w.out_width) {
                    const int64_t y =
                        oy * w.stride_height + ky * w.dilation_height - w.padding_top;
                    const bool valid = y >= 0 && y < w.height;
                    const int64_t pixels = (channel * w.height + y) * w.width + shift;
                    row(offset, valid, pixels, inside);
                }
            }
}

template <typename T>
void im2col(const cv_window *window, int64_t channels, const T *x, T *columns) {
    const cv_window &w = *window;
    eachColumnRow(w, channels, [&](int64_t offset, bool valid, int64_t pixels, Inside inside) {
        T *to = columns + offset;
        const int64_t begin = valid ? inside.begin : w.out_width;
        const int64_t end = valid ? inside.end : w.out_width;
        for (int64_t ox = 0; ox < begin; ox++) to[ox] = 0;
        copyRun<T, false>(
            end - begin, x + pixels + begin * w.stride_width, w.stride_width, to + begin, 1);
        for (int64_t ox = end; ox < w.out_width; ox++) to[ox] = 0;
    });
}

template <typename T>
void col2im(const cv_window *window, int64_t channels, const T *columns, T *x) {
    const cv_window &w = *window;
    eachColumnRow(w, channels, [&](int64_t offset, bool valid, int64_t pixels, Inside inside) {
        if (!valid) return;
        copyRun<T, true>(
            inside.end - inside.begin, columns + offset + inside.begin, 1,
            x + pixels + inside.begin * w.stride_width, w.stride_width);
    });
}
