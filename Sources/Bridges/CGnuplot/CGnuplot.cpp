#include "CGnuplot.h"

#include <csignal>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include <gnuplot-iostream.h>

namespace {

// A gnuplot that stops at an error leaves a pipe without a reader; the write must then fail
// instead of ending the process. The signal is held back in this thread and taken off the queue.
class BrokenPipeGuard {
public:
    BrokenPipeGuard() {
        sigset_t pending;
        sigemptyset(&pending);
        sigpending(&pending);
        alreadyPending = sigismember(&pending, SIGPIPE) == 1;
        sigemptyset(&pipeSignal);
        sigaddset(&pipeSignal, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipeSignal, &previous);
    }

    ~BrokenPipeGuard() {
        const timespec now = {0, 0};
        if (!alreadyPending) {
            while (sigtimedwait(&pipeSignal, nullptr, &now) == -1 && errno == EINTR) {}
        }
        pthread_sigmask(SIG_SETMASK, &previous, nullptr);
    }

    BrokenPipeGuard(const BrokenPipeGuard &) = delete;
    BrokenPipeGuard &operator=(const BrokenPipeGuard &) = delete;

private:
    bool alreadyPending;
    sigset_t pipeSignal;
    sigset_t previous;
};

std::string shellQuoted(const char *text) {
    std::string quoted = "'";
    for (const char *character = text; *character; ++character) {
        if (*character == '\'') quoted += "'\\''";
        else quoted += *character;
    }
    return quoted + "'";
}

}  // namespace

struct CGnuplotSession {
    std::FILE *process;
    std::unique_ptr<Gnuplot> stream;
};

CGnuplotSession *cgnuplot_open(const char *program, const char *diagnostics_path) {
    const std::string command =
        "exec " + shellQuoted(program) + " -d >" + shellQuoted(diagnostics_path) + " 2>&1";
    std::FILE *process = popen(command.c_str(), "we");
    if (!process) return nullptr;
    // gnuplot-iostream closes the handle that it is given with fclose, which loses the exit status
    // of a pipe; it gets a duplicate, and the pipe itself is closed here.
    const int duplicate = fcntl(fileno(process), F_DUPFD_CLOEXEC, 0);
    std::FILE *handle = duplicate < 0 ? nullptr : fdopen(duplicate, "w");
    if (!handle) {
        if (duplicate >= 0) close(duplicate);
        pclose(process);
        return nullptr;
    }
    try {
        return new CGnuplotSession{process, std::make_unique<Gnuplot>(handle)};
    } catch (...) {
        std::fclose(handle);
        pclose(process);
        return nullptr;
    }
}

int cgnuplot_send(CGnuplotSession *session, const char *text, size_t length) {
    BrokenPipeGuard guard;
    try {
        session->stream->write(text, static_cast<std::streamsize>(length));
        session->stream->flush();
        return session->stream->good() ? 0 : -1;
    } catch (...) {
        return -1;
    }
}

int cgnuplot_close(CGnuplotSession *session) {
    BrokenPipeGuard guard;
    try {
        session->stream.reset();
    } catch (...) {
        // The exit status below tells what became of gnuplot.
    }
    const int status = pclose(session->process);
    delete session;
    if (status == -1) return 127;
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : 1;
}
