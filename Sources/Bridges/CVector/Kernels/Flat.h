// Flat vectors.

template <typename T> void axpy(int64_t n, T alpha, const T *x, T *y) {
    forEach<T>(n, [&](int64_t i, auto at) CV_LAMBDA {
        at.store(y + i, multiplyAdd(splat<T>(alpha), at.load(x + i), at.load(y + i)));
    });
}

template <typename T> void add_multiple(int64_t n, double alpha, const T *x, T *y) {
#pragma clang loop vectorize(assume_safety)
    for (int64_t i = 0; i < n; i++) y[i] = T(double(y[i]) + alpha * double(x[i]));
}

template <typename T> void scale(int64_t n, T alpha, T *x) {
    forEach<T>(n, [&](int64_t i, auto at) CV_LAMBDA {
        at.store(x + i, at.load(x + i) * alpha);
    });
}

template <typename T> void axpby(int64_t n, T alpha, const T *x, T beta, T *y) {
    choose(beta == 0, [&](auto overwrite) CV_LAMBDA {
        forEach<T>(n, [&](int64_t i, auto at) CV_LAMBDA {
            Vector<T> value = at.load(x + i) * alpha;
            if constexpr (!decltype(overwrite)::value)
                value = multiplyAdd(splat<T>(beta), at.load(y + i), value);
            at.store(y + i, value);
        });
    });
}

template <typename T> void fill(int64_t n, T value, T *x) {
    forEach<T>(n, [&](int64_t i, auto at) CV_LAMBDA { at.store(x + i, splat<T>(value)); });
}

/// x - x is 0 for finite x and NaN otherwise, and NaN survives addition.
template <typename T> int any_nonfinite(int64_t n, const T *x) {
    constexpr int64_t block = 1 << 15;
    for (int64_t first = 0; first < n; first += block) {
        Sums<Vector<T>> sums;
        forEachOfFour<T>(
            n - first < block ? n - first : block, [&](int64_t i, auto at, int k) CV_LAMBDA {
                Vector<T> v = at.load(x + first + i);
                sums.part[k] += v - v;
            });
        T sum = sumOfLanes<T>(sums.total());
        if (sum != sum) return 1;
    }
    return 0;
}

/// The vector of float on which a vector of doubles maps.
using HalfFloats = Types<float>::Half;

/// The sum of x[k] over k < count, for a vector of double from element i on.
CV_INLINE Doubles widenedSum(int64_t count, const float *const *x, int64_t i) {
    Doubles sum = (Doubles)(0);
    for (int64_t k = 0; k < count; k++) {
        HalfFloats v;
        __builtin_memcpy(&v, x[k] + i, sizeof v);
        // The processor's own prefetching begins anew at each page.
        __builtin_prefetch(x[k] + i + 512);
        sum += __builtin_convertvector(v, Doubles);
    }
    return sum;
}

inline void widen_sum(
    int64_t n, int64_t count, const float *const *x, double alpha, int accumulate, double *y) {
    int64_t i = 0;
    for (; i + lanes<double> <= n; i += lanes<double>) {
        const Doubles v = widenedSum(count, x, i) * (Doubles)(alpha);
        Whole<double>{}.store(y + i, accumulate ? v + Whole<double>{}.load(y + i) : v);
    }
    for (; i < n; i++) {
        double total = 0;
        for (int64_t k = 0; k < count; k++) total += x[k][i];
        y[i] = accumulate ? y[i] + alpha * total : alpha * total;
    }
}

inline void round_sum(
    int64_t n, int64_t count, const float *const *x, double alpha, int accumulate, float *y) {
    int64_t i = 0;
    for (; i + lanes<double> <= n; i += lanes<double>) {
        Doubles v = widenedSum(count, x, i) * (Doubles)(alpha);
        HalfFloats rounded;
        if (accumulate) {
            __builtin_memcpy(&rounded, y + i, sizeof rounded);
            v += __builtin_convertvector(rounded, Doubles);
        }
        rounded = __builtin_convertvector(v, HalfFloats);
        __builtin_memcpy(y + i, &rounded, sizeof rounded);
    }
    for (; i < n; i++) {
        double total = 0;
        for (int64_t k = 0; k < count; k++) total += x[k][i];
        y[i] = float(accumulate ? y[i] + alpha * total : alpha * total);
    }
}

inline void narrow(int64_t n, const double *x, float *y) {
    int64_t i = 0;
    for (; i + lanes<double> <= n; i += lanes<double>) {
        HalfFloats v = __builtin_convertvector(Whole<double>{}.load(x + i), HalfFloats);
        __builtin_memcpy(y + i, &v, sizeof v);
    }
    for (; i < n; i++) y[i] = float(x[i]);
}

inline void adamw(
    int64_t n, const cv_adamw_step *constants, const double *g, double *w, double *m, double *v) {
    const cv_adamw_step c = *constants;
    forEach<double>(n, [=](int64_t i, auto at) CV_LAMBDA {
        Doubles gradient = at.load(g + i);
        Doubles first = multiplyAdd((Doubles)(c.beta1), at.load(m + i), (1 - c.beta1) * gradient);
        Doubles second = multiplyAdd(
            (Doubles)(c.beta2), at.load(v + i), (1 - c.beta2) * gradient * gradient);
        Doubles scale = squareRoot<double>(second) / c.correction + c.epsilon;
        Doubles moved = at.load(w + i) * c.decay - c.step * first / scale;
        if (c.rounds)
            moved = __builtin_convertvector(__builtin_convertvector(moved, HalfFloats), Doubles);
        at.store(m + i, first);
        at.store(v + i, second);
        at.store(w + i, moved);
    });
}
