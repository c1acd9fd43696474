import CAllocator
import CGuard
import Foundation

// A reader that goes away must not kill a run that is still computing and storing.
signal(SIGPIPE, SIG_IGN)
// Full limits and damaged files end with one line, too.
saddle_guard_install()
// Vectors as long as the weights come and go with every product: to give each back to the system
// and take its pages anew costs more than to fill it.
mallopt(M_MMAP_MAX, 0)
mallopt(M_TRIM_THRESHOLD, .max)
let code = Launch.run(Array(CommandLine.arguments.dropFirst()))
fflush(nil)
// Libraries have nothing to tidy up; OpenBLAS waits without end for threads that the limit of the
// address space kept from their buffers.
_exit(code)
