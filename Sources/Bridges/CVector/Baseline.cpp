// The kernels compiled for every x86-64 processor (SSE2).

#include "Tables.h"

#define CV_WIDTH 16

namespace cvector::baseline {

#include "Kernels/Kernels.h"

const Tables tables = {
    CV_ISA_BASELINE, table<float>, table<double>, fixedTable};

}  // namespace cvector::baseline
