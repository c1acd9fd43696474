#pragma once
// Complex numbers are passed as plain structures, which Swift can import.
#define LAPACK_COMPLEX_STRUCTURE
#include <cblas.h>
#include <lapacke.h>
