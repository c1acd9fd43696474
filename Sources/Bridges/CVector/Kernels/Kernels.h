// All kernels of one instruction set, and their table. The including file has opened the
// namespace of the set and defined CV_WIDTH, the bytes of a vector.

#include "Vector.h"
#include "Functions.h"
#include "Rows.h"
#include "Standardize.h"
#include "Operations.h"
#include "Elementwise.h"
#include "Reductions.h"
#include "Flat.h"
#include "Copies.h"
#include "Windows.h"
#include "Products.h"
#include "BlockProducts.h"
#include "Winograd.h"
#include "Grouped.h"
#include "GroupedGradient.h"

template <typename T> constexpr Table<T> table = {
#define CV_KERNEL(result, name, parameters, arguments) name<T>,
#include "../KernelList.h"
#undef CV_KERNEL
};

constexpr FixedTable fixedTable = {
#define CV_KERNEL(result, name, parameters, arguments) name,
#include "../FixedKernelList.h"
#undef CV_KERNEL
};
