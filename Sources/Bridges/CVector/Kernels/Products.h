// Products of small row-major matrices, such as attention has one of for each head. The left
// operand is read in place, since packing it, as products of large matrices do, would not pay.

/// Vectors of a panel, and rows of a tile: together their sums fill most of the registers.
constexpr int mostVectors = CV_WIDTH == 64 ? 4 : 2;
template <int vectors>
constexpr int tileRows = CV_WIDTH < 64 ? 6 : vectors == 4 ? 6 : vectors == 1 ? 12 : 8;

/// Columns that are multiplied at once, packed in rows of `stride`; `offset` columns lie before.
struct Panel {
    int64_t first, columns, offset, stride;
};

/// body(panel): whole vectors of columns in runs of `mostVectors`, and what remains in one vector
/// or half of one.
template <typename Body> CV_INLINE void forEachPanel(int64_t columns, Body body) {
    constexpr int64_t vector = lanes<float>, most = mostVectors * vector;
    int64_t offset = 0;
    for (int64_t first = 0; first < columns;) {
        const int64_t left = columns - first;
        Panel panel{first, left, offset, left <= vector / 2 ? vector / 2 : vector};
        if (left >= vector)
            panel.columns = panel.stride = left < most ? left / vector * vector : most;
        body(panel);
        first += panel.columns, offset += panel.stride;
    }
}

/// A product whose right operand has been packed.
struct PackedProduct {
    const cv_product_shape &shape;
    const float *a, *b;
    float *c;
    bool adds;
};

/// The sums of `rows` rows from `first` on; V is a whole vector or half of one.
template <int rows, int vectors, bool isTransposed, typename V>
CV_INLINE void productTile(const PackedProduct &product, int64_t first, const Panel &panel) {
    constexpr int64_t width = sizeof(V) / sizeof(float), stride = vectors * width;
    float *result = product.c + first * product.shape.stride_c + panel.first;
    V sum[rows][vectors];
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < vectors; j++) {
            sum[i][j] = (V)(0);
            // The lines of the result come from memory while the sums are made.
            __builtin_prefetch(result + i * product.shape.stride_c + j * width, 1);
        }
    const int64_t row = isTransposed ? 1 : product.shape.stride_a;
    const int64_t step = isTransposed ? product.shape.stride_a : 1;
    const float *a = product.a + first * row, *b = product.b + panel.offset * product.shape.inner;
    for (int64_t p = 0; p < product.shape.inner; p++, a += step, b += stride) {
        // What of the left operand is read soon: rows apart, the processor would not foresee it.
        if (isTransposed) {
            __builtin_prefetch(a + 12 * step);
        } else if (p % 16 == 0) {
            for (int i = 0; i < rows; i++) __builtin_prefetch(a + (rows + i) * row);
        }
        V right[vectors];
        for (int j = 0; j < vectors; j++) __builtin_memcpy(&right[j], b + j * width, sizeof(V));
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < vectors; j++) sum[i][j] += (V)(a[i * row]) * right[j];
    }
    for (int i = 0; i < rows; i++, result += product.shape.stride_c) {
        if (vectors > 1 || panel.columns == width) {
            for (int j = 0; j < vectors; j++) {
                V old = (V)(0);
                if (product.adds) __builtin_memcpy(&old, result + j * width, sizeof(V));
                sum[i][j] += old;
                __builtin_memcpy(result + j * width, &sum[i][j], sizeof(V));
            }
        } else {
            for (int64_t j = 0; j < panel.columns; j++)
                result[j] = product.adds ? result[j] + sum[i][0][j] : sum[i][0][j];
        }
    }
}

template <int rows, int vectors, bool isTransposed, typename V>
CV_INLINE void productTiles(
    const PackedProduct &product, int64_t first, int64_t end, const Panel &panel) {
    for (; first + rows <= end; first += rows)
        productTile<rows, vectors, isTransposed, V>(product, first, panel);
    if constexpr (rows > 1)
        productTiles<rows / 2, vectors, isTransposed, V>(product, first, end, panel);
}

template <int vectors, typename V>
CV_INLINE void productPanel(
    const PackedProduct &product, int64_t first, int64_t end, const Panel &panel) {
    if (product.shape.transpose_a)
        productTiles<tileRows<vectors>, vectors, true, V>(product, first, end, panel);
    else
        productTiles<tileRows<vectors>, vectors, false, V>(product, first, end, panel);
}

/// Packs the right operand, panel after panel.
inline void packPanels(const cv_product_shape &shape, const float *b, float *packed) {
    forEachPanel(shape.columns, [&](const Panel &panel) {
        const int64_t depth = shape.inner, stride = shape.stride_b;
        float *to = packed + panel.offset * depth;
        if (panel.columns < panel.stride) memset(to, 0, sizeof(float) * panel.stride * depth);
        if (shape.transpose_b)
            transpose<float, false>(
                panel.columns, depth, b + panel.first * stride, stride, to, panel.stride);
        else
            for (int64_t p = 0; p < depth; p++)
                copyRun<float, false>(
                    panel.columns, b + p * stride + panel.first, 1, to + p * panel.stride, 1);
    });
}

inline void product(
    const cv_product_shape *shape, const float *a, const float *b, int accumulate, float *c,
    float *scratch) {
    packPanels(*shape, b, scratch);
    const PackedProduct product{*shape, a, scratch, c, accumulate != 0};
    // So many rows of the left operand and of the result stay in the cache while all panels pass.
    constexpr int64_t block = 48;
    for (int64_t first = 0; first < shape->rows; first += block) {
        const int64_t end = first + block < shape->rows ? first + block : shape->rows;
        forEachPanel(shape->columns, [&](const Panel &panel) {
            switch (panel.stride / lanes<float>) {
            case 0: return productPanel<1, Types<float>::Half>(product, first, end, panel);
            case 1: return productPanel<1, Floats>(product, first, end, panel);
            case 2: return productPanel<2, Floats>(product, first, end, panel);
#if CV_WIDTH == 64
            case 3: return productPanel<3, Floats>(product, first, end, panel);
            case 4: return productPanel<4, Floats>(product, first, end, panel);
#endif
            }
        });
    }
}
