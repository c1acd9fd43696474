// Copies between strided arrays, and copies by index.

constexpr int maximumRank = 8;

/// An N-dimensional copy with the dimensions of size 1 dropped, the largest destination strides
/// first, and neighbours that run on merged.
struct Copy {
    int rank = 0;
    int64_t dims[maximumRank], from[maximumRank], to[maximumRank];

    Copy(int given, const int64_t *sizes, const int64_t *src, const int64_t *dst) {
        for (int k = 0; k < given; k++) {
            if (sizes[k] == 1) continue;
            int place = rank++;
            while (place > 0 && to[place - 1] < dst[k]) {
                dims[place] = dims[place - 1], from[place] = from[place - 1];
                to[place] = to[place - 1];
                place--;
            }
            dims[place] = sizes[k], from[place] = src[k], to[place] = dst[k];
        }
        int kept = 0;
        for (int k = 1; k < rank; k++) {
            if (from[kept] == from[k] * dims[k] && to[kept] == to[k] * dims[k]) {
                dims[kept] *= dims[k], from[kept] = from[k], to[kept] = to[k];
            } else {
                kept++;
                dims[kept] = dims[k], from[kept] = from[k], to[kept] = to[k];
            }
        }
        rank = rank > 0 ? kept + 1 : 0;
    }

    bool empty() const {
        for (int k = 0; k < rank; k++)
            if (dims[k] == 0) return true;
        return false;
    }

    /// Makes dimension k the last.
    void moveToEnd(int k) {
        for (; k + 1 < rank; k++) {
            std::swap(dims[k], dims[k + 1]);
            std::swap(from[k], from[k + 1]);
            std::swap(to[k], to[k + 1]);
        }
    }
};

template <bool add, typename T> CV_INLINE void put(T *to, T value) {
    *to = add ? *to + value : value;
}

/// One run of n elements.
template <typename T, bool add>
CV_INLINE void copyRun(int64_t n, const T *from, int64_t fromStride, T *to, int64_t toStride) {
    if (fromStride == 1 && toStride == 1) {
        forEach<T>(n, [&](int64_t i, auto at) CV_LAMBDA {
            Vector<T> v = at.load(from + i);
            at.store(to + i, add ? at.load(to + i) + v : v);
        });
    } else if (toStride == 0 && add) {
        *to += fromStride == 1 ? rowTotal(n, from) : [&] {
            T sum = 0;
            for (int64_t i = 0; i < n; i++) sum += from[i * fromStride];
            return sum;
        }();
    } else {
        for (int64_t i = 0; i < n; i++) put<add>(to + i * toStride, from[i * fromStride]);
    }
}

/// Transposes a square block of `size` vectors in registers: at each step the off-diagonal
/// quarters of squares of side 2 h change places.
template <typename V, int size, int h, size_t... j>
CV_INLINE void exchange(V (&rows)[size], std::index_sequence<j...>) {
    for (int i = 0; i < size; i++) {
        if (i & h) continue;
        V a = rows[i], b = rows[i + h];
        rows[i] = __builtin_shufflevector(a, b, int(j & h ? size + j - h : j)...);
        rows[i + h] = __builtin_shufflevector(a, b, int(j & h ? size + j : j + h)...);
    }
}

template <typename V, int size, int h> CV_INLINE void transposeSteps(V (&rows)[size]) {
    if constexpr (h > 0) {
        exchange<V, size, h>(rows, std::make_index_sequence<size>{});
        transposeSteps<V, size, h / 2>(rows);
    }
}

/// to[j, i] (+)= from[i, j], i < m, j < n; rows of `from` and of `to` are contiguous.
template <typename T, bool add>
void transpose(
    int64_t m, int64_t n, const T *from, int64_t fromStride, T *to, int64_t toStride) {
    // 8 x 8 floats fill 8 registers of AVX2, and wider ones gain nothing.
    constexpr int side = CV_WIDTH >= 32 ? 32 / sizeof(T) : 16 / sizeof(T);
    typedef T V __attribute__((ext_vector_type(side)));
    // Blocks of 64 rows keep the lines that are being written in the first-level cache.
    constexpr int64_t block = 64;
    for (int64_t i0 = 0; i0 < m; i0 += block) {
        const int64_t iEnd = i0 + block < m ? i0 + block : m;
        int64_t j = 0;
        for (; j + side <= n; j += side) {
            int64_t i = i0;
            for (; i + side <= iEnd; i += side) {
                V rows[side];
                for (int k = 0; k < side; k++)
                    __builtin_memcpy(&rows[k], from + (i + k) * fromStride + j, sizeof(V));
                transposeSteps<V, side, side / 2>(rows);
                for (int k = 0; k < side; k++) {
                    T *target = to + (j + k) * toStride + i;
                    if (add) {
                        V old;
                        __builtin_memcpy(&old, target, sizeof(V));
                        rows[k] += old;
                    }
                    __builtin_memcpy(target, &rows[k], sizeof(V));
                }
            }
            for (; i < iEnd; i++)
                for (int k = 0; k < side; k++)
                    put<add>(to + (j + k) * toStride + i, from[i * fromStride + j + k]);
        }
        for (; j < n; j++)
            for (int64_t i = i0; i < iEnd; i++)
                put<add>(to + j * toStride + i, from[i * fromStride + j]);
    }
}

template <typename T, bool add>
int copyStrided(
    int rank, const int64_t *dims, const T *src, const int64_t *srcStrides, T *dst,
    const int64_t *dstStrides) {
    if (rank < 0 || rank > maximumRank) return -1;
    for (int k = 0; k < rank; k++)
        if (dims[k] == 0) return 0;
    Copy copy(rank, dims, srcStrides, dstStrides);
    if (copy.rank == 0) {
        put<add>(dst, *src);
        return 0;
    }
    // The inner kernel takes the last one or two dimensions.
    int inner = 1;
    bool transposes = false;
    const int last = copy.rank - 1;
    if (copy.to[last] == 1 && copy.from[last] != 1)
        for (int k = 0; k < last; k++)
            if (copy.from[k] == 1 && copy.to[k] != 0) {
                copy.moveToEnd(k);
                inner = 2;
                transposes = true;
                break;
            }
    if (!transposes && copy.rank >= 2) inner = 2;
    const int outer = copy.rank - inner;
    int64_t index[maximumRank] = {};
    const T *from = src;
    T *to = dst;
    const int64_t a = inner == 2 ? copy.dims[outer] : 1, b = copy.dims[copy.rank - 1];
    const int64_t fromA = inner == 2 ? copy.from[outer] : 0, fromB = copy.from[copy.rank - 1];
    const int64_t toA = inner == 2 ? copy.to[outer] : 0, toB = copy.to[copy.rank - 1];
    while (true) {
        if (transposes)
            transpose<T, add>(a, b, from, fromA, to, toB);
        else
            for (int64_t i = 0; i < a; i++)
                copyRun<T, add>(b, from + i * fromA, fromB, to + i * toA, toB);
        int k = outer - 1;
        for (; k >= 0; k--) {
            from += copy.from[k], to += copy.to[k];
            if (++index[k] < copy.dims[k]) break;
            from -= copy.from[k] * copy.dims[k], to -= copy.to[k] * copy.dims[k];
            index[k] = 0;
        }
        if (k < 0) return 0;
    }
}

template <typename T>
int permute(
    int rank, const int64_t *dims, const T *src, const int64_t *srcStrides, T *dst,
    const int64_t *dstStrides) {
    return copyStrided<T, false>(rank, dims, src, srcStrides, dst, dstStrides);
}

template <typename T>
int permute_add(
    int rank, const int64_t *dims, const T *src, const int64_t *srcStrides, T *dst,
    const int64_t *dstStrides) {
    return copyStrided<T, true>(rank, dims, src, srcStrides, dst, dstStrides);
}

template <typename T> void gather(int64_t n, const int32_t *index, const T *src, T *dst) {
    for (int64_t i = 0; i < n; i++) dst[i] = index[i] < 0 ? T(0) : src[index[i]];
}
