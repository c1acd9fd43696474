// Convolutions of few channels a group (1, 2, 4 or 8, as many in as out) in channel blocks of 16:
// every block is a convolution of its own, and lane l of its outputs sums over the c lanes of its
// group,
//
//     y[l] = sum over taps and j < c of w[tap][j][l] x[tap][l / c * c + j],
//
// so that pixels are spread within groups and then multiplied lane by lane. The gradient by the
// pixels is the same with filters whose lanes are those of the pixels. That by the filters spreads
// the cotangents, which all taps share: its sums [tap][j][l] are of input lane l and output j.

template <typename T> struct LaneTypes {
    typedef T Lanes __attribute__((ext_vector_type(16)));
};
template <typename T> using Lanes = typename LaneTypes<T>::Lanes;

constexpr int64_t laneCount = 16;

template <typename T> CV_INLINE Lanes<T> loadLanes(const T *p) {
    Lanes<T> v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

template <typename T> CV_INLINE void storeLanes(T *p, Lanes<T> v) {
    __builtin_memcpy(p, &v, sizeof v);
}

template <int channels, int j, typename V, size_t... lane>
CV_INLINE V spreadLanes(V v, std::index_sequence<lane...>) {
    return __builtin_shufflevector(v, v, int(lane) / channels * channels + j...);
}

/// Channel j of each group in all lanes of the group.
template <int channels, int j, typename V> CV_INLINE V spread(V v) {
    if constexpr (channels == 1)
        return v;
    else
        return spreadLanes<channels, j>(v, std::make_index_sequence<16>{});
}

/// body(0), body(1) ... body(count - 1) with constants.
template <typename Body, int... index>
CV_INLINE void unrolled(Body body, std::integer_sequence<int, index...>) {
    (body(std::integral_constant<int, index>{}), ...);
}
template <int count, typename Body> CV_INLINE void unrolled(Body body) {
    unrolled(body, std::make_integer_sequence<int, count>{});
}

/// What lies beyond the border.
alignas(128) static const double noPixel[laneCount] = {};

// MARK: Outputs

/// Neighbouring taps of one row of a filter, for a row of outputs: pixel u of the row lies at
/// x + u step and exists if begin <= u < end; output t sums over the pixels t stride + k.
template <typename T> struct RowTaps {
    const T *x, *filters;
    int64_t begin, end;
};

template <typename T> struct OutputRow {
    const RowTaps<T> *taps;
    int64_t tapCount;
    /// Elements between neighbouring pixels, between the filters of neighbouring taps, and
    /// between neighbouring outputs.
    int64_t step, filterStep, outStep;
    T *y;
    const T *bias, *shortcut;
    bool isRectified;
};

/// The outputs first ..< first + count.
template <typename T, int channels, int count, int taps, int stride, bool isChecked>
CV_INLINE void outputTile(const OutputRow<T> &row, int64_t first) {
    Lanes<T> sum[count];
    for (int t = 0; t < count; t++) sum[t] = (Lanes<T>)(0);
    for (const RowTaps<T> *tap = row.taps; tap != row.taps + row.tapCount; tap++) {
        const T *x = tap->x + first * stride * row.step;
        unrolled<channels>([&](auto j) CV_LAMBDA {
            Lanes<T> w[taps];
            for (int k = 0; k < taps; k++)
                w[k] = loadLanes(tap->filters + k * row.filterStep + j * laneCount);
            unrolled<(count - 1) * stride + taps>([&](auto u) CV_LAMBDA {
                const T *from = x + u * row.step;
                if (isChecked) {
                    const int64_t place = first * stride + u;
                    from = place >= tap->begin && place < tap->end
                               ? from : reinterpret_cast<const T *>(noPixel);
                }
                const Lanes<T> v = spread<channels, j>(loadLanes(from));
                for (int k = 0; k < taps; k++) {
                    const int t = (u - k) / stride;
                    if (u >= k && (u - k) % stride == 0 && t < count) sum[t] += w[k] * v;
                }
            });
        });
    }
    const Lanes<T> bias = row.bias ? loadLanes(row.bias) : (Lanes<T>)(0);
    for (int t = 0; t < count; t++) {
        const int64_t place = (first + t) * row.outStep;
        Lanes<T> v = sum[t] + bias;
        if (row.shortcut) v += loadLanes(row.shortcut + place);
        if (row.isRectified) v = v < (Lanes<T>)(0) ? (Lanes<T>)(0) : v;
        storeLanes(row.y + place, v);
    }
}

template <typename T, int channels, int count, int taps, int stride>
CV_INLINE void outputTile(const OutputRow<T> &row, int64_t first, Inside inner) {
    if (first >= inner.begin && first + count <= inner.end)
        outputTile<T, channels, count, taps, stride, false>(row, first);
    else
        outputTile<T, channels, count, taps, stride, true>(row, first);
}

/// All `outputs` of a row.
template <typename T, int channels, int taps, int stride>
void outputRow(const OutputRow<T> &row, int64_t outputs) {
    // Outputs all of whose pixels exist.
    Inside inner(1, 0, 1, 0);
    inner.end = outputs;
    for (int64_t i = 0; i < row.tapCount; i++) {
        const int64_t begin = (row.taps[i].begin + stride - 1) / stride;
        const int64_t room = row.taps[i].end - taps;
        const int64_t end = room < 0 ? 0 : room / stride + 1;
        inner.begin = begin > inner.begin ? begin : inner.begin;
        inner.end = end < inner.end ? end : inner.end;
    }
    int64_t first = 0;
#if CV_WIDTH == 64
    // Maps are usually multiples of 7 or of 8 wide.
    if (outputs % 8 != 0)
        for (; first + 7 <= outputs; first += 7)
            outputTile<T, channels, 7, taps, stride>(row, first, inner);
    for (; first + 8 <= outputs; first += 8)
        outputTile<T, channels, 8, taps, stride>(row, first, inner);
#endif
    for (; first + 4 <= outputs; first += 4)
        outputTile<T, channels, 4, taps, stride>(row, first, inner);
    for (; first + 2 <= outputs; first += 2)
        outputTile<T, channels, 2, taps, stride>(row, first, inner);
    if (first < outputs) outputTile<T, channels, 1, taps, stride>(row, first, inner);
}

/// Taps of a row of outputs that are summed in one pass.
constexpr int64_t mostTaps = 64;

/// Gathers the taps of a row of outputs, and sums over them in passes.
template <typename T, int channels, int taps, int stride> struct RowPasses {
    OutputRow<T> row;
    int64_t outputs;
    RowTaps<T> list[mostTaps];

    RowPasses(const OutputRow<T> &row, int64_t outputs) : row(row), outputs(outputs) {
        this->row.taps = list;
        this->row.tapCount = 0;
    }

    CV_INLINE void add(const RowTaps<T> &next) {
        if (next.begin >= next.end) return;
        if (row.tapCount == mostTaps) {
            OutputRow<T> part = row;
            part.isRectified = false;
            outputRow<T, channels, taps, stride>(part, outputs);
            row.shortcut = row.y, row.bias = nullptr, row.tapCount = 0;
        }
        list[row.tapCount++] = next;
    }

    CV_INLINE void finish() { outputRow<T, channels, taps, stride>(row, outputs); }
};

template <typename T> struct GroupedCall {
    const cv_grouped &shape;
    const T *x, *filters, *bias, *shortcut;
    bool isRectified;
    T *y;

    int64_t filterCount() const {
        const cv_window &w = shape.window;
        return w.kernel_height * w.kernel_width * shape.channels * laneCount;
    }
};

/// Rows of outputs of one image and block; `taps` neighbouring taps share their pixels.
template <typename T, int channels, int taps, int stride>
void groupedOutputs(const GroupedCall<T> &call, int64_t image, int64_t block) {
    const cv_window &w = call.shape.window;
    const int64_t plane = image * call.shape.blocks + block;
    const int64_t tapStep = channels * laneCount;
    const T *x = call.x + plane * w.height * w.width * laneCount;
    const T *filters = call.filters + block * call.filterCount();
    for (int64_t oy = 0; oy < w.out_height; oy++) {
        const int64_t start = (plane * w.out_height + oy) * w.out_width * laneCount;
        OutputRow<T> row{};
        row.step = (taps > 1 ? 1 : w.stride_width) * laneCount;
        row.filterStep = tapStep;
        row.outStep = laneCount;
        row.y = call.y + start;
        row.bias = call.bias ? call.bias + block * laneCount : nullptr;
        row.shortcut = call.shortcut ? call.shortcut + start : nullptr;
        row.isRectified = call.isRectified;
        RowPasses<T, channels, taps, stride> passes(row, w.out_width);
        for (int64_t ky = 0; ky < w.kernel_height; ky++) {
            const int64_t iy = oy * w.stride_height + ky * w.dilation_height - w.padding_top;
            if (iy < 0 || iy >= w.height) continue;
            for (int64_t kx = 0; kx < w.kernel_width; kx += taps) {
                const int64_t shift = kx * w.dilation_width - w.padding_left;
                RowTaps<T> next;
                next.x = x + (iy * w.width + shift) * laneCount;
                next.filters = filters + (ky * w.kernel_width + kx) * tapStep;
                const Inside inside(
                    w.width, taps > 1 ? (w.out_width - 1) * stride + taps : w.out_width,
                    taps > 1 ? 1 : w.stride_width, shift);
                next.begin = inside.begin, next.end = inside.end;
                passes.add(next);
            }
        }
        passes.finish();
    }
}

/// Rows of pixels of one image and block, from cotangents: pixels whose distance is a multiple of
/// the stride have the same taps, and are made together.
template <typename T, int channels, int taps>
void groupedPixels(const GroupedCall<T> &call, int64_t image, int64_t block) {
    const cv_window &w = call.shape.window;
    const int64_t plane = image * call.shape.blocks + block;
    const int64_t tapStep = channels * laneCount;
    const T *u = call.x + plane * w.out_height * w.out_width * laneCount;
    const T *filters = call.filters + block * call.filterCount();
    for (int64_t iy = 0; iy < w.height; iy++)
        for (int64_t phase = 0; phase < w.stride_width && phase < w.width; phase++) {
            OutputRow<T> row{};
            row.step = laneCount;
            // Later taps meet earlier cotangents.
            row.filterStep = -tapStep;
            row.outStep = w.stride_width * laneCount;
            row.y = call.y + ((plane * w.height + iy) * w.width + phase) * laneCount;
            const int64_t count = (w.width - phase + w.stride_width - 1) / w.stride_width;
            RowPasses<T, channels, taps, 1> passes(row, count);
            for (int64_t ky = 0; ky < w.kernel_height; ky++) {
                const int64_t down = iy + w.padding_top - ky * w.dilation_height;
                if (down < 0 || down % w.stride_height != 0) continue;
                const int64_t oy = down / w.stride_height;
                if (oy >= w.out_height) continue;
                for (int64_t kx = taps - 1; kx < w.kernel_width; kx += taps) {
                    const int64_t across = phase + w.padding_left - kx * w.dilation_width;
                    if (across % w.stride_width != 0) continue;
                    const int64_t shift = across / w.stride_width;
                    RowTaps<T> next;
                    next.x = u + (oy * w.out_width + shift) * laneCount;
                    next.filters = filters + (ky * w.kernel_width + kx) * tapStep;
                    const Inside inside(w.out_width, count + taps - 1, 1, shift);
                    next.begin = inside.begin, next.end = inside.end;
                    passes.add(next);
                }
            }
            passes.finish();
        }
}

/// body(channels) with the number of channels of a group as a constant.
template <typename Body> CV_INLINE void withChannels(int64_t channels, Body body) {
    switch (channels) {
    case 1: return body(std::integral_constant<int, 1>{});
    case 2: return body(std::integral_constant<int, 2>{});
    case 4: return body(std::integral_constant<int, 4>{});
    case 8: return body(std::integral_constant<int, 8>{});
    }
}

template <typename T>
void grouped_convolution(
    const cv_grouped *shape, int is_transposed, const T *x, const T *filters, const T *bias,
    const T *shortcut, int is_rectified, int64_t first_block, int64_t end_block, T *y) {
    const cv_window &w = shape->window;
    const GroupedCall<T> call{*shape, x, filters, bias, shortcut, is_rectified != 0, y};
    // Spread pixels serve three taps each; without spreading, loading them again is as fast.
    const bool isThree = w.kernel_width == 3 && w.dilation_width == 1;
    withChannels(shape->channels, [&](auto number) CV_LAMBDA {
        constexpr int channels = decltype(number)::value;
        constexpr int shared = 3, two = 2;
        for (int64_t image = 0; image < shape->batch; image++)
            for (int64_t block = first_block; block < end_block; block++) {
                if (is_transposed) {
                    if (isThree && w.stride_width == 1)
                        groupedPixels<T, channels, shared>(call, image, block);
                    else
                        groupedPixels<T, channels, 1>(call, image, block);
                } else if (isThree && w.stride_width == 1) {
                    groupedOutputs<T, channels, shared, 1>(call, image, block);
                } else if (isThree && w.stride_width == 2) {
                    groupedOutputs<T, channels, shared, two>(call, image, block);
                } else {
                    groupedOutputs<T, channels, 1, 1>(call, image, block);
                }
            }
    });
}
