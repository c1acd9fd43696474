// The C functions: each calls the kernel of the instruction set in use.

#include "Tables.h"

namespace cvector {

static bool supported(int isa) {
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
                      && __builtin_cpu_supports("bmi2");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f")
                        && __builtin_cpu_supports("avx512dq")
                        && __builtin_cpu_supports("avx512bw")
                        && __builtin_cpu_supports("avx512vl");
    return isa == CV_ISA_BASELINE || (isa == CV_ISA_AVX2 && avx2)
           || (isa == CV_ISA_AVX512 && avx512);
}

static const Tables *tablesOf(int isa) {
    switch (isa) {
    case CV_ISA_AVX512: return &avx512::tables;
    case CV_ISA_AVX2: return &avx2::tables;
    default: return &baseline::tables;
    }
}

static const Tables *best() {
    static const Tables *const found = [] {
        for (int isa = CV_ISA_AVX512; isa > CV_ISA_BASELINE; isa--)
            if (supported(isa)) return tablesOf(isa);
        return tablesOf(CV_ISA_BASELINE);
    }();
    return found;
}

static thread_local const Tables *chosen = nullptr;

static const Tables &tables() { return chosen ? *chosen : *best(); }

}  // namespace cvector

extern "C" int cv_isa(void) { return cvector::tables().isa; }

extern "C" int cv_set_isa(int isa) {
    if (isa > CV_ISA_AVX512 || (isa >= 0 && !cvector::supported(isa))) return -1;
    cvector::chosen = isa < 0 ? nullptr : cvector::tablesOf(isa);
    return 0;
}

namespace f32 {
using T = float;
#define CV_KERNEL(result, name, parameters, arguments)                                            \
    extern "C" result cv_##name##_f32 parameters { return cvector::tables().f32.name arguments; }
#include "KernelList.h"
#undef CV_KERNEL
}  // namespace f32

namespace f64 {
using T = double;
#define CV_KERNEL(result, name, parameters, arguments)                                            \
    extern "C" result cv_##name##_f64 parameters { return cvector::tables().f64.name arguments; }
#include "KernelList.h"
#undef CV_KERNEL
}  // namespace f64

namespace fixed {
#define CV_KERNEL(result, name, parameters, arguments)                                            \
    extern "C" result cv_##name parameters { return cvector::tables().fixed.name arguments; }
#include "FixedKernelList.h"
#undef CV_KERNEL
}  // namespace fixed

extern "C" int64_t cv_winograd_tiles(const cv_winograd *shape) {
    return cvector::WinogradTiles(*shape).count;
}

extern "C" int64_t cv_winograd_scratch_bytes(const cv_winograd *shape, int is_gradient) {
    using Strip = cvector::WinogradStrip;
    return (is_gradient ? Strip::ofGradient(*shape) : Strip::ofConvolution(*shape)).scratchBytes();
}

extern "C" int64_t cv_product_scratch_bytes(const cv_product_shape *shape) {
    // Columns are padded to at most a vector of 16.
    return int64_t(sizeof(float)) * shape->inner * ((shape->columns + 15) / 16 * 16);
}
