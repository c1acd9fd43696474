// The kernels compiled for AVX-512.

#include <immintrin.h>

#include "Tables.h"

#define CV_WIDTH 64

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma,bmi2"))),               \
    apply_to = function)

namespace cvector::avx512 {

#include "Kernels/Kernels.h"

const Tables tables = {
    CV_ISA_AVX512, table<float>, table<double>, fixedTable};

}  // namespace cvector::avx512

#pragma clang attribute pop
