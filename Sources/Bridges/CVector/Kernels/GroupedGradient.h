// Gradients by the filters of convolutions of few channels a group, see Grouped.h.

/// Sums that a pass holds in registers: those of `taps` neighbouring taps and of `outputs` channels
/// of each group, the first of which is `origin`; short ones in several copies, so that they are
/// not bound by the latency of one addition.
template <typename T, int channels, int taps, int outputs, int origin> struct FilterSums {
    static constexpr int copies = taps * outputs >= 6 ? 1 : taps * outputs >= 3 ? 2 : 4;
    Lanes<T> sum[copies][taps][outputs];

    CV_INLINE FilterSums() {
        for (int copy = 0; copy < copies; copy++)
            for (int k = 0; k < taps; k++)
                for (int o = 0; o < outputs; o++) sum[copy][k][o] = (Lanes<T>)(0);
    }

    /// One output: x is the pixel of its first tap, which is number `place` of its row.
    template <bool isChecked>
    CV_INLINE void add(
        int copy, const T *x, int64_t dilation, int64_t place, int64_t width, const T *u) {
        Lanes<T> pixel[taps];
        for (int k = 0; k < taps; k++) {
            const T *from = x + k * dilation * laneCount;
            if (isChecked && uint64_t(place + k * dilation) >= uint64_t(width))
                from = reinterpret_cast<const T *>(noPixel);
            pixel[k] = loadLanes(from);
        }
        const Lanes<T> cotangent = loadLanes(u);
        unrolled<outputs>([&](auto o) CV_LAMBDA {
            const Lanes<T> v = spread<channels, origin + o>(cotangent);
            for (int k = 0; k < taps; k++) sum[copy][k][o] += pixel[k] * v;
        });
    }

    /// A row of outputs.
    CV_INLINE void add(const cv_window &w, int64_t kx, const T *x, const T *u) {
        const int64_t shift = kx * w.dilation_width - w.padding_left;
        const int64_t reach = (taps - 1) * w.dilation_width;
        const Inside left(w.width, w.out_width, w.stride_width, shift);
        const Inside right(w.width, w.out_width, w.stride_width, shift + reach);
        // The outputs all of whose pixels exist lie between those that have some.
        const int64_t first = right.begin < left.begin ? right.begin : left.begin;
        const int64_t last = right.end > left.end ? right.end : left.end;
        const int64_t begin = left.begin > right.begin ? left.begin : right.begin;
        const int64_t end = left.end < right.end ? left.end : right.end;
        const auto at = [&](int copy, int64_t t, auto isChecked) CV_LAMBDA {
            const int64_t place = t * w.stride_width + shift;
            add<decltype(isChecked)::value>(
                copy, x + place * laneCount, w.dilation_width, place, w.width,
                u + t * laneCount);
        };
        int64_t t = first;
        for (; t < begin && t < last; t++) at(0, t, std::true_type{});
        for (; t + copies <= end; t += copies)
            unrolled<copies>([&](auto copy) CV_LAMBDA { at(copy, t + copy, std::false_type{}); });
        for (; t < end; t++) at(0, t, std::false_type{});
        for (; t < last; t++) at(0, t, std::true_type{});
    }

    CV_INLINE void addTo(T *sums) const {
        for (int k = 0; k < taps; k++)
            for (int o = 0; o < outputs; o++) {
                Lanes<T> total = sum[0][k][o];
                for (int copy = 1; copy < copies; copy++) total += sum[copy][k][o];
                T *to = sums + (k * channels + origin + o) * laneCount;
                storeLanes(to, loadLanes(to) + total);
            }
    }
};

/// Adds what the rows firstRow ..< endRow of outputs give for a few taps.
template <typename T, int channels, int taps, int outputs, int origin>
void addFilterSums(
    const cv_window &w, int64_t ky, int64_t kx, int64_t firstRow, int64_t endRow, const T *x,
    const T *u, T *sums) {
    FilterSums<T, channels, taps, outputs, origin> pass;
    for (int64_t oy = firstRow; oy < endRow; oy++) {
        const int64_t iy = oy * w.stride_height + ky * w.dilation_height - w.padding_top;
        if (iy < 0 || iy >= w.height) continue;
        pass.add(w, kx, x + iy * w.width * laneCount, u + oy * w.out_width * laneCount);
    }
    pass.addTo(sums);
}

template <typename T>
void grouped_gradient(
    const cv_grouped *shape, const T *x, const T *dy, int accumulate, int64_t first_block,
    int64_t end_block, T *sums) {
    const cv_window &w = shape->window;
    // Registers hold so many sums; wider instruction sets have more and larger ones.
    constexpr int most = CV_WIDTH == 64 ? 24 * 4 / int(sizeof(T)) : 4;
    // Rows that stay in the cache while all taps pass.
    const int64_t wanted = (1 << 14) / (w.out_width * laneCount * int64_t(sizeof(T)) + 1);
    const int64_t band = wanted > 1 ? wanted : 1;
    withChannels(shape->channels, [&](auto number) CV_LAMBDA {
        constexpr int channels = decltype(number)::value;
        constexpr int outputs = channels < most ? channels : most;
        constexpr int taps = 3 * outputs <= most ? 3 : 1;
        const int64_t filters = w.kernel_height * w.kernel_width * channels * laneCount;
        for (int64_t block = first_block; block < end_block; block++) {
            T *blockSums = sums + block * filters;
            if (!accumulate) memset(blockSums, 0, sizeof(T) * filters);
            for (int64_t image = 0; image < shape->batch; image++) {
                const int64_t plane = image * shape->blocks + block;
                const T *from = x + plane * w.height * w.width * laneCount;
                const T *by = dy + plane * w.out_height * w.out_width * laneCount;
                for (int64_t first = 0; first < w.out_height; first += band) {
                    const int64_t end =
                        first + band < w.out_height ? first + band : w.out_height;
                    for (int64_t ky = 0; ky < w.kernel_height; ky++) {
                        T *to = blockSums + ky * w.kernel_width * channels * laneCount;
                        int64_t kx = 0;
                        for (; kx + taps <= w.kernel_width; kx += taps)
                            unrolled<channels / outputs>([&](auto part) CV_LAMBDA {
                                addFilterSums<T, channels, taps, outputs, part * outputs>(
                                    w, ky, kx, first, end, from, by,
                                    to + kx * channels * laneCount);
                            });
                        for (; kx < w.kernel_width; kx++)
                            unrolled<channels / outputs>([&](auto part) CV_LAMBDA {
                                addFilterSums<T, channels, 1, outputs, part * outputs>(
                                    w, ky, kx, first, end, from, by,
                                    to + kx * channels * laneCount);
                            });
                    }
                }
            }
        }
    });
}
