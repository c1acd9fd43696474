#pragma once
#include <hdf5.h>
#include <hdf5_hl.h>

// Swift cannot import macros that call functions or cast, so each is a function here.
static inline hid_t saddle_h5_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t saddle_h5_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t saddle_h5_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t saddle_h5_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t saddle_h5_text(void) { return H5T_C_S1; }
static inline size_t saddle_h5_variable(void) { return H5T_VARIABLE; }
static inline unsigned saddle_h5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned saddle_h5_truncate(void) { return H5F_ACC_TRUNC; }
static inline hid_t saddle_h5_dataset_creation(void) { return H5P_DATASET_CREATE; }
static inline hid_t saddle_h5_group_creation(void) { return H5P_GROUP_CREATE; }
static inline hid_t saddle_h5_file_access(void) { return H5P_FILE_ACCESS; }
