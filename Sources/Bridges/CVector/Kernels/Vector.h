// Vectors of one instruction set: types, loads and stores of whole and partial vectors, loops
// over a range, sums across lanes. Included once for each instruction set, in its namespace.

#define CV_INLINE __attribute__((always_inline)) inline
#define CV_LAMBDA __attribute__((always_inline))

template <typename T> struct Types;

template <> struct Types<float> {
    typedef float Real __attribute__((ext_vector_type(CV_WIDTH / 4)));
    typedef int32_t Int __attribute__((ext_vector_type(CV_WIDTH / 4)));
    typedef float Half __attribute__((ext_vector_type(CV_WIDTH / 8)));
};

template <> struct Types<double> {
    typedef double Real __attribute__((ext_vector_type(CV_WIDTH / 8)));
    typedef int64_t Int __attribute__((ext_vector_type(CV_WIDTH / 8)));
    typedef double Half __attribute__((ext_vector_type(CV_WIDTH / 16)));
};

template <typename T> using Vector = typename Types<T>::Real;
template <typename T> using Ints = typename Types<T>::Int;
using Doubles = Vector<double>;

template <typename T> constexpr int64_t lanes = CV_WIDTH / int64_t(sizeof(T));

template <typename T> CV_INLINE Vector<T> splat(T value) { return (Vector<T>)(value); }

template <typename T> CV_INLINE Ints<T> bits(Vector<T> value) {
    return __builtin_bit_cast(Ints<T>, value);
}

template <typename T> CV_INLINE Vector<T> fromBits(Ints<T> value) {
    return __builtin_bit_cast(Vector<T>, value);
}

/// a b + c; the compiler fuses it where the instruction exists.
template <typename V> CV_INLINE V multiplyAdd(V a, V b, V c) { return a * b + c; }

/// The larger (smaller); b if either is NaN.
template <typename V> CV_INLINE V larger(V a, V b) { return a > b ? a : b; }
template <typename V> CV_INLINE V smaller(V a, V b) { return a < b ? a : b; }

/// The larger (smaller); NaN if either is.
template <typename V> CV_INLINE V maximum(V a, V b) { return a == a ? larger(a, b) : a; }
template <typename V> CV_INLINE V minimum(V a, V b) { return a == a ? smaller(a, b) : a; }

template <typename T> CV_INLINE Vector<T> squareRoot(Vector<T> a) {
    return __builtin_elementwise_sqrt(a);
}

// MARK: Whole and partial vectors

/// Access to all the lanes.
template <typename T> struct Whole {
    CV_INLINE Vector<T> load(const T *p) const {
        Vector<T> v;
        __builtin_memcpy(&v, p, sizeof v);
        return v;
    }
    CV_INLINE void store(T *p, Vector<T> v) const { __builtin_memcpy(p, &v, sizeof v); }
    /// The value, with lanes out of range replaced.
    CV_INLINE Vector<T> keep(Vector<T> v, T) const { return v; }
    CV_INLINE int64_t count() const { return lanes<T>; }
};

/// Access to the first lanes only; what is out of range is neither read nor written.
template <typename T> struct Part {
    int64_t size;
    CV_INLINE int64_t count() const { return size; }

    CV_INLINE Ints<T> mask() const {
        Ints<T> index;
        for (int i = 0; i < lanes<T>; i++) index[i] = i;
        using Int = decltype(index[0] + 0);
        return index < (Ints<T>)((Int)size);
    }

    CV_INLINE Vector<T> keep(Vector<T> v, T other) const {
        return mask() ? v : splat<T>(other);
    }

#if CV_WIDTH == 64
    CV_INLINE Vector<T> load(const T *p) const {
        if constexpr (sizeof(T) == 4)
            return (Vector<T>)_mm512_maskz_loadu_ps(__mmask16((1u << size) - 1), p);
        else
            return (Vector<T>)_mm512_maskz_loadu_pd(__mmask8((1u << size) - 1), p);
    }
    CV_INLINE void store(T *p, Vector<T> v) const {
        if constexpr (sizeof(T) == 4)
            _mm512_mask_storeu_ps(p, __mmask16((1u << size) - 1), (__m512)v);
        else
            _mm512_mask_storeu_pd(p, __mmask8((1u << size) - 1), (__m512d)v);
    }
#elif CV_WIDTH == 32
    CV_INLINE Vector<T> load(const T *p) const {
        if constexpr (sizeof(T) == 4)
            return (Vector<T>)_mm256_maskload_ps(p, (__m256i)mask());
        else
            return (Vector<T>)_mm256_maskload_pd(p, (__m256i)mask());
    }
    CV_INLINE void store(T *p, Vector<T> v) const {
        if constexpr (sizeof(T) == 4)
            _mm256_maskstore_ps(p, (__m256i)mask(), (__m256)v);
        else
            _mm256_maskstore_pd(p, (__m256i)mask(), (__m256d)v);
    }
#else
    CV_INLINE Vector<T> load(const T *p) const {
        Vector<T> v = splat<T>(0);
        for (int i = 0; i < lanes<T>; i++)
            if (i < size) v[i] = p[i];
        return v;
    }
    CV_INLINE void store(T *p, Vector<T> v) const {
        for (int i = 0; i < lanes<T>; i++)
            if (i < size) p[i] = v[i];
    }
#endif
};

// MARK: Loops

/// body(i, access) for each vector of 0 ..< n, the last of them perhaps partial.
template <typename T, typename Body> CV_INLINE void forEach(int64_t n, Body body) {
    int64_t i = 0;
    for (; i + 4 * lanes<T> <= n; i += 4 * lanes<T>) {
        body(i, Whole<T>{});
        body(i + lanes<T>, Whole<T>{});
        body(i + 2 * lanes<T>, Whole<T>{});
        body(i + 3 * lanes<T>, Whole<T>{});
    }
    for (; i + lanes<T> <= n; i += lanes<T>) body(i, Whole<T>{});
    if (i < n) body(i, Part<T>{n - i});
}

/// The same with a third argument 0 ... 3 that names one of four accumulators, so that a sum is
/// not bound by the latency of one addition.
template <typename T, typename Body> CV_INLINE void forEachOfFour(int64_t n, Body body) {
    int64_t i = 0;
    for (; i + 4 * lanes<T> <= n; i += 4 * lanes<T>) {
        body(i, Whole<T>{}, 0);
        body(i + lanes<T>, Whole<T>{}, 1);
        body(i + 2 * lanes<T>, Whole<T>{}, 2);
        body(i + 3 * lanes<T>, Whole<T>{}, 3);
    }
    if (i + lanes<T> <= n) body(i, Whole<T>{}, 0), i += lanes<T>;
    if (i + lanes<T> <= n) body(i, Whole<T>{}, 1), i += lanes<T>;
    if (i + lanes<T> <= n) body(i, Whole<T>{}, 2), i += lanes<T>;
    if (i < n) body(i, Part<T>{n - i}, 3);
}

/// Four running sums.
template <typename V> struct Sums {
    V part[4];
    CV_INLINE Sums() : part{(V)(0), (V)(0), (V)(0), (V)(0)} {}
    CV_INLINE V total() const { return (part[0] + part[1]) + (part[2] + part[3]); }
};

// MARK: Across lanes

template <int offset, typename V, size_t... index>
CV_INLINE auto slice(V v, std::index_sequence<index...>) {
    return __builtin_shufflevector(v, v, int(index + offset)...);
}

/// Combines all lanes pairwise.
template <int count, typename V, typename Combine>
CV_INLINE auto acrossLanes(V v, Combine combine) {
    if constexpr (count == 2) {
        return combine(v[0], v[1]);
    } else {
        auto half = std::make_index_sequence<count / 2>{};
        return acrossLanes<count / 2>(
            combine(slice<0>(v, half), slice<count / 2>(v, half)), combine);
    }
}

template <typename T> CV_INLINE T sumOfLanes(Vector<T> v) {
    return acrossLanes<lanes<T>>(v, [](auto a, auto b) CV_LAMBDA { return a + b; });
}

template <typename T> CV_INLINE T maximumOfLanes(Vector<T> v) {
    return acrossLanes<lanes<T>>(v, [](auto a, auto b) CV_LAMBDA { return maximum(a, b); });
}

/// The lanes as doubles: two vectors for float, one (and zero) for double.
struct Widened {
    Doubles low, high;
};

CV_INLINE Widened widen(Vector<float> v) {
    auto half = std::make_index_sequence<CV_WIDTH / 8>{};
    return {__builtin_convertvector(slice<0>(v, half), Doubles),
            __builtin_convertvector(slice<CV_WIDTH / 8>(v, half), Doubles)};
}

CV_INLINE Widened widen(Vector<double> v) { return {v, (Doubles)(0)}; }

/// sums[i] += wide[i] for the lanes in range.
template <typename T, typename Access>
CV_INLINE void addDoubles(double *sums, Widened wide, Access access) {
    constexpr int64_t half = lanes<double>;
    const int64_t count = access.count();
    auto add = [](double *p, Doubles v, int64_t size) CV_LAMBDA {
        if (size >= half) {
            Whole<double>{}.store(p, Whole<double>{}.load(p) + v);
        } else if (size > 0) {
            Part<double> part{size};
            part.store(p, part.load(p) + v);
        }
    };
    add(sums, wide.low, count);
    if constexpr (sizeof(T) == 4) add(sums + half, wide.high, count - half);
}

/// sums[i] += value[i] for the lanes in range, in double.
template <typename T, typename Access>
CV_INLINE void addWidened(double *sums, Vector<T> value, Access access) {
    addDoubles<T>(sums, widen(value), access);
}
