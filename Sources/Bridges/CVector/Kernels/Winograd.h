// Convolution by 3 x 3 filters at stride 1 with 16 products for every 2 x 2 outputs in place of
// 36: the minimal algorithm F(2 x 2, 3 x 3) of Winograd, nested as by Lavin and Gray
// (arXiv 1509.09308), with pixels d, a filter g and outputs y:
//
//     y = At [(G g Gt) . (Bt d B)] A
//
// Its factors are 0, 1, -1 and 1/2, so that it is about as accurate as the direct sum; larger
// tiles would save more and lose digits. Transformed pixels of a strip of tiles lie as
// [16 positions][channel block][tile][16], so that each position is one matrix product.

/// Positions of a transformed tile.
constexpr int64_t positions = 16;

// MARK: Transforms of one axis

/// Bt x.
CV_INLINE void pixelTransform(const Block x[4], Block y[4]) {
    y[0] = x[0] - x[2];
    y[1] = x[1] + x[2];
    y[2] = x[2] - x[1];
    y[3] = x[1] - x[3];
}

/// At x.
CV_INLINE void outputTransform(const Block x[4], Block y[2]) {
    y[0] = x[0] + x[1] + x[2];
    y[1] = x[1] - x[2] - x[3];
}

/// A x.
CV_INLINE void cotangentTransform(const Block x[2], Block y[4]) {
    y[0] = x[0];
    y[1] = x[0] + x[1];
    y[2] = x[0] - x[1];
    y[3] = -x[1];
}

/// G x.
CV_INLINE void filterTransform(const Block x[3], Block y[4]) {
    const Block ends = x[0] + x[2];
    y[0] = x[0];
    y[1] = (ends + x[1]) * 0.5f;
    y[2] = (ends - x[1]) * 0.5f;
    y[3] = x[2];
}

/// Gt x.
CV_INLINE void filterGradientTransform(const Block x[4], Block y[3]) {
    const Block half = (x[1] + x[2]) * 0.5f;
    y[0] = x[0] + half;
    y[1] = (x[1] - x[2]) * 0.5f;
    y[2] = x[3] + half;
}

/// Both axes of an array of n x n, into m x m that `store` takes with their flat index.
template <int n, int m, typename Transform, typename Store>
CV_INLINE void bothAxes(const Block x[n][n], Transform transform, Store store) {
    Block half[n][m];
    for (int i = 0; i < n; i++) transform(x[i], half[i]);
    for (int j = 0; j < m; j++) {
        Block column[n], result[m];
        for (int i = 0; i < n; i++) column[i] = half[i][j];
        transform(column, result);
        for (int i = 0; i < m; i++) store(i * m + j, result[i]);
    }
}

// MARK: Tiles

/// visit(tile of the strip, image, first row, first column) for the tiles first ..< end.
template <typename Visit>
CV_INLINE void forEachTile(const WinogradTiles &tiles, int64_t first, int64_t end, Visit visit) {
    int64_t column = first % tiles.across;
    int64_t row = first / tiles.across % tiles.down;
    int64_t image = first / tiles.across / tiles.down;
    for (int64_t tile = first; tile < end; tile++) {
        visit(tile - first, image, 2 * row, 2 * column);
        if (++column == tiles.across) {
            column = 0;
            if (++row == tiles.down) row = 0, image++;
        }
    }
}

/// What lies beyond the border.
alignas(64) static const float zeroPixel[blockSize] = {};

/// target = Bt d B for each tile and channel block.
inline void transformPixels(
    const cv_winograd &s, const WinogradStrip &strip, int64_t first, int64_t end, const float *x,
    float *target) {
    const int64_t plane = s.height * s.width * blockSize;
    for (int64_t block = 0; block < s.in_blocks; block++) {
        float *to = target + block * strip.block;
        forEachTile(
            strip.tiles, first, end,
            [&](int64_t tile, int64_t image, int64_t row, int64_t column) CV_LAMBDA {
                const float *from = x + (image * s.in_blocks + block) * plane;
                const int64_t top = row - s.padding_top, left = column - s.padding_left;
                Block pixels[4][4];
                for (int i = 0; i < 4; i++)
                    for (int j = 0; j < 4; j++) {
                        const bool isInside = uint64_t(top + i) < uint64_t(s.height)
                                              && uint64_t(left + j) < uint64_t(s.width);
                        const int64_t place = ((top + i) * s.width + left + j) * blockSize;
                        pixels[i][j] = loadBlock(isInside ? from + place : zeroPixel);
                    }
                bothAxes<4, 4>(pixels, pixelTransform, [&](int position, Block v) CV_LAMBDA {
                    storeBlock(to + position * strip.inPosition + tile * blockSize, v);
                });
            });
    }
}

/// target = A dy At for each tile and the channel blocks firstBlock ..< endBlock.
inline void transformCotangents(
    const cv_winograd &s, const WinogradStrip &strip, int64_t first, int64_t end,
    int64_t firstBlock, int64_t endBlock, const float *dy, float *target) {
    const int64_t plane = s.out_height * s.out_width * blockSize;
    for (int64_t block = firstBlock; block < endBlock; block++) {
        float *to = target + block * strip.block;
        forEachTile(
            strip.tiles, first, end,
            [&](int64_t tile, int64_t image, int64_t row, int64_t column) CV_LAMBDA {
                const float *from = dy + (image * s.out_blocks + block) * plane;
                Block values[2][2];
                for (int i = 0; i < 2; i++)
                    for (int j = 0; j < 2; j++) {
                        const bool isInside = row + i < s.out_height && column + j < s.out_width;
                        const int64_t place = ((row + i) * s.out_width + column + j) * blockSize;
                        values[i][j] = loadBlock(isInside ? from + place : zeroPixel);
                    }
                bothAxes<2, 4>(values, cotangentTransform, [&](int position, Block v) CV_LAMBDA {
                    storeBlock(to + position * strip.outPosition + tile * blockSize, v);
                });
            });
    }
}

/// y = At m A and what follows it, for each tile and channel block.
inline void transformOutputs(
    const cv_winograd &s, const WinogradStrip &strip, int64_t first, int64_t end,
    const float *source, const cv_winograd_ending &ending, float *y) {
    const int64_t plane = s.out_height * s.out_width * blockSize;
    for (int64_t block = 0; block < s.out_blocks; block++) {
        const float *from = source + block * strip.block;
        const Block bias = ending.bias ? loadBlock(ending.bias + block * blockSize) : (Block)(0);
        forEachTile(
            strip.tiles, first, end,
            [&](int64_t tile, int64_t image, int64_t row, int64_t column) CV_LAMBDA {
                Block sums[4][4];
                for (int i = 0; i < 4; i++)
                    for (int j = 0; j < 4; j++)
                        sums[i][j] = loadBlock(
                            from + (4 * i + j) * strip.outPosition + tile * blockSize);
                const int64_t start = (image * s.out_blocks + block) * plane;
                bothAxes<4, 2>(sums, outputTransform, [&](int position, Block v) CV_LAMBDA {
                    const int64_t i = row + position / 2, j = column + position % 2;
                    if (i >= s.out_height || j >= s.out_width) return;
                    const int64_t place = start + (i * s.out_width + j) * blockSize;
                    v += bias;
                    if (ending.shortcut) v += loadBlock(ending.shortcut + place);
                    if (ending.is_rectified) v = larger((Block)(0), v);
                    storeBlock(y + place, v);
                });
            });
    }
}

// MARK: Convolutions

inline void winograd_convolution(
    const cv_winograd *shape, int terms, const float *const *x, const float *const *filters,
    const cv_winograd_ending *ending, int64_t first_tile, int64_t end_tile, float *y,
    float *scratch) {
    const cv_winograd &s = *shape;
    const WinogradStrip strip = WinogradStrip::ofConvolution(s);
    const int64_t filterBlock = s.in_blocks * blockSize * blockSize;
    float *pixels = scratch;
    float *outputs = scratch + positions * strip.inPosition;
    for (int64_t first = first_tile; first < end_tile; first += strip.length) {
        const int64_t end = strip.end(first, end_tile);
        for (int term = 0; term < terms; term++) {
            transformPixels(s, strip, first, end, x[term], pixels);
            for (int64_t position = 0; position < positions; position++)
                forEachRun(0, s.out_blocks, [&](int64_t block, auto run) CV_LAMBDA {
                    constexpr int blocks = decltype(run)::value, rows = rowsOf<blocks>;
                    const float *left = pixels + position * strip.inPosition;
                    const float *right =
                        filters[term] + (position * s.out_blocks + block) * filterBlock;
                    float *to = outputs + position * strip.outPosition + block * strip.block;
                    // The last rows may go beyond the tiles at hand, not beyond the strip.
                    for (int64_t tile = 0; tile < end - first; tile += rows)
                        multiplyTile<rows, blocks, blockSize, 1>(
                            s.in_blocks, blockSize, left + tile * blockSize, strip.block, right,
                            blockSize * blockSize, filterBlock, to + tile * blockSize,
                            strip.block, term > 0);
                });
        }
        transformOutputs(s, strip, first, end, outputs, *ending, y);
    }
}

inline void winograd_gradient(
    const cv_winograd *shape, const float *x, const float *dy, int accumulate,
    int64_t first_block, int64_t end_block, float *sums, float *scratch) {
    const cv_winograd &s = *shape;
    const WinogradStrip strip = WinogradStrip::ofGradient(s);
    const int64_t filterBlock = s.in_blocks * blockSize * blockSize;
    float *pixels = scratch;
    float *cotangents = scratch + positions * strip.inPosition;
    for (int64_t first = 0; first < strip.tiles.count; first += strip.length) {
        const int64_t end = strip.end(first, strip.tiles.count);
        transformPixels(s, strip, first, end, x, pixels);
        transformCotangents(s, strip, first, end, first_block, end_block, dy, cotangents);
        for (int64_t position = 0; position < positions; position++)
            forEachRun(first_block, end_block, [&](int64_t block, auto run) CV_LAMBDA {
                constexpr int blocks = decltype(run)::value, rows = rowsOf<blocks>;
                const float *left = pixels + position * strip.inPosition;
                const float *right =
                    cotangents + position * strip.outPosition + block * strip.block;
                float *to = sums + (position * s.out_blocks + block) * filterBlock;
                for (int64_t channel = 0; channel < s.in_blocks * blockSize; channel += rows)
                    multiplyTile<rows, blocks, 1, blockSize>(
                        1, end - first,
                        left + channel / blockSize * strip.block + channel % blockSize, 0, right,
                        0, strip.block, to + channel * blockSize, filterBlock,
                        accumulate || first > 0);
            });
    }
}

// MARK: Filters

inline void winograd_filters(
    int64_t out, int64_t in, const float *plain, int is_mirrored, float *filters) {
    const int64_t rows = is_mirrored ? in : out, columns = is_mirrored ? out : in;
    const int64_t rowStep = is_mirrored ? 9 : in * 9, columnStep = is_mirrored ? in * 9 : 9;
    const int64_t depth = wholeBlocks(columns), position = wholeBlocks(rows) * depth;
    for (int64_t row = 0; row < rows; row += blockSize)
        for (int64_t column = 0; column < depth; column++) {
            const float *from = plain + row * rowStep + column * columnStep;
            const int64_t exist = column < columns ? rows - row : 0;
            Block g[3][3];
            for (int place = 0; place < 9; place++)
                for (int lane = 0; lane < blockSize; lane++)
                    g[place / 3][place % 3][lane] =
                        lane < exist ? from[lane * rowStep + (is_mirrored ? 8 - place : place)] : 0;
            float *to = filters + row * depth + column * blockSize;
            bothAxes<3, 4>(g, filterTransform, [&](int index, Block v) CV_LAMBDA {
                storeBlock(to + index * position, v);
            });
        }
}

inline void winograd_plain_gradient(int64_t out, int64_t in, const float *sums, float *plain) {
    const int64_t depth = wholeBlocks(in), position = wholeBlocks(out) * depth;
    for (int64_t row = 0; row < out; row += blockSize)
        for (int64_t first = 0; first < in; first += blockSize) {
            // Sixteen filters of sixteen channels, which then go to sixteen rows.
            float rows[blockSize][9 * blockSize];
            const int64_t columns = in - first < blockSize ? in - first : blockSize;
            for (int64_t column = 0; column < columns; column++) {
                const float *from = sums + row * depth + (first + column) * blockSize;
                Block values[4][4];
                for (int index = 0; index < positions; index++)
                    values[index / 4][index % 4] = loadBlock(from + index * position);
                bothAxes<4, 3>(values, filterGradientTransform, [&](int place, Block v) CV_LAMBDA {
                    for (int lane = 0; lane < blockSize; lane++)
                        rows[lane][column * 9 + place] = v[lane];
                });
            }
            for (int64_t lane = 0; lane < blockSize && row + lane < out; lane++)
                __builtin_memcpy(
                    plain + ((row + lane) * in + first) * 9, rows[lane],
                    sizeof(float) * 9 * columns);
        }
}
