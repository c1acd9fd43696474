// How the outputs of a Winograd convolution fall into tiles, and tiles into strips.

#ifndef CVECTOR_WINOGRAD_TILES_H
#define CVECTOR_WINOGRAD_TILES_H

#include "CVector.h"

namespace cvector {

/// Tiles of 2 x 2 outputs.
struct WinogradTiles {
    int64_t down, across, count;

    explicit WinogradTiles(const cv_winograd &s)
        : down((s.out_height + 1) / 2), across((s.out_width + 1) / 2),
          count(s.batch * down * across) {}
};

/// Tiles that are transformed and multiplied together.
struct WinogradStrip {
    WinogradTiles tiles;
    /// Tiles of a strip; the rows of every kernel of products divide it.
    int64_t length;
    /// Floats between neighbouring channel blocks of a position.
    int64_t block;
    /// Floats between neighbouring positions, of pixels and of outputs. A line more than they
    /// need keeps the positions of a tile off the same set of the cache.
    int64_t inPosition, outPosition;

    /// As many tiles as stay in the second-level cache with their outputs.
    static WinogradStrip ofConvolution(const cv_winograd &s) { return {s, cached(s)}; }

    /// As many, or as make a pass over all sums worth while.
    static WinogradStrip ofGradient(const cv_winograd &s) {
        const int64_t worthwhile = 16 * s.in_blocks * s.out_blocks / (s.in_blocks + s.out_blocks);
        return {s, cached(s) > worthwhile ? cached(s) : worthwhile};
    }

    /// Where the strip that begins at `first` ends, if not at `limit`.
    int64_t end(int64_t first, int64_t limit) const {
        return first + length < limit ? first + length : limit;
    }

    int64_t scratchBytes() const { return 16 * 4 * (inPosition + outPosition); }

  private:
    static constexpr int64_t cacheBytes = 1 << 18;

    WinogradStrip(const cv_winograd &s, int64_t wanted) : tiles(s) {
        const int64_t all = (tiles.count + 15) / 16 * 16;
        length = (wanted + 15) / 16 * 16;
        length = length < all ? length : all;
        block = length * 16;
        inPosition = s.in_blocks * block + 16;
        outPosition = s.out_blocks * block + 16;
    }

    static int64_t cached(const cv_winograd &s) {
        return cacheBytes / (16 * 16 * 4 * (s.in_blocks + s.out_blocks));
    }
};

}  // namespace cvector

#endif
