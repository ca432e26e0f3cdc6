#define _GNU_SOURCE /* pipe2 */
#include "parsers/vmcore/isolation.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analyzer/base/arena.h"

/* What goes through the pipe: this, and that many bytes. */
struct telling {
    enum { TELL_BEGIN, TELL_DATA, TELL_END, TELL_FAILED, TELL_NOTE, TELL_VIEW, TELL_DOING } what;
    enum error_kind error;
    enum source_kind kind;
    size_t length;
};

/* Of a view of a dump; all else is told in pieces or in a line. */
enum { TOLD_MAX = 64 * 1024 * 1024 };

/* ---- the child */

static bool write_whole(int pipe, const void *data, size_t length)
{
    const char *rest = data;
    while (length) {
        ssize_t written = write(pipe, rest, length);
        if (written < 0 && errno != EINTR)
            return false;
        rest += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

static bool tell(void *context, struct telling telling, const char *bytes)
{
    const int *pipe = context;
    return write_whole(*pipe, &telling, sizeof telling) &&
           write_whole(*pipe, bytes, telling.length);
}

static bool tell_begin(void *context, const char *path, enum source_kind kind)
{
    (void)path;
    return tell(context, (struct telling){.what = TELL_BEGIN, .kind = kind}, "");
}

static bool tell_data(void *context, const char *data, size_t length)
{
    return tell(context, (struct telling){.what = TELL_DATA, .length = length}, data);
}

static void tell_end(void *context)
{
    tell(context, (struct telling){.what = TELL_END}, "");
}

static void tell_failed(void *context, const char *path, struct error *error)
{
    const char *message = error_message(error);
    (void)path;
    tell(context,
         (struct telling){
             .what = TELL_FAILED, .error = error_kind(error), .length = strlen(message)},
         message);
    error_destroy(error);
}

static void tell_note(void *context, const char *path, const char *what)
{
    (void)path;
    tell(context, (struct telling){.what = TELL_NOTE, .length = strlen(what)}, what);
}

static void tell_view(void *context, const char *path, const char *json, size_t length)
{
    (void)path;
    if (length <= TOLD_MAX)
        tell(context, (struct telling){.what = TELL_VIEW, .length = length}, json);
    else
        tell_note(context, path, "a view of this dump is too large to be judged");
}

void isolated_doing(const struct source_visitor *visitor, const char *what)
{
    tell(visitor->context, (struct telling){.what = TELL_DOING, .length = strlen(what)}, what);
}

/* ---- the parent */

enum { DOING_SIZE = 80 };

struct hearing {
    const char *path;
    const struct source_visitor *visitor;
    int pipe;
    const atomic_bool *stop;
    bool is_begun, is_enough;
    char doing[DOING_SIZE]; /* what the child was at last */
};

/* A child that is silent for long must not keep us from stopping. */
static bool wait_for_bytes(const struct hearing *hearing)
{
    enum { MILLISECONDS = 100 };
    struct pollfd pipe = {.fd = hearing->pipe, .events = POLLIN};
    while (!*hearing->stop)
        if (poll(&pipe, 1, MILLISECONDS) > 0)
            return true;
    return false;
}

static bool read_whole(const struct hearing *hearing, void *data, size_t length)
{
    char *rest = data;
    while (length) {
        ssize_t got = wait_for_bytes(hearing) ? read(hearing->pipe, rest, length) : 0;
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        rest += got > 0 ? got : 0;
        length -= got > 0 ? (size_t)got : 0;
    }
    return true;
}

static void hear_end(struct hearing *hearing)
{
    if (hearing->is_begun)
        hearing->visitor->end(hearing->visitor->context);
    hearing->is_begun = false;
}

static void hear(struct hearing *hearing, const struct telling *telling, const char *bytes)
{
    const struct source_visitor *visitor = hearing->visitor;
    void *context = visitor->context;
    switch (telling->what) {
    case TELL_BEGIN:
        hearing->is_begun = visitor->begin(context, hearing->path, telling->kind);
        hearing->is_enough = !hearing->is_begun;
        break;
    case TELL_DATA:
        hearing->is_enough = !hearing->is_begun || !visitor->data(context, bytes, telling->length);
        break;
    case TELL_END:
        hear_end(hearing);
        break;
    case TELL_FAILED:
        visitor->failed(context, hearing->path, error_create(telling->error, "%s", bytes));
        break;
    case TELL_NOTE:
        visitor->note(context, hearing->path, bytes);
        break;
    case TELL_VIEW:
        if (visitor->view)
            visitor->view(context, hearing->path, bytes, telling->length);
        break;
    case TELL_DOING:
        snprintf(hearing->doing, sizeof hearing->doing, "%s", bytes);
        break;
    }
}

/* The child may be out of its mind: what it sends is checked like any input. */
static void hear_all(struct hearing *hearing)
{
    struct telling telling;
    char *bytes = NULL;
    size_t size = 0;
    while (!hearing->is_enough && read_whole(hearing, &telling, sizeof telling) &&
           telling.length <= TOLD_MAX) {
        if (size <= telling.length)
            bytes = must_reallocate(bytes, size = telling.length + 1);
        if (!read_whole(hearing, bytes, telling.length))
            break;
        bytes[telling.length] = '\0';
        hear(hearing, &telling, bytes);
    }
    hear_end(hearing);
    free(bytes);
}

static int wait_for(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

enum { MEMORY_GIB = 2, SECONDS = 30, BYTES_A_SECOND = 512 * 1024 };

/* A wrong length in a header makes the library copy for ever. Its bitmaps of a machine of 16 TiB
 * need 1 GiB; the slowest that a sound dump asks for is the search of all its pages, each of which
 * takes 24 bytes of the file at least: 22,000 for a second here, and 70,000 go by in one. */
static void limit_work(const char *path)
{
    unsigned long long mapped = 0;
    struct stat status;
    FILE *statm = fopen("/proc/self/statm", "re");
    bool is_known = statm && fscanf(statm, "%llu", &mapped) == 1;
    if (statm)
        fclose(statm);
    rlim_t memory = mapped * (rlim_t)sysconf(_SC_PAGESIZE) + ((rlim_t)MEMORY_GIB << 30);
    if (is_known)
        setrlimit(RLIMIT_AS, &(struct rlimit){memory, memory});
    rlim_t seconds = SECONDS;
    if (stat(path, &status) == 0)
        seconds += (rlim_t)status.st_size / BYTES_A_SECOND;
    setrlimit(RLIMIT_CPU, &(struct rlimit){seconds, seconds});
}

/* What goes wrong in there ends the child, without a word and without a core file: neither this
 * program's handlers nor those of its tests are meant for it. */
static void die_silently(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS,  SIGFPE, SIGILL,
                                  SIGABRT, SIGPIPE, SIGINT, SIGTERM};
    const struct rlimit none = {0, 0};
    sigset_t all;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], SIG_DFL);
    sigfillset(&all);
    sigprocmask(SIG_UNBLOCK, &all, NULL);
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* and nobody reads on for a parent that is gone */
}

/* glibc's "free(): invalid pointer" is no message for a user; a sanitizer's report is for who
 * tests.
 */
static void be_silent(void)
{
#ifndef __SANITIZE_ADDRESS__
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere >= 0)
        dup2(nowhere, STDERR_FILENO);
#endif
}

static void be_child(const char *path, int pipe, isolated_reader *read, void *context)
{
    const struct source_visitor visitor = {.context = &pipe,
                                           .begin = tell_begin,
                                           .data = tell_data,
                                           .end = tell_end,
                                           .failed = tell_failed,
                                           .note = tell_note,
                                           .view = tell_view};
    die_silently();
    be_silent();
    limit_work(path);
    read(path, &visitor, context);
    _exit(EXIT_SUCCESS);
}

static void fail(const struct hearing *hearing, struct error *error)
{
    hearing->visitor->failed(hearing->visitor->context, hearing->path, error);
}

/* What became of the child, which did not end as it should. */
static struct error *death(const struct hearing *hearing, int status)
{
    const char *doing = *hearing->doing ? hearing->doing : "it was opened";
    const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (signal == SIGXCPU || signal == SIGKILL)
        return error_create(ERROR_INPUT,
                            "a memory dump that took more time than a sound one needs while %s; it "
                            "is damaged: copy it again",
                            doing);
    if (signal)
        return error_create(ERROR_INPUT,
                            "a memory dump whose reader crashed (signal %d, %s) while %s; it is "
                            "damaged: copy it again",
                            signal, strsignal(signal), doing);
    if (WEXITSTATUS(status) == EXIT_OUT_OF_MEMORY)
        return error_create(ERROR_INPUT,
                            "a memory dump that took more than %d GiB of memory while %s; it is "
                            "damaged: copy it again",
                            MEMORY_GIB, doing);
    return error_create(ERROR_INPUT,
                        "a memory dump whose reader ended with status %d after %s; what it told "
                        "may not be all",
                        WEXITSTATUS(status), doing);
}

void isolate(const char *path, const struct source_visitor *visitor, isolated_reader *read,
             void *context, const atomic_bool *stop)
{
    struct hearing hearing = {.path = path, .visitor = visitor, .stop = stop};
    int ends[2];
    pid_t child = pipe2(ends, O_CLOEXEC) < 0 ? -1 : fork();
    if (child < 0) {
        fail(&hearing,
             error_create(ERROR_SYSTEM, "no process to read the dump in: %s", strerror(errno)));
        return;
    }
    if (child == 0)
        be_child(path, ends[1], read, context);
    close(ends[1]);
    hearing.pipe = ends[0];
    hear_all(&hearing);
    close(ends[0]);
    if (*stop)
        kill(child, SIGKILL);
    int status = wait_for(child);
    if (!hearing.is_enough && !*stop && (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS))
        fail(&hearing, death(&hearing, status));
}
