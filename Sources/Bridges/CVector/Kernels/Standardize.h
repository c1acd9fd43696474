// Standardisation of rows and its first and second derivatives. Means are taken first and sums
// of squares and products about them, so that nothing cancels. With d = x - mean(x) and centred
// a, b, c, the results are linear in them, with coefficients that depend on the row only.

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

template <typename T>
void row_statistics(int64_t rows, int64_t n, const T *x, double epsilon, T *mean, T *rstd) {
    for (int64_t row = 0; row < rows; row++) {
        const RowStatistics<T> statistics = statisticsOf(n, x + row * n, epsilon);
        if (mean) mean[row] = statistics.mean;
        if (rstd) rstd[row] = statistics.rstd;
    }
}

template <typename T> struct Standardization {
    int64_t rows, n;
    const T *x, *dx, *gamma, *dgamma, *u, *du;
    double epsilon;
    T *result;
};

/// J(x)[c] + D^2 std(x)[a, b] with a = dx, b = gamma u, c = gamma du + dgamma u.
template <typename T, bool hasGamma, bool hasDx, bool hasDgamma, bool hasDu>
void standardizationRows(const Standardization<T> &given) {
    // A copy, which no store can be taken to change.
    const Standardization<T> s = given;
    using V = Vector<T>;
    constexpr bool hasC = hasDgamma || hasDu;
    const int64_t n = s.n;
    const T perElement = T(1) / T(n);
    for (int64_t row = 0; row < s.rows; row++) {
        const int64_t first = row * n;
        auto b = [&](int64_t i, auto at) CV_LAMBDA {
            V v = at.load(s.u + first + i);
            if constexpr (hasGamma) v *= at.load(s.gamma + i);
            return v;
        };
        auto c = [&](int64_t i, auto at) CV_LAMBDA {
            V v = splat<T>(0);
            if constexpr (hasDu) v = at.load(s.du + first + i);
            if constexpr (hasDu && hasGamma) v *= at.load(s.gamma + i);
            if constexpr (hasDgamma)
                v = multiplyAdd(at.load(s.dgamma + i), at.load(s.u + first + i), v);
            return v;
        };
        // Two accumulators for each sum.
        V zero = splat<T>(0);
        V sumX[2] = {zero, zero}, sumA[2] = {zero, zero}, sumB[2] = {zero, zero},
          sumC[2] = {zero, zero};
        forEachOfFour<T>(n, [&](int64_t i, auto at, int k) CV_LAMBDA {
            sumX[k & 1] += at.load(s.x + first + i);
            if constexpr (hasDx) sumA[k & 1] += at.load(s.dx + first + i);
            if constexpr (hasDx) sumB[k & 1] += b(i, at);
            if constexpr (hasC) sumC[k & 1] += c(i, at);
        });
        auto mean = [&](V *sum) CV_LAMBDA { return sumOfLanes<T>(sum[0] + sum[1]) * perElement; };
        const V meanX = splat<T>(mean(sumX));
        const V meanA = splat<T>(hasDx ? mean(sumA) : 0), meanB = splat<T>(hasDx ? mean(sumB) : 0);
        const V meanC = splat<T>(hasC ? mean(sumC) : 0);
        V dd[2] = {zero, zero}, da[2] = {zero, zero}, db[2] = {zero, zero}, dc[2] = {zero, zero},
          ab[2] = {zero, zero};
        forEachOfFour<T>(n, [&](int64_t i, auto at, int k) CV_LAMBDA {
            k &= 1;
            V d = at.keep(at.load(s.x + first + i) - meanX, 0);
            dd[k] = multiplyAdd(d, d, dd[k]);
            if constexpr (hasDx) {
                V ai = at.keep(at.load(s.dx + first + i) - meanA, 0), bi = b(i, at) - meanB;
                da[k] = multiplyAdd(d, ai, da[k]);
                db[k] = multiplyAdd(d, bi, db[k]);
                ab[k] = multiplyAdd(ai, bi, ab[k]);
            }
            if constexpr (hasC) dc[k] = multiplyAdd(d, c(i, at) - meanC, dc[k]);
        });
        const T rstd = T(1) / T(__builtin_sqrt(double(mean(dd)) + s.epsilon));
        T ofA = 0, ofB = 0, ofD = 0;
        if constexpr (hasDx) {
            const T alpha = rstd * mean(da), beta = rstd * mean(db);
            ofA = -rstd * rstd * beta;
            ofB = -rstd * rstd * alpha;
            ofD = rstd * rstd * rstd * (3 * alpha * beta - mean(ab));
        }
        if constexpr (hasC) ofD -= rstd * rstd * rstd * mean(dc);
        const V factorA = splat<T>(ofA), factorB = splat<T>(ofB), factorC = splat<T>(rstd),
                factorD = splat<T>(ofD);
        forEach<T>(n, [&](int64_t i, auto at) CV_LAMBDA {
            V value = factorD * (at.load(s.x + first + i) - meanX);
            if constexpr (hasDx) {
                value = multiplyAdd(factorA, at.load(s.dx + first + i) - meanA, value);
                value = multiplyAdd(factorB, b(i, at) - meanB, value);
            }
            if constexpr (hasC) value = multiplyAdd(factorC, c(i, at) - meanC, value);
            at.store(s.result + first + i, value);
        });
    }
}

template <typename T> void runStandardization(const Standardization<T> &s) {
    choose(s.gamma != nullptr, [&](auto gamma) CV_LAMBDA {
        choose(s.dx != nullptr, [&](auto dx) CV_LAMBDA {
            choose(s.dgamma != nullptr, [&](auto dgamma) CV_LAMBDA {
                choose(s.du != nullptr, [&](auto du) CV_LAMBDA {
                    standardizationRows<
                        T, decltype(gamma)::value, decltype(dx)::value, decltype(dgamma)::value,
                        decltype(du)::value>(s);
                });
            });
        });
    });
}

template <typename T>
void standardize_jacobian(
    int64_t rows, int64_t n, const T *x, const T *gamma, const T *u, double epsilon, T *result) {
    runStandardization<T>({rows, n, x, nullptr, gamma, nullptr, nullptr, u, epsilon, result});
}

template <typename T>
void standardize_hessian(
    int64_t rows, int64_t n, const T *x, const T *a, const T *gamma, const T *b, double epsilon,
    T *result) {
    runStandardization<T>({rows, n, x, a, gamma, nullptr, b, nullptr, epsilon, result});
}

template <typename T>
void standardize_jacobian_tangent(
    int64_t rows, int64_t n, const T *x, const T *dx, const T *gamma, const T *dgamma, const T *u,
    const T *du, double epsilon, T *result) {
    runStandardization<T>({rows, n, x, dx, gamma, dgamma, u, du, epsilon, result});
}
