#ifndef CJPEG_H
#define CJPEG_H

/// Compresses an image with libjpeg and decompresses it again, with the library's defaults.
///
/// `pixels` and `result` hold rows of `width` pixels of `channels` bytes, 1 (grey) or 3 (RGB).
/// Returns 0, or 1 where the library fails.
int saddle_jpeg_round_trip(
    const unsigned char *pixels, int width, int height, int channels, int quality,
    unsigned char *result);

#endif
