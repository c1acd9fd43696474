#include "COneDNN.h"

#include <cfloat>
#include <cstring>
#include <dlfcn.h>
#include <memory>
#include <oneapi/dnnl/dnnl.h>
#include <oneapi/dnnl/dnnl_debug.h>
#include <vector>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

namespace {

/// The processor, created once and never released.
dnnl_engine_t engine() {
    static dnnl_engine_t shared = [] {
        dnnl_engine_t created = nullptr;
        dnnl_engine_create(&created, dnnl_cpu, 0);
        return created;
    }();
    return shared;
}

/// A stream for each thread: primitives run in the calling thread.
dnnl_stream_t stream() {
    thread_local dnnl_stream_t shared = [] {
        dnnl_stream_t created = nullptr;
        dnnl_stream_create(&created, engine(), dnnl_stream_in_order);
        return created;
    }();
    return shared;
}

struct Memory {
    dnnl_memory_t handle = nullptr;
    ~Memory() {
        if (handle) dnnl_memory_destroy(handle);
    }
    dnnl_status_t create(const dnnl_memory_desc_t *description) {
        return dnnl_memory_create(&handle, description, engine(), DNNL_MEMORY_NONE);
    }
    dnnl_status_t point(void *data) {
        return dnnl_memory_set_data_handle_v2(handle, data, stream());
    }
};

/// While it lives, results below the smallest normal number are zeros, if wanted.
class FlushedToZero {
#ifdef __SSE__
    const unsigned before = _mm_getcsr();
public:
    explicit FlushedToZero(bool wanted) {
        if (wanted) _mm_setcsr(before | _MM_FLUSH_ZERO_ON);
    }
    ~FlushedToZero() { _mm_setcsr(before); }
#else
public:
    explicit FlushedToZero(bool) {}
#endif
    FlushedToZero(const FlushedToZero &) = delete;
};

uint64_t fingerprint(const dnnl_memory_desc_t &description) {
    uint64_t hash = 0xCBF29CE484222325ull;
    auto add = [&hash](const void *data, size_t count) {
        const auto *first = static_cast<const unsigned char *>(data);
        for (size_t i = 0; i < count; ++i) hash = (hash ^ first[i]) * 0x100000001B3ull;
    };
    const auto &blocking = description.format_desc.blocking;
    add(description.padded_dims, sizeof(dnnl_dim_t) * description.ndims);
    add(blocking.strides, sizeof(dnnl_dim_t) * description.ndims);
    add(&blocking.inner_nblks, sizeof blocking.inner_nblks);
    add(blocking.inner_blks, sizeof(dnnl_dim_t) * blocking.inner_nblks);
    add(blocking.inner_idxs, sizeof(dnnl_dim_t) * blocking.inner_nblks);
    return hash;
}

dnnl_status_t image_description(
    dnnl_memory_desc_t *result, int64_t batch, int64_t channels, int64_t height, int64_t width,
    int layout) {
    const dnnl_dims_t dims = {batch, channels, height, width};
    const dnnl_format_tag_t tag = layout == ONEDNN_BLOCKED ? dnnl_nChw16c
                                  : layout == ONEDNN_PIXELS ? dnnl_nhwc : dnnl_nchw;
    return dnnl_memory_desc_init_by_tag(result, 4, dims, dnnl_f32, tag);
}

}  // namespace

struct onednn_convolution {
    int kind = 0;
    dnnl_primitive_t primitive = nullptr;
    dnnl_memory_desc_t weight_description, plain_weight_description, scratch_description;
    bool is_reference = false, takes_positive_part = false;
    Memory image, weight, output, scratch, bias, residual;
    int residual_position = -1;
    ~onednn_convolution() {
        if (primitive) dnnl_primitive_destroy(primitive);
    }
};

struct onednn_reorder {
    dnnl_primitive_t primitive = nullptr;
    Memory source, destination;
    ~onednn_reorder() {
        if (primitive) dnnl_primitive_destroy(primitive);
    }
};

namespace {

dnnl_status_t create_reorder(
    const dnnl_memory_desc_t *from, const dnnl_memory_desc_t *to, onednn_reorder **result) {
    auto reorder = std::make_unique<onednn_reorder>();
    dnnl_primitive_desc_t description = nullptr;
    dnnl_status_t status = dnnl_reorder_primitive_desc_create(
        &description, from, engine(), to, engine(), nullptr);
    if (status != dnnl_success) return status;
    status = dnnl_primitive_create(&reorder->primitive, description);
    dnnl_primitive_desc_destroy(description);
    if (status != dnnl_success) return status;
    if ((status = reorder->source.create(from)) != dnnl_success) return status;
    if ((status = reorder->destination.create(to)) != dnnl_success) return status;
    *result = reorder.release();
    return dnnl_success;
}

}  // namespace

extern "C" {

int onednn_version(void) {
    const dnnl_version_t *version = dnnl_version();
    return version->major * 10000 + version->minor * 100 + version->patch;
}

void onednn_use_threads(int count) {
    // oneDNN is built over OpenMP; the number of threads is a setting of the calling thread.
    static auto set = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
    if (set) set(count);
}

void onednn_use_one_thread(void) { onednn_use_threads(1); }

int onednn_sgemm(
    char transpose_a, char transpose_b, int64_t m, int64_t n, int64_t k, float alpha,
    const float *a, int64_t lda, const float *b, int64_t ldb, float beta, float *c, int64_t ldc) {
    return dnnl_sgemm(transpose_a, transpose_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

int onednn_convolution_create(
    const onednn_convolution_shape *s, int kind, onednn_convolution **result) {
    auto convolution = std::make_unique<onednn_convolution>();
    convolution->kind = kind;
    dnnl_memory_desc_t image, output, weight;
    dnnl_status_t status = image_description(
        &image, s->batch, s->in_channels, s->height, s->width, s->image_layout);
    if (status != dnnl_success) return status;
    status = image_description(
        &output, s->batch, s->out_channels, s->out_height, s->out_width, s->output_layout);
    if (status != dnnl_success) return status;

    const dnnl_dims_t grouped = {
        s->groups, s->out_channels / s->groups, s->in_channels / s->groups, s->kernel_height,
        s->kernel_width};
    const dnnl_dims_t whole = {
        s->out_channels, s->in_channels, s->kernel_height, s->kernel_width};
    const dnnl_dims_t plain_grouped = {
        s->groups, s->filter_outputs / s->groups, s->filter_inputs / s->groups,
        s->kernel_height, s->kernel_width};
    const dnnl_dims_t plain_whole = {
        s->filter_outputs, s->filter_inputs, s->kernel_height, s->kernel_width};
    const bool has_groups = s->groups > 1;
    status = dnnl_memory_desc_init_by_tag(
        &weight, has_groups ? 5 : 4, has_groups ? grouped : whole, dnnl_f32, dnnl_format_tag_any);
    if (status != dnnl_success) return status;
    status = dnnl_memory_desc_init_by_tag(
        &convolution->plain_weight_description, has_groups ? 5 : 4,
        has_groups ? plain_grouped : plain_whole, dnnl_f32, has_groups ? dnnl_goihw : dnnl_oihw);
    if (status != dnnl_success) return status;

    const dnnl_dims_t dilation = {s->dilation[0] - 1, s->dilation[1] - 1};
    // Padding after the last row and column, so that the given output extent comes out.
    auto after = [&](int axis, int64_t extent, int64_t out, int64_t kernel) {
        return (out - 1) * s->stride[axis] + (kernel - 1) * s->dilation[axis] + 1 - extent
            - s->padding[axis];
    };
    const dnnl_dims_t before = {s->padding[0], s->padding[1]};
    const dnnl_dims_t behind = {
        after(0, s->height, s->out_height, s->kernel_height),
        after(1, s->width, s->out_width, s->kernel_width)};
    const dnnl_dims_t strides = {s->stride[0], s->stride[1]};

    dnnl_memory_desc_t bias;
    const dnnl_dims_t channels = {s->out_channels};
    status = dnnl_memory_desc_init_by_tag(&bias, 1, channels, dnnl_f32, dnnl_x);
    if (status != dnnl_success) return status;

    dnnl_convolution_desc_t operation, forward;
    status = dnnl_dilated_convolution_forward_desc_init(
        &forward, dnnl_forward_training, dnnl_convolution_direct, &image, &weight,
        s->adds_bias ? &bias : nullptr, &output, strides, dilation, before, behind);
    if (status != dnnl_success) return status;
    if (kind == ONEDNN_INPUT_GRADIENT) {
        status = dnnl_dilated_convolution_backward_data_desc_init(
            &operation, dnnl_convolution_direct, &image, &weight, &output, strides, dilation,
            before, behind);
    } else if (kind == ONEDNN_WEIGHT_GRADIENT) {
        status = dnnl_dilated_convolution_backward_weights_desc_init(
            &operation, dnnl_convolution_direct, &image, &weight, nullptr, &output, strides,
            dilation, before, behind);
    } else {
        operation = forward;
    }
    if (status != dnnl_success) return status;

    dnnl_primitive_attr_t attributes = nullptr;
    if ((status = dnnl_primitive_attr_create(&attributes)) != dnnl_success) return status;
    dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
    dnnl_post_ops_t after_sums = nullptr;
    if ((status = dnnl_post_ops_create(&after_sums)) != dnnl_success) return status;
    if (s->adds_residual) {
        convolution->residual_position = dnnl_post_ops_len(after_sums);
        dnnl_post_ops_append_binary(after_sums, dnnl_binary_add, &output);
    }
    // The library's own positive part makes zeros of NaN, and so do its maxima and clippings. Its
    // leaky one keeps them: leaky by the smallest number, twice, leaves nothing of what is negative.
    convolution->takes_positive_part = s->takes_positive_part;
    for (int times = 0; times < 2 && s->takes_positive_part; ++times) {
        dnnl_post_ops_append_eltwise(after_sums, 1.0f, dnnl_eltwise_relu, FLT_MIN, 0.0f);
    }
    if (kind == ONEDNN_FORWARD) dnnl_primitive_attr_set_post_ops(attributes, after_sums);
    dnnl_post_ops_destroy(after_sums);
    dnnl_primitive_desc_t hint = nullptr, description = nullptr;
    if (kind != ONEDNN_FORWARD) {
        status = dnnl_primitive_desc_create(&hint, &forward, attributes, engine(), nullptr);
    }
    if (status == dnnl_success) {
        status = dnnl_primitive_desc_create(&description, &operation, attributes, engine(), hint);
    }
    if (hint) dnnl_primitive_desc_destroy(hint);
    dnnl_primitive_attr_destroy(attributes);
    if (status != dnnl_success) return status;

    const char *implementation = nullptr;
    dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &implementation);
    convolution->is_reference = implementation && !strncmp(implementation, "ref", 3);
    const dnnl_query_t query =
        kind == ONEDNN_WEIGHT_GRADIENT ? dnnl_query_diff_weights_md : dnnl_query_weights_md;
    convolution->weight_description = *dnnl_primitive_desc_query_md(description, query, 0);
    convolution->scratch_description =
        *dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
    status = dnnl_primitive_create(&convolution->primitive, description);
    dnnl_primitive_desc_destroy(description);
    if (status != dnnl_success) return status;
    if ((status = convolution->image.create(&image)) != dnnl_success) return status;
    if ((status = convolution->output.create(&output)) != dnnl_success) return status;
    if ((status = convolution->bias.create(&bias)) != dnnl_success) return status;
    if ((status = convolution->residual.create(&output)) != dnnl_success) return status;
    status = convolution->weight.create(&convolution->weight_description);
    if (status != dnnl_success) return status;
    status = convolution->scratch.create(&convolution->scratch_description);
    if (status != dnnl_success) return status;
    *result = convolution.release();
    return dnnl_success;
}

void onednn_convolution_destroy(onednn_convolution *convolution) { delete convolution; }

int onednn_convolution_is_reference(const onednn_convolution *convolution) {
    return convolution->is_reference;
}

int64_t onednn_convolution_weight_count(const onednn_convolution *convolution) {
    return static_cast<int64_t>(
        dnnl_memory_desc_get_size(&convolution->weight_description) / sizeof(float));
}

uint64_t onednn_convolution_weight_layout(const onednn_convolution *convolution) {
    return fingerprint(convolution->weight_description);
}

int64_t onednn_convolution_weight_offset(
    const onednn_convolution *whole, const onednn_convolution *part, int axis, int64_t first) {
    const dnnl_memory_desc_t &all = whole->weight_description, &some = part->weight_description;
    if (all.format_kind != dnnl_blocked || some.format_kind != dnnl_blocked
        || all.ndims != some.ndims)
        return -1;
    const dnnl_blocking_desc_t &layout = all.format_desc.blocking;
    const dnnl_blocking_desc_t &own = some.format_desc.blocking;
    if (layout.inner_nblks != own.inner_nblks) return -1;
    int64_t block = 1;
    for (int level = 0; level < layout.inner_nblks; level++) {
        if (layout.inner_idxs[level] != own.inner_idxs[level]
            || layout.inner_blks[level] != own.inner_blks[level])
            return -1;
        if (layout.inner_idxs[level] == axis) block *= layout.inner_blks[level];
    }
    for (int dimension = 0; dimension < all.ndims; dimension++)
        if (layout.strides[dimension] != own.strides[dimension]) return -1;
    // A stretch has no gaps: the axis is the outermost.
    for (int dimension = 0; dimension < all.ndims; dimension++)
        if (layout.strides[dimension] > layout.strides[axis]) return -1;
    return first % block == 0 ? first / block * layout.strides[axis] : -1;
}

int64_t onednn_convolution_scratch_bytes(const onednn_convolution *convolution) {
    return static_cast<int64_t>(dnnl_memory_desc_get_size(&convolution->scratch_description));
}

int onednn_convolution_run(
    onednn_convolution *c, float *image, float *weight, float *output, void *scratch) {
    dnnl_status_t status;
    if ((status = c->image.point(image)) != dnnl_success) return status;
    if ((status = c->weight.point(weight)) != dnnl_success) return status;
    if ((status = c->output.point(output)) != dnnl_success) return status;
    if ((status = c->scratch.point(scratch)) != dnnl_success) return status;
    dnnl_exec_arg_t arguments[4];
    switch (c->kind) {
    case ONEDNN_FORWARD:
        arguments[0] = {DNNL_ARG_SRC, c->image.handle};
        arguments[1] = {DNNL_ARG_WEIGHTS, c->weight.handle};
        arguments[2] = {DNNL_ARG_DST, c->output.handle};
        break;
    case ONEDNN_INPUT_GRADIENT:
        arguments[0] = {DNNL_ARG_DIFF_SRC, c->image.handle};
        arguments[1] = {DNNL_ARG_WEIGHTS, c->weight.handle};
        arguments[2] = {DNNL_ARG_DIFF_DST, c->output.handle};
        break;
    default:
        arguments[0] = {DNNL_ARG_SRC, c->image.handle};
        arguments[1] = {DNNL_ARG_DIFF_WEIGHTS, c->weight.handle};
        arguments[2] = {DNNL_ARG_DIFF_DST, c->output.handle};
    }
    arguments[3] = {DNNL_ARG_SCRATCHPAD, c->scratch.handle};
    return dnnl_primitive_execute(c->primitive, stream(), 4, arguments);
}

int onednn_convolution_run_forward(
    onednn_convolution *c, float *image, float *weight, float *bias, float *residual,
    float *output, void *scratch) {
    dnnl_status_t status;
    if ((status = c->image.point(image)) != dnnl_success) return status;
    if ((status = c->weight.point(weight)) != dnnl_success) return status;
    if ((status = c->output.point(output)) != dnnl_success) return status;
    if ((status = c->scratch.point(scratch)) != dnnl_success) return status;
    dnnl_exec_arg_t arguments[6] = {
        {DNNL_ARG_SRC, c->image.handle},
        {DNNL_ARG_WEIGHTS, c->weight.handle},
        {DNNL_ARG_DST, c->output.handle},
        {DNNL_ARG_SCRATCHPAD, c->scratch.handle}};
    int count = 4;
    if (bias) {
        if ((status = c->bias.point(bias)) != dnnl_success) return status;
        arguments[count++] = {DNNL_ARG_BIAS, c->bias.handle};
    }
    if (residual) {
        if ((status = c->residual.point(residual)) != dnnl_success) return status;
        const int position = DNNL_ARG_ATTR_MULTIPLE_POST_OP(c->residual_position);
        arguments[count++] = {position | DNNL_ARG_SRC_1, c->residual.handle};
    }
    // Numbers below the smallest normal one are slow on some processors; here they are zeros.
    const FlushedToZero flushed(c->takes_positive_part);
    return dnnl_primitive_execute(c->primitive, stream(), count, arguments);
}

int onednn_weight_reorder_create(
    const onednn_convolution *c, int to_plain, onednn_reorder **result) {
    const auto &plain = c->plain_weight_description;
    // Channels that only fill up a block are padding: zeros on the way in, nothing on the way out.
    dnnl_memory_desc_t wanted = c->weight_description;
    for (int axis = 0; axis < plain.ndims; axis++) wanted.dims[axis] = plain.dims[axis];
    return create_reorder(to_plain ? &wanted : &plain, to_plain ? &plain : &wanted, result);
}

int onednn_image_reorder_create(
    int64_t batch, int64_t channels, int64_t height, int64_t width, int from, int to,
    onednn_reorder **result) {
    dnnl_memory_desc_t source, destination;
    dnnl_status_t status = image_description(&source, batch, channels, height, width, from);
    if (status != dnnl_success) return status;
    status = image_description(&destination, batch, channels, height, width, to);
    if (status != dnnl_success) return status;
    return create_reorder(&source, &destination, result);
}

void onednn_reorder_destroy(onednn_reorder *reorder) { delete reorder; }

int onednn_reorder_run(onednn_reorder *reorder, const float *source, float *destination) {
    dnnl_status_t status;
    if ((status = reorder->source.point(const_cast<float *>(source))) != dnnl_success)
        return status;
    if ((status = reorder->destination.point(destination)) != dnnl_success) return status;
    const dnnl_exec_arg_t arguments[] = {
        {DNNL_ARG_FROM, reorder->source.handle}, {DNNL_ARG_TO, reorder->destination.handle}};
    return dnnl_primitive_execute(reorder->primitive, stream(), 2, arguments);
}

}  // extern "C"
