// The kernels of one instruction set as a table of functions.

#ifndef CVECTOR_TABLES_H
#define CVECTOR_TABLES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <type_traits>
#include <utility>

#include "CVector.h"
#include "WinogradTiles.h"

namespace cvector {

template <typename T> struct Table {
#define CV_KERNEL(result, name, parameters, arguments) result(*name) parameters;
#include "KernelList.h"
#undef CV_KERNEL
};

struct FixedTable {
#define CV_KERNEL(result, name, parameters, arguments) result(*name) parameters;
#include "FixedKernelList.h"
#undef CV_KERNEL
};

struct Tables {
    int isa;
    Table<float> f32;
    Table<double> f64;
    FixedTable fixed;
};

namespace baseline { extern const Tables tables; }
namespace avx2 { extern const Tables tables; }
namespace avx512 { extern const Tables tables; }

}  // namespace cvector

#endif
