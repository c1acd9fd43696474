#define _GNU_SOURCE
#include "CGuard.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

// Handlers may use only what is async-signal-safe, so that all text is made beforehand.
static char message[4096];
static char remains[4096];
static volatile sig_atomic_t depth;
static int isInstalled;
static char handlerStack[65536];

static const char outOfMemory[] =
    "saddle: ended by the system, most likely because memory ran out: the address space is "
    "limited; raise the limit (ulimit -v), or take fewer --threads or a smaller --memory\n";

static void leave(const char *text, size_t length) {
    ssize_t written = write(STDERR_FILENO, text, length);
    (void)written;
    if (remains[0]) unlink(remains);
    _exit(1);
}

static int isLimited(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

static void handle(int number) {
    if (depth > 0) leave(message, strlen(message));
    if (number != SIGPROF && isLimited()) leave(outOfMemory, sizeof outOfMemory - 1);
    if (number == SIGPROF) return;
    signal(number, SIG_DFL);
    raise(number);
}

void saddle_guard_install(void) {
    stack_t stack = {.ss_sp = handlerStack, .ss_size = sizeof handlerStack, .ss_flags = 0};
    sigaltstack(&stack, NULL);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    action.sa_flags = SA_ONSTACK | SA_NODEFER;
    const int numbers[] = {SIGSEGV, SIGBUS, SIGABRT, SIGPROF};
    for (size_t index = 0; index < sizeof numbers / sizeof numbers[0]; index++)
        sigaction(numbers[index], &action, NULL);
    signal(SIGXFSZ, SIG_IGN);
    isInstalled = 1;
}

static void setTimer(double seconds) {
    struct itimerval timer;
    memset(&timer, 0, sizeof timer);
    timer.it_value.tv_sec = (time_t)seconds;
    timer.it_value.tv_usec = (suseconds_t)((seconds - (double)timer.it_value.tv_sec) * 1e6);
    setitimer(ITIMER_PROF, &timer, NULL);
}

void saddle_guard_begin(const char *text, double seconds) {
    if (!isInstalled) return;
    if (depth == 0) {
        strncpy(message, text, sizeof message - 2);
        message[sizeof message - 2] = 0;
        strcat(message, "\n");
        setTimer(seconds);
    }
    depth = depth + 1;
}

void saddle_guard_end(void) {
    if (!isInstalled || depth == 0) return;
    depth = depth - 1;
    if (depth == 0) setTimer(0);
}

void saddle_guard_remove(const char *path) {
    remains[0] = 0;
    if (path && strlen(path) < sizeof remains) strcpy(remains, path);
}
