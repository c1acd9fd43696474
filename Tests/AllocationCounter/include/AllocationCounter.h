#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

/// Counts the allocations of the calling thread from now on.
///
/// Those that oneDNN (with the C++ library that it allocates through) and OpenBLAS make inside
/// their own calls are left out.
void allocation_count_begin(void);

/// Stops counting on the calling thread.
///
/// Returns the number of blocks that malloc and its kin have handed out since the beginning.
long allocation_count_end(void);

#endif
