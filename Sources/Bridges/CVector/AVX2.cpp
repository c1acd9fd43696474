// The kernels compiled for AVX2 with FMA.

#include <immintrin.h>

#include "Tables.h"

#define CV_WIDTH 32

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,bmi2"))), apply_to = function)

namespace cvector::avx2 {

#include "Kernels/Kernels.h"

const Tables tables = {
    CV_ISA_AVX2, table<float>, table<double>, fixedTable};

}  // namespace cvector::avx2

#pragma clang attribute pop
