#pragma once
// A plain C door to gnuplot-iostream: one running gnuplot that reads commands from a pipe.

#ifdef __cplusplus
extern "C" {
#endif

#include <stddef.h>

struct CGnuplotSession;

/// Starts `program` without the user's start-up file; what it prints goes to `diagnostics_path`.
/// Returns null where no process or pipe could be made.
struct CGnuplotSession *cgnuplot_open(const char *program, const char *diagnostics_path);

/// Sends commands. Returns 0, or -1 where gnuplot no longer reads.
int cgnuplot_send(struct CGnuplotSession *session, const char *text, size_t length);

/// Ends the input, waits for gnuplot and frees the session. Returns the exit status:
/// 0 for success, 127 where the shell found no such program, 128 + n for signal n.
int cgnuplot_close(struct CGnuplotSession *session);

#ifdef __cplusplus
}
#endif
