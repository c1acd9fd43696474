// Kernels over the rows of a matrix [rows, n]: softmax and its derivatives, sums, maxima.
// Each row is read two or three times from the first-level cache.

template <typename T> CV_INLINE T largestOf(int64_t n, const T *x) {
    Vector<T> low = splat<T>(-__builtin_inff()), part[4] = {low, low, low, low};
    forEachOfFour<T>(n, [&](int64_t i, auto at, int k) CV_LAMBDA {
        part[k] = maximum(part[k], at.keep(at.load(x + i), -__builtin_inff()));
    });
    return maximumOfLanes<T>(maximum(maximum(part[0], part[1]), maximum(part[2], part[3])));
}

/// The same, but a NaN may be passed over: for softmax, whose exponentials bring it back.
template <typename T> CV_INLINE T largestNumberOf(int64_t n, const T *x) {
    Vector<T> low = splat<T>(-__builtin_inff()), part[4] = {low, low, low, low};
    forEachOfFour<T>(n, [&](int64_t i, auto at, int k) CV_LAMBDA {
        part[k] = larger(at.keep(at.load(x + i), -__builtin_inff()), part[k]);
    });
    return maximumOfLanes<T>(larger(larger(part[0], part[1]), larger(part[2], part[3])));
}

template <typename T> void softmax(int64_t rows, int64_t n, const T *x, T *y) {
    for (int64_t row = 0; row < rows; row++, x += n, y += n) {
        const Vector<T> shift = splat<T>(largestNumberOf(n, x));
        Sums<Vector<T>> sums;
        forEachOfFour<T>(n, [&](int64_t i, auto at, int k) CV_LAMBDA {
            Vector<T> e = exponentialOfNegative(at.load(x + i) - shift);
            at.store(y + i, e);
            sums.part[k] += at.keep(e, 0);
        });
        const Vector<T> factor = splat<T>(1 / sumOfLanes<T>(sums.total()));
        forEach<T>(n, [&](int64_t i, auto at) CV_LAMBDA {
            at.store(y + i, at.load(y + i) * factor);
        });
    }
}

template <typename T> void log_softmax(int64_t rows, int64_t n, const T *x, T *y) {
    for (int64_t row = 0; row < rows; row++, x += n, y += n) {
        const Vector<T> shift = splat<T>(largestNumberOf(n, x));
        Sums<Vector<T>> sums;
        forEachOfFour<T>(n, [&](int64_t i, auto at, int k) CV_LAMBDA {
            sums.part[k] += at.keep(exponentialOfNegative(at.load(x + i) - shift), 0);
        });
        const Vector<T> logarithmOfSum = logarithm(splat<T>(sumOfLanes<T>(sums.total())));
        forEach<T>(n, [&](int64_t i, auto at) CV_LAMBDA {
            at.store(y + i, (at.load(x + i) - shift) - logarithmOfSum);
        });
    }
}

template <typename T> CV_INLINE T product(int64_t n, const T *a, const T *b) {
    Sums<Vector<T>> sums;
    forEachOfFour<T>(n, [&](int64_t i, auto at, int k) CV_LAMBDA {
        sums.part[k] = multiplyAdd(at.load(a + i), at.load(b + i), sums.part[k]);
    });
    return sumOfLanes<T>(sums.total());
}

template <typename T>
void softmax_jacobian(int64_t rows, int64_t n, const T *y, const T *u, T scale, T *result) {
    for (int64_t row = 0; row < rows; row++, y += n, u += n, result += n) {
        const Vector<T> mean = splat<T>(product(n, y, u)), factor = splat<T>(scale);
        forEach<T>(n, [&](int64_t i, auto at) CV_LAMBDA {
            at.store(result + i, factor * at.load(y + i) * (at.load(u + i) - mean));
        });
    }
}

/// Calls body with true_type or false_type.
template <typename Body> CV_INLINE void choose(bool flag, Body body) {
    if (flag)
        body(std::true_type{});
    else
        body(std::false_type{});
}

template <typename T, bool hasDy, bool hasDu>
void softmaxTangentRows(
    int64_t rows, int64_t n, const T *y, const T *dy, const T *u, const T *du, T scale,
    T *result) {
    using V = Vector<T>;
    for (int64_t row = 0; row < rows; row++) {
        const int64_t first = row * n;
        V mean = splat<T>(0), tangent = mean;
        V means[2] = {mean, mean}, tangents[2] = {mean, mean};
        forEachOfFour<T>(n, [&](int64_t i, auto at, int k) CV_LAMBDA {
            V yi = at.load(y + first + i);
            if constexpr (hasDy) {
                V ui = at.load(u + first + i);
                means[k & 1] = multiplyAdd(yi, ui, means[k & 1]);
                tangents[k & 1] = multiplyAdd(at.load(dy + first + i), ui, tangents[k & 1]);
            }
            if constexpr (hasDu)
                tangents[k & 1] = multiplyAdd(yi, at.load(du + first + i), tangents[k & 1]);
        });
        if constexpr (hasDy) mean = splat<T>(sumOfLanes<T>(means[0] + means[1]));
        tangent = splat<T>(sumOfLanes<T>(tangents[0] + tangents[1]));
        const V factor = splat<T>(scale);
        forEach<T>(n, [&](int64_t i, auto at) CV_LAMBDA {
            V change = -tangent;
            if constexpr (hasDu) change += at.load(du + first + i);
            V value = at.load(y + first + i) * change;
            if constexpr (hasDy)
                value = multiplyAdd(at.load(dy + first + i), at.load(u + first + i) - mean, value);
            at.store(result + first + i, factor * value);
        });
    }
}

template <typename T>
void softmax_jacobian_tangent(
    int64_t rows, int64_t n, const T *y, const T *dy, const T *u, const T *du, T scale,
    T *result) {
    choose(dy != nullptr, [&](auto hasDy) CV_LAMBDA {
        choose(du != nullptr, [&](auto hasDu) CV_LAMBDA {
            softmaxTangentRows<T, decltype(hasDy)::value, decltype(hasDu)::value>(
                rows, n, y, dy, u, du, scale, result);
        });
    });
}

template <typename T> CV_INLINE T rowTotal(int64_t n, const T *x) {
    Sums<Vector<T>> sums;
    forEachOfFour<T>(n, [&](int64_t i, auto at, int k) CV_LAMBDA {
        sums.part[k] += at.load(x + i);
    });
    return sumOfLanes<T>(sums.total());
}

template <typename T>
void row_sum(int64_t rows, int64_t n, const T *x, int accumulate, T *result) {
    for (int64_t row = 0; row < rows; row++) {
        T sum = rowTotal(n, x + row * n);
        result[row] = accumulate ? result[row] + sum : sum;
    }
}

template <typename T> void row_max(int64_t rows, int64_t n, const T *x, T *result) {
    for (int64_t row = 0; row < rows; row++) result[row] = largestOf(n, x + row * n);
}
