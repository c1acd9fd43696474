// Sums over everything and over channels, accumulated in double.

template <typename T> double absolute_sum(int64_t n, const T *x) {
    Sums<Doubles> sums;
    forEachOfFour<T>(n, [&](int64_t i, auto at, int k) CV_LAMBDA {
        const Vector<T> v = at.load(x + i);
        Widened wide = widen(maximum(v, -v));
        sums.part[k] += sizeof(T) == 4 ? wide.low + wide.high : wide.low;
    });
    return sumOfLanes<double>(sums.total());
}

template <typename T> double dot(int64_t n, const T *a, const T *b) {
    Sums<Doubles> sums;
    forEachOfFour<T>(n, [&](int64_t i, auto at, int k) CV_LAMBDA {
        Widened wa = widen(at.load(a + i)), wb = widen(at.load(b + i));
        sums.part[k] = multiplyAdd(wa.low, wb.low, sums.part[k]);
        if constexpr (sizeof(T) == 4) sums.part[k] = multiplyAdd(wa.high, wb.high, sums.part[k]);
    });
    return sumOfLanes<double>(sums.total());
}

/// sums[j] += sum over the rows of value(row start, j), for columns 0 ..< n of rows of length
/// `stride`. Four rows share one access to the sums.
template <typename T, typename Value>
CV_INLINE void addColumns(int64_t rows, int64_t stride, int64_t n, double *sums, Value value) {
    int64_t row = 0;
    if (n <= 32) {
        // Few columns: the sums stay in registers.
        forEach<T>(n, [&](int64_t j, auto at) CV_LAMBDA {
            Widened total[2] = {widen(splat<T>(0)), widen(splat<T>(0))};
            for (row = 0; row + 2 <= rows; row += 2)
                for (int k = 0; k < 2; k++) {
                    Widened wide = widen(value((row + k) * stride + j, j, at));
                    total[k].low += wide.low, total[k].high += wide.high;
                }
            if (row < rows) {
                Widened wide = widen(value(row * stride + j, j, at));
                total[0].low += wide.low, total[0].high += wide.high;
            }
            addDoubles<T>(
                sums + j, {total[0].low + total[1].low, total[0].high + total[1].high}, at);
        });
        return;
    }
    for (; row + 4 <= rows; row += 4)
        forEach<T>(n, [&](int64_t j, auto at) CV_LAMBDA {
            const int64_t i = row * stride + j;
            Widened a = widen(value(i, j, at)), b = widen(value(i + stride, j, at));
            Widened c = widen(value(i + 2 * stride, j, at));
            Widened d = widen(value(i + 3 * stride, j, at));
            addDoubles<T>(
                sums + j,
                {(a.low + b.low) + (c.low + d.low), (a.high + b.high) + (c.high + d.high)}, at);
        });
    for (; row < rows; row++)
        forEach<T>(n, [&](int64_t j, auto at) CV_LAMBDA {
            addWidened<T>(sums + j, value(row * stride + j, j, at), at);
        });
}

/// sums[channel] += value(i, channel) over all elements i, where value gives the vector of the
/// elements from i on, whose channels are (first) + j if the period is not 1.
template <typename T, typename Value>
CV_INLINE void addChannels(const cv_channels &c, double *sums, Value value) {
    const Layout layout(c.outer, c.pattern, c.repeat, c.period);
    // With a single repetition the pattern is one long period.
    const int64_t repeat = c.repeat == 1 ? 1 : c.repeat, pattern = layout.pattern;
    const int64_t period = layout.period;
    for (int64_t o = 0; o < c.outer; o++)
        for (int64_t p = 0; p < pattern; p++) {
            const int64_t start = (o * pattern + p) * repeat * period;
            double *to = sums + p * period;
            if (period == 1) {
                Sums<Doubles> total;
                forEachOfFour<T>(repeat, [&](int64_t i, auto at, int k) CV_LAMBDA {
                    Widened wide = widen(at.keep(value(start + i, p, true, at), 0));
                    total.part[k] += sizeof(T) == 4 ? wide.low + wide.high : wide.low;
                });
                *to += sumOfLanes<double>(total.total());
            } else {
                addColumns<T>(
                    repeat, period, period, to, [&](int64_t i, int64_t j, auto at) CV_LAMBDA {
                        return value(start + i, p * period + j, false, at);
                    });
            }
        }
}

template <typename T> void channel_sum(const cv_channels *layout, const T *x, double *sums) {
    addChannels<T>(*layout, sums, [&](int64_t i, int64_t, bool, auto at) CV_LAMBDA {
        return at.load(x + i);
    });
}

/// The shift of the channels from `channel` on, or of one channel for all lanes.
template <typename T, typename Access>
CV_INLINE Vector<T> shiftOf(const double *shift, int64_t channel, bool one, Access at) {
    if (one) return splat<T>(T(shift[channel]));
    Vector<T> result = splat<T>(0);
    for (int i = 0; i < lanes<T>; i++)
        if (i < at.count()) result[i] = T(shift[channel + i]);
    return result;
}

template <typename T>
void channel_squares(
    const cv_channels *layout, const T *x, const double *shift, double *sums) {
    choose(shift != nullptr, [&](auto shifted) CV_LAMBDA {
        addChannels<T>(*layout, sums, [&](int64_t i, int64_t channel, bool one, auto at) CV_LAMBDA {
            Vector<T> d = at.load(x + i);
            if constexpr (decltype(shifted)::value) d -= shiftOf<T>(shift, channel, one, at);
            return d * d;
        });
    });
}

template <typename T>
void channel_dot(
    const cv_channels *layout, const T *a, const T *b, const double *shift, double *sums) {
    choose(shift != nullptr, [&](auto shifted) CV_LAMBDA {
        addChannels<T>(*layout, sums, [&](int64_t i, int64_t channel, bool one, auto at) CV_LAMBDA {
            Vector<T> d = at.load(a + i);
            if constexpr (decltype(shifted)::value) d -= shiftOf<T>(shift, channel, one, at);
            return d * at.load(b + i);
        });
    });
}
