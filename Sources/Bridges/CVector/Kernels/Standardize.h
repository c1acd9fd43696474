// Standardisation of rows and its first and second derivatives. Means are taken first and sums
// of squares and products about them, so that nothing cancels. With d = x - mean(x) and centred
// a and w, the results are linear in them, with coefficients that depend on the row only.

template <typename T> struct RowStatistics {
    T mean, rstd;
};

template <typename T>
CV_INLINE RowStatistics<T> statisticsOf(int64_t n, const T *x, double epsilon) {
    const T mean = rowTotal(n, x) / T(n);
    const Vector<T> center = splat<T>(mean);
    Sums<Vector<T>> sums;
    forEachOfFour<T>(n, [&](int64_t i, auto at, int k) CV_LAMBDA {
        Vector<T> d = at.keep(at.load(x + i) - center, 0);
        sums.part[k] = multiplyAdd(d, d, sums.part[k]);
    });
    const T variance = sumOfLanes<T>(sums.total()) / T(n);
    return {mean, T(1) / T(__builtin_sqrt(double(variance) + epsilon))};
}

template <typename T>
void standardize(
    int64_t rows, int64_t n, const T *x, const T *gamma, const T *beta, double epsilon, T *y) {
    choose(gamma != nullptr, [&](auto hasGamma) CV_LAMBDA {
        choose(beta != nullptr, [&](auto hasBeta) CV_LAMBDA {
            for (int64_t row = 0; row < rows; row++) {
                const int64_t first = row * n;
                const RowStatistics<T> row_ = statisticsOf(n, x + first, epsilon);
                const Vector<T> mean = splat<T>(row_.mean), rstd = splat<T>(row_.rstd);
                forEach<T>(n, [&](int64_t i, auto at) CV_LAMBDA {
                    Vector<T> v = (at.load(x + first + i) - mean) * rstd;
                    if constexpr (decltype(hasGamma)::value) v *= at.load(gamma + i);
                    if constexpr (decltype(hasBeta)::value) v += at.load(beta + i);
                    at.store(y + first + i, v);
                });
            }
        });
    });
}

template <typename T> struct Standardization {
    int64_t rows, n;
    const T *x, *a, *gamma, *b;
    double epsilon;
    T *result;
};

/// With w = gamma b: J(x)[w], or D^2 std(x)[a, w] where there is an a.
template <typename T, bool hasGamma, bool hasA>
void standardizationRows(const Standardization<T> &given) {
    // A copy, which no store can be taken to change.
    const Standardization<T> s = given;
    using V = Vector<T>;
    const int64_t n = s.n;
    const T perElement = T(1) / T(n);
    for (int64_t row = 0; row < s.rows; row++) {
        const int64_t first = row * n;
        auto w = [&](int64_t i, auto at) CV_LAMBDA {
            V v = at.load(s.b + first + i);
            if constexpr (hasGamma) v *= at.load(s.gamma + i);
            return v;
        };
        // Two accumulators for each sum.
        V zero = splat<T>(0);
        V sumX[2] = {zero, zero}, sumA[2] = {zero, zero}, sumW[2] = {zero, zero};
        forEachOfFour<T>(n, [&](int64_t i, auto at, int k) CV_LAMBDA {
            sumX[k & 1] += at.load(s.x + first + i);
            if constexpr (hasA) sumA[k & 1] += at.load(s.a + first + i);
            sumW[k & 1] += w(i, at);
        });
        auto mean = [&](V *sum) CV_LAMBDA { return sumOfLanes<T>(sum[0] + sum[1]) * perElement; };
        const V meanX = splat<T>(mean(sumX)), meanW = splat<T>(mean(sumW));
        const V meanA = splat<T>(hasA ? mean(sumA) : 0);
        V dd[2] = {zero, zero}, da[2] = {zero, zero}, dw[2] = {zero, zero}, aw[2] = {zero, zero};
        forEachOfFour<T>(n, [&](int64_t i, auto at, int k) CV_LAMBDA {
            k &= 1;
            V d = at.keep(at.load(s.x + first + i) - meanX, 0);
            dd[k] = multiplyAdd(d, d, dd[k]);
            V wi = w(i, at) - meanW;
            dw[k] = multiplyAdd(d, wi, dw[k]);
            if constexpr (hasA) {
                V ai = at.keep(at.load(s.a + first + i) - meanA, 0);
                da[k] = multiplyAdd(d, ai, da[k]);
                aw[k] = multiplyAdd(ai, wi, aw[k]);
            }
        });
        const T rstd = T(1) / T(__builtin_sqrt(double(mean(dd)) + s.epsilon));
        T ofA = 0, ofW = rstd, ofD = -rstd * rstd * rstd * mean(dw);
        if constexpr (hasA) {
            const T alpha = rstd * mean(da), beta = rstd * mean(dw);
            ofA = -rstd * rstd * beta;
            ofW = -rstd * rstd * alpha;
            ofD = rstd * rstd * rstd * (3 * alpha * beta - mean(aw));
        }
        const V factorA = splat<T>(ofA), factorW = splat<T>(ofW), factorD = splat<T>(ofD);
        forEach<T>(n, [&](int64_t i, auto at) CV_LAMBDA {
            V value = factorD * (at.load(s.x + first + i) - meanX);
            if constexpr (hasA)
                value = multiplyAdd(factorA, at.load(s.a + first + i) - meanA, value);
            at.store(s.result + first + i, multiplyAdd(factorW, w(i, at) - meanW, value));
        });
    }
}

template <typename T, bool hasA> void runStandardization(const Standardization<T> &s) {
    choose(s.gamma != nullptr, [&](auto gamma) CV_LAMBDA {
        standardizationRows<T, decltype(gamma)::value, hasA>(s);
    });
}

template <typename T>
void standardize_jacobian(
    int64_t rows, int64_t n, const T *x, const T *gamma, const T *u, double epsilon, T *result) {
    runStandardization<T, false>({rows, n, x, nullptr, gamma, u, epsilon, result});
}

template <typename T>
void standardize_hessian(
    int64_t rows, int64_t n, const T *x, const T *a, const T *gamma, const T *b, double epsilon,
    T *result) {
    runStandardization<T, true>({rows, n, x, a, gamma, b, epsilon, result});
}
