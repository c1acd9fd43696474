#define _GNU_SOURCE
#include "AllocationCounter.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

// The names under which glibc keeps its own allocator for those who replace malloc.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

// Per thread, because other tests run beside the one that counts.
static _Thread_local int isCounting;
static _Thread_local long count;

void allocation_count_begin(void) {
    count = 0;
    isCounting = 1;
}

long allocation_count_end(void) {
    isCounting = 0;
    return count;
}

/// Whether an address lies in a library that allocates working memory of its own.
static int isForeign(const void *address) {
    static const char *const libraries[] = {"libdnnl", "libopenblas", "libstdc++"};
    Dl_info info;
    if (!dladdr(address, &info) || info.dli_fname == NULL) { return 0; }
    for (size_t index = 0; index < sizeof(libraries) / sizeof(libraries[0]); index += 1) {
        if (strstr(info.dli_fname, libraries[index]) != NULL) { return 1; }
    }
    return 0;
}

static void note(const void *caller) {
    if (isCounting && !isForeign(caller)) { count += 1; }
}

void *malloc(size_t size) {
    note(__builtin_return_address(0));
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    note(__builtin_return_address(0));
    return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
    note(__builtin_return_address(0));
    return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
    note(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    note(__builtin_return_address(0));
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0) { return EINVAL; }
    void *made = __libc_memalign(alignment, size);
    if (made == NULL) { return ENOMEM; }
    *block = made;
    return 0;
}
