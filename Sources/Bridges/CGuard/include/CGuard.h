#pragma once

/// What a program does when the system ends it: one line on standard error and exit code 1 where
/// the cause is known, and the system's own way where it is not.
///
/// Known causes are a library that fails on a damaged file, named by `saddle_guard_begin`, and, as
/// far as one can tell, a limit of the address space. Without `saddle_guard_install` nothing of
/// this happens: libraries do not take over the signals of a program.

/// Takes over SIGSEGV, SIGBUS, SIGABRT and SIGPROF; from now on a file that grows beyond the limit
/// of file sizes is an error of the write (EFBIG) and no signal.
void saddle_guard_install(void);

/// From now on a crash, and the use of more than `seconds` of processor time, end the program with
/// `message`. Begins may be nested; the first one counts.
void saddle_guard_begin(const char *message, double seconds);

/// Ends what the last begin began.
void saddle_guard_end(void);

/// The file that is removed where the program is ended so; null for none.
void saddle_guard_remove(const char *path);
