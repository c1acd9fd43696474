// The kernels of one instruction set as a table of functions.

#ifndef CVECTOR_TABLES_H
#define CVECTOR_TABLES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <type_traits>
#include <utility>

#include "CVector.h"

namespace cvector {

template <typename T> struct Table {
#define CV_KERNEL(result, name, parameters, arguments) result(*name) parameters;
#include "KernelList.h"
#undef CV_KERNEL
};

struct Tables {
    int isa;
    Table<float> f32;
    Table<double> f64;
    void (*widen)(int64_t n, const float *x, double *y);
    void (*narrow)(int64_t n, const double *x, float *y);
    void (*widenAdd)(int64_t n, double alpha, const float *x, double *y);
    void (*adamw)(
        int64_t n, const cv_adamw_step *constants, const double *g, double *w, double *m,
        double *v);
};

namespace baseline { extern const Tables tables; }
namespace avx2 { extern const Tables tables; }
namespace avx512 { extern const Tables tables; }

}  // namespace cvector

#endif
