// Elementary functions of a vector. Float has polynomials of its own, fitted by weighted least
// squares with Lawson's iteration to relative errors below 2^-27: for 16 floats SLEEF 3.5 takes
// 37 ns for erf and 4.4 ns for exp on an EPYC of the Zen 4 generation, against 11 and 3 ns here.
// Double calls the C library lane by lane: it serves for checking, not for speed.

template <typename V> CV_INLINE V polynomial(V, V constant) { return constant; }

/// c0 + x (c1 + x (c2 + ...)).
template <typename V, typename... More>
CV_INLINE V polynomial(V x, V constant, More... more) {
    return multiplyAdd(polynomial(x, more...), x, constant);
}

template <typename T, typename Function> CV_INLINE Vector<T> eachLane(Vector<T> x, Function f) {
    Vector<T> result;
    for (int i = 0; i < lanes<T>; i++) result[i] = f(x[i]);
    return result;
}

using Floats = Vector<float>;

CV_INLINE Floats floats(float value) { return (Floats)(value); }

/// x 2^n for integers n in about -400 ... 400.
CV_INLINE Floats scaleByPower(Floats x, Floats n) {
#if CV_WIDTH == 64
    return (Floats)_mm512_scalef_ps((__m512)x, (__m512)n);
#else
    Ints<float> whole = __builtin_convertvector(n == n ? n : floats(0.0f), Ints<float>);
    Ints<float> half = whole >> 1;
    auto power = [](Ints<float> k) CV_LAMBDA { return fromBits<float>((k + 127) << 23); };
    return x * power(half) * power(whole - half);
#endif
}

/// e^x = 2^n e^r, |r| <= ln(2) / 2, for x in about -170 ... 89.
CV_INLINE Floats exponentialInRange(Floats x) {
    // Adding 1.5 * 2^23 rounds to an integer.
    Floats n = multiplyAdd(x, floats(1.44269504f), floats(12582912.0f)) - 12582912.0f;
    Floats r = multiplyAdd(n, floats(-0.693145752f), x);
    r = multiplyAdd(n, floats(-1.42860677e-6f), r);
    Floats p = polynomial(
        r, floats(0.5f), floats(0.166665181517601f), floats(0.04166620597243309f),
        floats(0.008368954062461853f), floats(0.0013950599823147058f));
    return scaleByPower(multiplyAdd(p * r, r, r) + 1.0f, n);
}

/// e^x. Beyond the bounds the result is 0 or infinity; NaN passes.
CV_INLINE Floats exponential(Floats x) {
    x = x > 89.0f ? floats(89.0f) : x;
    return exponentialInRange(x < -104.0f ? floats(-104.0f) : x);
}

/// e^x for x <= 0 or NaN.
CV_INLINE Floats exponentialOfNegative(Floats x) {
    return exponentialInRange(x < -104.0f ? floats(-104.0f) : x);
}

CV_INLINE Doubles exponential(Doubles x) {
    return eachLane<double>(x, [](double v) { return __builtin_exp(v); });
}

CV_INLINE Doubles exponentialOfNegative(Doubles x) { return exponential(x); }

/// ln x = e ln 2 + ln m, m in sqrt(1/2) ... sqrt(2).
CV_INLINE Floats logarithm(Floats x) {
    Ints<float> tiny = x < 1.17549435e-38f;
    Floats scaled = tiny ? x * 8388608.0f : x;
    Ints<float> b = bits<float>(scaled) - 0x3f3504f3;
    Floats e = __builtin_convertvector(b >> 23, Floats) - (tiny ? floats(23.0f) : floats(0.0f));
    Floats f = fromBits<float>((b & 0x7fffff) + 0x3f3504f3) - 1.0f;
    Floats p = polynomial(
        f, floats(0.3333331048488617f), floats(-0.24999986588954926f),
        floats(0.20002226531505585f), floats(-0.16669249534606934f),
        floats(0.14218655228614807f), floats(-0.1238437220454216f),
        floats(0.11873020231723785f), floats(-0.11789684742689133f),
        floats(0.06915125995874405f));
    Floats square = f * f;
    Floats tail = multiplyAdd(p * f, square, e * -2.12194440e-4f) - 0.5f * square;
    Floats result = multiplyAdd(e, floats(0.693359375f), tail + f);
    result = x == __builtin_inff() ? x : result;
    result = x == 0.0f ? floats(-__builtin_inff()) : result;
    return x < 0.0f ? floats(__builtin_nanf("")) : (x == x ? result : x);
}

CV_INLINE Doubles logarithm(Doubles x) {
    return eachLane<double>(x, [](double v) { return __builtin_log(v); });
}

CV_INLINE Floats tangentHyperbolic(Floats x) {
    Floats t = __builtin_elementwise_abs(x), square = x * x;
    Floats odd = polynomial(
        square, floats(-0.3333333134651184f), floats(0.13333210349082947f),
        floats(-0.05394720286130905f), floats(0.021702967584133148f),
        floats(-0.008182673715054989f), floats(0.0021475369576364756f));
    Floats small = multiplyAdd(odd * square, x, x);
    Floats large = 1.0f - 2.0f / (exponential(t + t) + 1.0f);
    large = x < 0.0f ? -large : large;
    return t < 0.625f ? small : large;
}

CV_INLINE Doubles tangentHyperbolic(Doubles x) {
    return eachLane<double>(x, [](double v) { return __builtin_tanh(v); });
}

template <typename V> CV_INLINE V logistic(V x) {
    V e = exponentialOfNegative(-__builtin_elementwise_abs(x));
    V positive = (V)(1) / (e + 1);
    return x < 0 ? e * positive : positive;
}

/// The normal distribution at -t, t = |x|, as Phi(-t) = e^(-t^2/2) R(t). R is Mills' ratio over
/// sqrt(2 pi), which is smooth, so the far tail keeps its relative accuracy.
template <typename V> struct NormalTail {
    V argument;  // x within -15 ... 15 (floats) or -40 ... 40, beyond which nothing changes
    V kernel;    // e^(-x^2/2)
    V tail;      // Phi(-|x|)
};

CV_INLINE Floats millsRatio(Floats t) {
    Floats u = 1.0f / multiplyAdd(t, floats(0.3f), floats(1.0f));
    return u * polynomial(
        u - 0.59375f, floats(0.256056666f), floats(0.399991363f), floats(0.409516394f),
        floats(0.225665852f), floats(-0.010979509f), floats(-0.0907263011f),
        floats(-0.00948586315f), floats(0.0441147685f), floats(0.0022289562f),
        floats(-0.0206235517f));
}

/// e^(-x^2/2) without the rounding of x^2, which would be magnified by x^2/2.
CV_INLINE Floats normalKernel(Floats x) {
    Floats square = x * x;
#if CV_WIDTH > 16
    Floats rest = __builtin_elementwise_fma(x, x, -square);
#else
    Floats high = fromBits<float>(bits<float>(x) & ~0xfff), low = x - high;
    Floats rest = ((high * high - square) + 2.0f * high * low) + low * low;
#endif
    Floats e = exponentialInRange(-0.5f * square);
    return multiplyAdd(-0.5f * rest, e, e);
}

/// x where the normal distribution still changes in this precision; NaN passes.
template <typename V> CV_INLINE V within(V x) {
    const decltype(x[0] + 0) bound = sizeof(x[0]) == 4 ? 15 : 40;
    x = x > bound ? (V)(bound) : x;
    return x < -bound ? (V)(-bound) : x;
}

CV_INLINE NormalTail<Floats> normalTail(Floats x) {
    x = within(x);
    Floats kernel = normalKernel(x);
    return {x, kernel, kernel * millsRatio(__builtin_elementwise_abs(x))};
}

CV_INLINE NormalTail<Doubles> normalTail(Doubles x) {
    x = within(x);
    Doubles tail = eachLane<double>(__builtin_elementwise_abs(x), [](double t) {
        return 0.5 * __builtin_erfc(t * 0.70710678118654752440);
    });
    return {x, exponential(-0.5 * x * x), tail};
}

/// Phi(x).
template <typename V> CV_INLINE V distribution(const NormalTail<V> &normal) {
    return normal.argument < 0 ? normal.tail : (V)(1) - normal.tail;
}

template <typename V> CV_INLINE V density(const NormalTail<V> &normal) {
    return normal.kernel * decltype(normal.kernel[0] + 0)(0.39894228040143267794);
}

CV_INLINE Floats errorFunction(Floats x) {
    Floats square = x * x;
    Floats small = x * polynomial(
        square, floats(1.1283791065216064f), floats(-0.3761261999607086f),
        floats(0.11283393204212189f), floats(-0.026835434138774872f),
        floats(0.005115981679409742f), floats(-0.0006761095719411969f));
    Floats t = __builtin_elementwise_abs(x);
    t = t > 5.0f ? floats(5.0f) : t;
    Floats large = 1.0f - 2.0f * exponentialInRange(-t * t) * millsRatio(t * 1.41421356f);
    large = x < 0.0f ? -large : large;
    return t < 0.75f ? small : large;
}

CV_INLINE Doubles errorFunction(Doubles x) {
    return eachLane<double>(x, [](double v) { return __builtin_erf(v); });
}

template <typename V> CV_INLINE V gelu(V x) { return x * distribution(normalTail(x)); }

template <typename V> CV_INLINE V geluFirst(const NormalTail<V> &normal) {
    return multiplyAdd(normal.argument, density(normal), distribution(normal));
}

template <typename V> CV_INLINE V geluSecond(const NormalTail<V> &normal) {
    return density(normal) * (2 - normal.argument * normal.argument);
}

/// ln(1 + e) for e in 0 ... 1, with the rounding of 1 + e made good.
template <typename V> CV_INLINE V logarithmOfOnePlus(V e) {
    V sum = e + 1;
    return logarithm(sum) + (e - (sum - 1)) / sum;
}

template <typename V> CV_INLINE V softplus(V x) {
    V positive = x < 0 ? (V)(0) : x;
    return positive + logarithmOfOnePlus(exponentialOfNegative(-__builtin_elementwise_abs(x)));
}
