// Matrix products of activations in channel blocks of 16 (nChw16c), as convolutions need them.

/// Sixteen channels of a pixel.
typedef float Block __attribute__((ext_vector_type(16)));
constexpr int64_t blockSize = 16;

/// Channels of the blocks that `channels` take.
CV_INLINE int64_t wholeBlocks(int64_t channels) {
    return (channels + blockSize - 1) / blockSize * blockSize;
}

CV_INLINE Block loadBlock(const float *p) {
    Block v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

CV_INLINE void storeBlock(float *p, Block v) { __builtin_memcpy(p, &v, sizeof v); }

/// rows x blocks of c = a b, or added to c; a(i, p) is a[i aRow + p aStep] within a segment of p.
template <int rows, int blocks, int aRow, int aStep>
CV_INLINE void multiplyTile(
    int64_t segments, int64_t depth, const float *a, int64_t aSegment, const float *b,
    int64_t bSegment, int64_t bBlock, float *c, int64_t cBlock, bool adds) {
    Block sum[rows][blocks];
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < blocks; j++)
            sum[i][j] = (Block)(0);
    for (int64_t s = 0; s < segments; s++, a += aSegment, b += bSegment)
        for (int64_t p = 0; p < depth; p++) {
            Block right[blocks];
            for (int j = 0; j < blocks; j++) right[j] = loadBlock(b + p * blockSize + j * bBlock);
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < blocks; j++)
                    sum[i][j] += (Block)(a[i * aRow + p * aStep]) * right[j];
        }
    // Short sums are added to long ones at the end: that keeps more digits than one long chain.
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < blocks; j++) {
            float *to = c + i * blockSize + j * cBlock;
            storeBlock(to, adds ? loadBlock(to) + sum[i][j] : sum[i][j]);
        }
}

/// Blocks of a tile of sums, and the rows with which they fill about half of the registers.
constexpr int mostBlocks = CV_WIDTH == 64 ? 4 : 1;
template <int blocks> constexpr int rowsOf = CV_WIDTH == 64 ? 16 / blocks : CV_WIDTH / 8;

/// body(first block, their number as a constant) for runs of four, two and one of first ..< end.
template <typename Body> CV_INLINE void forEachRun(int64_t first, int64_t end, Body body) {
    if constexpr (mostBlocks == 4) {
        for (; first + 4 <= end; first += 4) body(first, std::integral_constant<int, 4>{});
        for (; first + 2 <= end; first += 2) body(first, std::integral_constant<int, 2>{});
    }
    for (; first < end; first++) body(first, std::integral_constant<int, 1>{});
}

/// sums[block of out][in][16 of out] = (or +=) the sum over images and pixels of x dy.
inline void pointwise_gradient(
    int64_t batch, int64_t in_blocks, int64_t out_blocks, int64_t pixels, const float *x,
    const float *dy, int accumulate, int64_t first_block, int64_t end_block, float *sums) {
    const int64_t plane = pixels * blockSize, filterBlock = in_blocks * blockSize * blockSize;
    forEachRun(first_block, end_block, [&](int64_t block, auto run) CV_LAMBDA {
        constexpr int blocks = decltype(run)::value, rows = rowsOf<blocks>;
        for (int64_t channel = 0; channel < in_blocks * blockSize; channel += rows)
            multiplyTile<rows, blocks, 1, blockSize>(
                batch, pixels, x + channel / blockSize * plane + channel % blockSize,
                in_blocks * plane, dy + block * plane, out_blocks * plane, plane,
                sums + block * filterBlock + channel * blockSize, filterBlock, accumulate);
    });
}
