// One elementwise instruction over one tile: result[i] = op(a[i], b[i], c[i], imm).

template <typename T> struct Tile {
    T *result;
    T *second;  // of CV_NORMAL
    const T *a, *b, *c;
    T imm;
    int64_t n;
};

template <typename T, typename Operation>
CV_INLINE void unary(const Tile<T> &tile, Operation operation) {
    // Copies of the addresses, which no store can be taken to change.
    T *const result = tile.result;
    const T *const a = tile.a;
    forEach<T>(tile.n, [=](int64_t i, auto at) CV_LAMBDA {
        at.store(result + i, operation(at.load(a + i)));
    });
}

/// The same without unrolling, for long operations.
template <typename T, typename Operation>
CV_INLINE void longUnary(const Tile<T> &tile, Operation operation) {
    constexpr int64_t step = lanes<T>;
    T *const result = tile.result;
    const T *const a = tile.a;
    const int64_t n = tile.n;
    int64_t i = 0;
    for (; i + step <= n; i += step)
        Whole<T>{}.store(result + i, operation(Whole<T>{}.load(a + i)));
    if (i < n) {
        Part<T> part{n - i};
        part.store(result + i, operation(part.load(a + i)));
    }
}

template <typename T, typename Operation>
CV_INLINE void binary(const Tile<T> &tile, Operation operation) {
    T *const result = tile.result;
    const T *const a = tile.a, *const b = tile.b;
    forEach<T>(tile.n, [=](int64_t i, auto at) CV_LAMBDA {
        at.store(result + i, operation(at.load(a + i), at.load(b + i)));
    });
}

template <typename T, typename Operation>
CV_INLINE void ternary(const Tile<T> &tile, Operation operation) {
    T *const result = tile.result;
    const T *const a = tile.a, *const b = tile.b, *const c = tile.c;
    forEach<T>(tile.n, [=](int64_t i, auto at) CV_LAMBDA {
        at.store(result + i, operation(at.load(a + i), at.load(b + i), at.load(c + i)));
    });
}

/// The C library's function of each element, in the precision of the type.
template <typename T, typename Function>
CV_INLINE void library(const Tile<T> &tile, Function function) {
    for (int64_t i = 0; i < tile.n; i++) tile.result[i] = function(tile.a[i]);
}

template <typename T> CV_INLINE T powerOf(T a, T b) {
    if constexpr (sizeof(T) == 4)
        return __builtin_powf(a, b);
    else
        return __builtin_pow(a, b);
}

template <typename T> void power(const Tile<T> &tile) {
    using V = Vector<T>;
    T e = tile.imm;
    if (e == 2) return unary(tile, [](V a) CV_LAMBDA { return a * a; });
    if (e == 3) return unary(tile, [](V a) CV_LAMBDA { return a * a * a; });
    if (e == 1) return unary(tile, [](V a) CV_LAMBDA { return a; });
    if (e == -1) return unary(tile, [](V a) CV_LAMBDA { return (V)(1) / a; });
    library(tile, [e](T a) { return powerOf(a, e); });
}

template <typename V> CV_INLINE V truth(decltype(V{} < V{}) condition) {
    return condition ? (V)(1) : (V)(0);
}

/// Runs one instruction; false if the operation is unknown.
template <typename T> bool apply(uint8_t operation, const Tile<T> &tile) {
    using V = Vector<T>;
    const T k = tile.imm;
#define CV_UNARY(expression) unary(tile, [=](V a) CV_LAMBDA -> V { return expression; })
#define CV_LONG(expression) longUnary(tile, [](V a) CV_LAMBDA -> V { return expression; })
#define CV_BINARY(expression) binary(tile, [=](V a, V b) CV_LAMBDA -> V { return expression; })
#define CV_TERNARY(expression)                                                                    \
    ternary(tile, [](V a, V b, V c) CV_LAMBDA -> V { return expression; })
#define CV_LIBRARY(name)                                                                          \
    library(tile, [](T a) -> T {                                                                  \
        return sizeof(T) == 4 ? __builtin_##name##f(float(a)) : __builtin_##name(a);              \
    })
    (void)k;
    switch (operation) {
    case CV_ADD: CV_BINARY(a + b); break;
    case CV_SUB: CV_BINARY(a - b); break;
    case CV_MUL: CV_BINARY(a * b); break;
    case CV_DIV: CV_BINARY(a / b); break;
    case CV_MAX: CV_BINARY(maximum(a, b)); break;
    case CV_MIN: CV_BINARY(minimum(a, b)); break;
    case CV_POW:
        for (int64_t i = 0; i < tile.n; i++) tile.result[i] = powerOf(tile.a[i], tile.b[i]);
        break;
    case CV_EQUAL: CV_BINARY(truth<V>(a == b)); break;
    case CV_GREATER: CV_BINARY(truth<V>(a > b)); break;
    case CV_GREATER_EQUAL: CV_BINARY(truth<V>(a >= b)); break;
    case CV_LESS: CV_BINARY(truth<V>(a < b)); break;
    case CV_LESS_EQUAL: CV_BINARY(truth<V>(a <= b)); break;
    case CV_FMA: CV_TERNARY(multiplyAdd(a, b, c)); break;
    case CV_FMS: CV_TERNARY(multiplyAdd(a, b, -c)); break;
    case CV_FNMA: CV_TERNARY(multiplyAdd(-a, b, c)); break;
    case CV_SELECT: CV_TERNARY(a != 0 ? b : c); break;
    case CV_ADD_I: CV_UNARY(a + k); break;
    case CV_MUL_I: CV_UNARY(a * k); break;
    case CV_RSUB_I: CV_UNARY(k - a); break;
    case CV_RDIV_I: CV_UNARY(k / a); break;
    case CV_MAX_I: CV_UNARY(maximum(a, splat<T>(k))); break;
    case CV_MIN_I: CV_UNARY(minimum(a, splat<T>(k))); break;
    case CV_POW_I: power(tile); break;
    case CV_EQUAL_I: CV_UNARY(truth<V>(a == k)); break;
    case CV_GREATER_I: CV_UNARY(truth<V>(a > k)); break;
    case CV_GREATER_EQUAL_I: CV_UNARY(truth<V>(a >= k)); break;
    case CV_LESS_I: CV_UNARY(truth<V>(a < k)); break;
    case CV_LESS_EQUAL_I: CV_UNARY(truth<V>(a <= k)); break;
    case CV_FMA_I: CV_BINARY(multiplyAdd(a, splat<T>(k), b)); break;
    case CV_CONSTANT:
        forEach<T>(tile.n, [&](int64_t i, auto at) CV_LAMBDA {
            at.store(tile.result + i, splat<T>(k));
        });
        break;
    case CV_COPY: CV_UNARY(a); break;
    case CV_NEG: CV_UNARY(-a); break;
    case CV_ABS: CV_UNARY(__builtin_elementwise_abs(a)); break;
    case CV_SIGN: CV_UNARY(a > 0 ? (V)(1) : (a < 0 ? (V)(-1) : (a == a ? (V)(0) : a))); break;
    case CV_SQUARE: CV_UNARY(a * a); break;
    case CV_SQRT: CV_UNARY(squareRoot<T>(a)); break;
    case CV_RSQRT: CV_UNARY((V)(1) / squareRoot<T>(a)); break;
    case CV_RECIPROCAL: CV_UNARY((V)(1) / a); break;
    case CV_FLOOR: CV_UNARY(__builtin_elementwise_floor(a)); break;
    case CV_RELU: CV_UNARY(a < 0 ? (V)(0) : a); break;
    case CV_STEP: CV_UNARY(truth<V>(a > 0)); break;
    case CV_EXP: CV_LONG(exponential(a)); break;
    case CV_EXPM1: CV_LIBRARY(expm1); break;
    case CV_LOG: CV_LONG(logarithm(a)); break;
    case CV_LOG1P: CV_LIBRARY(log1p); break;
    case CV_SIN: CV_LIBRARY(sin); break;
    case CV_COS: CV_LIBRARY(cos); break;
    case CV_TANH: CV_LONG(tangentHyperbolic(a)); break;
    case CV_ERF: CV_LONG(errorFunction(a)); break;
    case CV_LOGISTIC: CV_LONG(logistic(a)); break;
    case CV_SOFTPLUS: CV_LONG(softplus(a)); break;
    case CV_GELU: CV_LONG(gelu(a)); break;
    case CV_GELU_FIRST: CV_LONG(geluFirst(normalTail(a))); break;
    case CV_GELU_SECOND: CV_LONG(geluSecond(normalTail(a))); break;
    case CV_NORMAL:
        for (int64_t i = 0; i < tile.n; i += lanes<T>) {
            auto both = [&](auto at) CV_LAMBDA {
                NormalTail<V> normal = normalTail(at.load(tile.a + i));
                at.store(tile.result + i, normal.kernel);
                at.store(tile.second + i, normal.tail);
            };
            if (i + lanes<T> <= tile.n)
                both(Whole<T>{});
            else
                both(Part<T>{tile.n - i});
        }
        break;
    case CV_GELU_OF: CV_BINARY(a * distribution(NormalTail<V>{a, b, b})); break;
    case CV_GELU_FIRST_OF: CV_TERNARY(geluFirst(NormalTail<V>{within(a), b, c})); break;
    case CV_GELU_SECOND_OF: CV_BINARY(geluSecond(NormalTail<V>{within(a), b, b})); break;
    default: return false;
    }
#undef CV_UNARY
#undef CV_LONG
#undef CV_BINARY
#undef CV_TERNARY
#undef CV_LIBRARY
    return true;
}
