// CVector: vectorised loops of one thread, chosen at run time for the processor at hand
// (AVX-512, AVX2 with FMA, or the x86-64 baseline).
//
// Kernels exist for float (`_f32`) and double (`_f64`), or for the types that their parameters
// name. All kernels are reentrant, allocate nothing, need only the alignment of their element
// type, and touch no byte outside the ranges that they are given. Matrices are row-major. NaN and
// infinities propagate. Unless a comment says otherwise an output may be the very same array as an
// input, but no partial overlap is allowed; counts may be zero.

#ifndef CVECTOR_H
#define CVECTOR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Instruction sets

enum { CV_ISA_BASELINE = 0, CV_ISA_AVX2 = 1, CV_ISA_AVX512 = 2 };

/// The instruction set that the calling thread uses.
int cv_isa(void);

/// Makes the calling thread use the given instruction set (for tests); a negative value returns
/// to the best one. Returns 0, or -1 if the processor lacks it (then nothing changes).
int cv_set_isa(int isa);

// MARK: Elementwise programs

/// Sizes of the elementwise interpreter.
enum {
    CV_SLOTS = 32,          // registers of a program
    CV_INPUTS = 64,         // operands of a program
    CV_OUTPUTS = 32,        // outputs of a program
    CV_TILE = 512,          // elements of one register
    CV_SCRATCH_BYTES = 401408  // size of the scratch memory; only what is used is touched
};

/// Instruction fields `a`, `b`, `c` name slot `s` by `s` and input `i` by `CV_INPUT + i`.
enum { CV_INPUT = 128 };

/// One step of an elementwise program: slot[dst] = op(a, b, c, imm).
typedef struct {
    uint8_t op;
    uint8_t dst, a, b, c;
    double imm;
} cv_instruction;

/// The operations. Comparisons give 0 or 1 and are false for NaN; max and min propagate NaN.
enum {
    // Two operands.
    CV_ADD,            // a + b
    CV_SUB,            // a - b
    CV_MUL,            // a b
    CV_DIV,            // a / b
    CV_MAX,            // max(a, b)
    CV_MIN,            // min(a, b)
    CV_POW,            // a ^ b
    CV_EQUAL,          // a == b
    CV_GREATER,        // a > b
    CV_GREATER_EQUAL,  // a >= b
    CV_LESS,           // a < b
    CV_LESS_EQUAL,     // a <= b
    CV_GELU_OF,        // a Phi(a), given b = Phi(-|a|)
    CV_GELU_SECOND_OF, // phi(a) (2 - a^2), given b = e^(-a^2/2)
    // Three operands.
    CV_FMA,     // a b + c
    CV_FMS,     // a b - c
    CV_FNMA,    // c - a b
    CV_GELU_FIRST_OF,  // Phi(a) + a phi(a), given b = e^(-a^2/2) and c = Phi(-|a|)
    CV_SELECT,  // a != 0 ? b : c
    // One constant.
    CV_ADD_I,            // a + imm
    CV_MUL_I,            // a imm
    CV_RSUB_I,           // imm - a
    CV_RDIV_I,           // imm / a
    CV_MAX_I,            // max(a, imm)
    CV_MIN_I,            // min(a, imm)
    CV_POW_I,            // a ^ imm
    CV_EQUAL_I,          // a == imm
    CV_GREATER_I,        // a > imm
    CV_GREATER_EQUAL_I,  // a >= imm
    CV_LESS_I,           // a < imm
    CV_LESS_EQUAL_I,     // a <= imm
    CV_FMA_I,            // imm a + b
    CV_CONSTANT,         // imm
    // One operand.
    CV_COPY,         // a
    CV_NEG,          // -a
    CV_ABS,          // |a|
    CV_SIGN,         // -1, 0 or 1; NaN for NaN
    CV_SQUARE,       // a^2
    CV_SQRT,         // sqrt(a)
    CV_RSQRT,        // 1 / sqrt(a)
    CV_RECIPROCAL,   // 1 / a
    CV_FLOOR,        // floor(a)
    CV_RELU,         // max(a, 0)
    CV_STEP,         // a > 0
    CV_EXP,          // e^a
    CV_EXPM1,        // e^a - 1
    CV_LOG,          // ln a
    CV_LOG1P,        // ln(1 + a)
    CV_SIN,          // sin a
    CV_COS,          // cos a
    CV_TANH,         // tanh a
    CV_ERF,          // erf a
    CV_LOGISTIC,     // 1 / (1 + e^-a)
    CV_SOFTPLUS,     // ln(1 + e^a)
    CV_GELU,         // a Phi(a), Phi the normal distribution function
    CV_GELU_FIRST,   // Phi(a) + a phi(a), phi the normal density
    CV_GELU_SECOND,  // phi(a) (2 - a^2)
    CV_NORMAL,       // slot[dst] = e^(-a^2/2), slot[b] = Phi(-|a|)
    CV_OPERATION_COUNT
};

/// How an array is laid along the flat index i = ((o pattern + p) repeat + r) period + q.
enum {
    CV_FULL = 0,     // element i is base[i]
    CV_SCALAR = 1,   // element i is base[0]
    CV_PERIODIC = 2  // element i is base[p period + q]; pattern * period elements
};

/// One array that an elementwise program reads.
///
/// PERIODIC covers: a vector [C] over rows (pattern 1, period C), a scalar for each row
/// (pattern rows, repeat row length, period 1), channels of NCHW (pattern C, repeat H W,
/// period 1), channels of nChw16c (pattern C / 16, repeat H W, period 16). `outer` times the
/// other three is the element count; the four are ignored for the other kinds.
typedef struct {
    const void *base;
    int32_t kind;
    int64_t outer, pattern, repeat, period;
} cv_operand;

/// One result of an elementwise program: the final value of `source` (a slot or an input).
///
/// FULL writes n elements of the working type. SCALAR writes the sum over everything into one
/// double; PERIODIC the sums over o and r into pattern * period doubles (double also for `_f32`).
/// With `accumulate` the values are added to what is there.
typedef struct {
    void *base;
    int32_t kind;
    int32_t source;
    int32_t accumulate;
    int64_t outer, pattern, repeat, period;
} cv_output;

// MARK: Channels and windows

/// A tensor whose flat index is ((o pattern + p) repeat + r) period + q; channel p period + q.
typedef struct {
    int64_t outer, pattern, repeat, period;
} cv_channels;

/// A sliding window over planes [height, width]; the output is [out_height, out_width].
typedef struct {
    int64_t height, width;
    int64_t out_height, out_width;
    int64_t kernel_height, kernel_width;
    int64_t stride_height, stride_width;
    int64_t padding_top, padding_left;
    int64_t dilation_height, dilation_width;
} cv_window;

/// A convolution [batch, 16 blocks, height, width] to as many channels, in channel blocks of 16:
/// groups of `channels` (1, 2, 4 or 8) channels each lie within one block.
typedef struct {
    cv_window window;
    int64_t batch, blocks, channels;
} cv_grouped;

// MARK: Kernels

#define CV_REAL float
#define CV_NAME(name) name##_f32
#include "CVectorKernels.h"
#undef CV_REAL
#undef CV_NAME

#define CV_REAL double
#define CV_NAME(name) name##_f64
#include "CVectorKernels.h"
#undef CV_REAL
#undef CV_NAME

// MARK: Between the two types

/// y[i] = x[i], rounded to nearest.
void cv_narrow(int64_t n, const double *x, float *y);

/// y[i] = (or +=) alpha times the sum of x[k][i] over k < count, in double. No overlap.
void cv_widen_sum(
    int64_t n, int64_t count, const float *const *x, double alpha, int accumulate, double *y);

/// The same rounded to float, once.
void cv_round_sum(
    int64_t n, int64_t count, const float *const *x, double alpha, int accumulate, float *y);

// MARK: Optimisers

/// The constants of one AdamW step.
typedef struct {
    double beta1, beta2;
    /// eta / (1 - beta1^t) and sqrt(1 - beta2^t).
    double step, correction;
    double epsilon;
    /// What the weights are multiplied by first: 1 - eta lambda.
    double decay;
    /// Whether new weights are rounded to float.
    int rounds;
} cv_adamw_step;

/// m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
/// w = decay w - step m / (sqrt(v) / correction + epsilon).
void cv_adamw(
    int64_t n, const cv_adamw_step *constants, const double *g, double *w, double *m, double *v);

// MARK: Products of small matrices

/// c [rows, columns] = op(a) op(b), op(a) [rows, inner], op(b) [inner, columns]; the strides are
/// those of the rows as stored.
typedef struct {
    int64_t rows, columns, inner;
    int32_t transpose_a, transpose_b;
    int64_t stride_a, stride_b, stride_c;
} cv_product_shape;

/// Bytes of working memory for the packed op(b).
int64_t cv_product_scratch_bytes(const cv_product_shape *shape);

/// c = (or +=) op(a) op(b). No overlap.
void cv_product(
    const cv_product_shape *shape, const float *a, const float *b, int accumulate, float *c,
    float *scratch);

// MARK: Convolutions in channel blocks

/// sums [out_blocks, in, 16] = (or +=) the gradient by the filters of <dy, convolution of x> with
/// 1 x 1 filters at stride 1: x [batch, in_blocks, pixels, 16], dy [batch, out_blocks, pixels, 16].
/// Only the blocks of sums from first_block to before end_block are made. No overlap.
void cv_pointwise_gradient(
    int64_t batch, int64_t in_blocks, int64_t out_blocks, int64_t pixels, const float *x,
    const float *dy, int accumulate, int64_t first_block, int64_t end_block, float *sums);

/// A convolution by 3 x 3 filters at stride 1: x [batch, in_blocks, height, width, 16] gives
/// y [batch, out_blocks, out_height, out_width, 16]; pixels outside of x are zeros.
typedef struct {
    int64_t batch, in_blocks, out_blocks;
    int64_t height, width, out_height, out_width;
    int64_t padding_top, padding_left;
} cv_winograd;

/// What follows the sums: y = max(sums + bias[channel] + shortcut, 0), each part if wanted.
typedef struct {
    const float *bias, *shortcut;
    int is_rectified;
} cv_winograd_ending;

/// The number of tiles of 2 x 2 outputs.
int64_t cv_winograd_tiles(const cv_winograd *shape);

/// Bytes of working memory for the convolution, or for the gradient by its filters.
int64_t cv_winograd_scratch_bytes(const cv_winograd *shape, int is_gradient);

/// Transformed filters [16, blocks of out, channels of the blocks of in, 16] of filters
/// [out, in, 3, 3]; with `is_mirrored` those of the gradient by the pixels, where out and in change
/// places. Channels that fill up the last block get zeros. No overlap.
void cv_winograd_filters(
    int64_t out, int64_t in, const float *plain, int is_mirrored, float *filters);

/// The gradient [out, in, 3, 3] of transformed sums, which are as transformed filters. No overlap.
void cv_winograd_plain_gradient(int64_t out, int64_t in, const float *sums, float *plain);

/// y = the sum over terms of the convolution of x[term] by filters[term]. A pixel that is not
/// finite makes NaN of all outputs of its tiles. Only the tiles from first_tile, a multiple of 16,
/// to before end_tile are made. The shortcut may be y; otherwise no overlap.
void cv_winograd_convolution(
    const cv_winograd *shape, int terms, const float *const *x, const float *const *filters,
    const cv_winograd_ending *ending, int64_t first_tile, int64_t end_tile, float *y,
    float *scratch);

/// sums = (or +=) the transformed gradient by the filters of <dy, convolution of x>. Only the
/// blocks of outputs from first_block to before end_block are made. No overlap.
void cv_winograd_gradient(
    const cv_winograd *shape, const float *x, const float *dy, int accumulate,
    int64_t first_block, int64_t end_block, float *sums, float *scratch);

#ifdef __cplusplus
}
#endif

#endif
