// A small C face of oneDNN: products and convolutions of one thread, on buffers that the caller owns.
//
// Every call returns 0, or the dnnl_status_t that explains the failure.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The version of the library, major * 10000 + minor * 100 + patch.
int onednn_version(void);

/// Makes the calling thread run primitives without helper threads.
void onednn_use_one_thread(void);

/// Lets the calling thread use `count` threads in products; only benchmarks of the machine do.
void onednn_use_threads(int count);

/// C = alpha op(A) op(B) + beta C, row-major.
int onednn_sgemm(
    char transpose_a, char transpose_b, int64_t m, int64_t n, int64_t k, float alpha,
    const float *a, int64_t lda, const float *b, int64_t ldb, float beta, float *c, int64_t ldc);

/// How the elements of an activation lie in memory.
///
/// Row-major (nchw), in channel blocks of 16 (nChw16c), of which the last is filled up, or with the
/// channels of a pixel together (nhwc).
enum { ONEDNN_PLAIN = 0, ONEDNN_BLOCKED = 1, ONEDNN_PIXELS = 2 };

/// Which of the three convolutions.
enum { ONEDNN_FORWARD = 0, ONEDNN_INPUT_GRADIENT = 1, ONEDNN_WEIGHT_GRADIENT = 2 };

/// A convolution of images [batch, in_channels, height, width].
typedef struct {
    int64_t batch, in_channels, height, width;
    int64_t out_channels, out_height, out_width;
    int64_t kernel_height, kernel_width;
    int64_t stride[2], padding[2], dilation[2];
    int64_t groups;
    /// The layouts of the images and of the outputs.
    int image_layout, output_layout;
    /// The channels that the filters [outputs, inputs / groups, height, width] have in row-major
    /// order: those above, or fewer where these fill up a block.
    int64_t filter_outputs, filter_inputs;
    /// What a forward convolution does to its sums, in this order: add a bias for each channel, add
    /// a tensor of the output's shape and layout, take the positive part, which keeps NaN (and, other
    /// than by definition, minus infinity). Each 0 or 1.
    int adds_bias, adds_residual, takes_positive_part;
} onednn_convolution_shape;

typedef struct onednn_convolution onednn_convolution;
typedef struct onednn_reorder onednn_reorder;

/// Creates the primitive for `kind`; it belongs to one thread at a time.
int onednn_convolution_create(
    const onednn_convolution_shape *shape, int kind, onednn_convolution **result);
void onednn_convolution_destroy(onednn_convolution *convolution);

/// Whether the library has only its plain loops for it, which are slower by orders of magnitude.
int onednn_convolution_is_reference(const onednn_convolution *convolution);

/// The number of floats of the weights in the layout that the primitive wants.
int64_t onednn_convolution_weight_count(const onednn_convolution *convolution);

/// An identifier of that layout: equal values mean equal layouts.
uint64_t onednn_convolution_weight_layout(const onednn_convolution *convolution);

/// Where the weights of a convolution that has some of the channels of another begin among those of
/// the other, in floats: channels from `first` on, of the outputs (`axis` 0) or of the image (1).
/// -1 if they are no stretch of them.
int64_t onednn_convolution_weight_offset(
    const onednn_convolution *whole, const onednn_convolution *part, int axis, int64_t first);

/// The number of bytes of working memory that an execution needs.
int64_t onednn_convolution_scratch_bytes(const onednn_convolution *convolution);

/// Runs it. FORWARD reads image and weight and writes output; INPUT_GRADIENT reads output and
/// weight and writes image; WEIGHT_GRADIENT reads image and output and writes weight.
int onednn_convolution_run(
    onednn_convolution *convolution, float *image, float *weight, float *output, void *scratch);

/// Runs a forward convolution with what its shape adds; NULL where it adds nothing.
int onednn_convolution_run_forward(
    onednn_convolution *convolution, float *image, float *weight, float *bias, float *residual,
    float *output, void *scratch);

/// Conversion of weights between plain [O, I, h, w] order and the layout of `convolution`.
int onednn_weight_reorder_create(
    const onednn_convolution *convolution, int to_plain, onednn_reorder **result);

/// Conversion of images [batch, channels, height, width] from one layout to another.
int onednn_image_reorder_create(
    int64_t batch, int64_t channels, int64_t height, int64_t width, int from, int to,
    onednn_reorder **result);
void onednn_reorder_destroy(onednn_reorder *reorder);
int onednn_reorder_run(onednn_reorder *reorder, const float *source, float *destination);

#ifdef __cplusplus
}
#endif
