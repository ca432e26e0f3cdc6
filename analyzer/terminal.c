#define _GNU_SOURCE /* fopencookie, posix_spawn */
#include "analyzer/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analyzer/base/arena.h"

enum { WIDTH_DEFAULT = 80, WIDTH_MIN = 60, WIDTH_MAX = 120, HEIGHT_DEFAULT = 24 };

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value && *value;
}

static bool wants_colour(enum colour_mode colour, bool is_terminal)
{
    const char *kind = getenv("TERM");
    if (colour != COLOUR_AUTO)
        return colour == COLOUR_ALWAYS;
    return is_terminal && !is_set("NO_COLOR") && kind && strcmp(kind, "dumb") != 0;
}

struct terminal terminal_probe(enum colour_mode colour)
{
    struct terminal terminal = {
        .is_terminal = isatty(STDOUT_FILENO), .width = WIDTH_DEFAULT, .height = HEIGHT_DEFAULT};
    struct winsize size;
    terminal.has_colour = wants_colour(colour, terminal.is_terminal);
    if (!terminal.is_terminal || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || !size.ws_col)
        return terminal;
    terminal.width = size.ws_col < WIDTH_MIN   ? WIDTH_MIN
                     : size.ws_col > WIDTH_MAX ? WIDTH_MAX
                                               : size.ws_col;
    terminal.height = size.ws_row ? size.ws_row : HEIGHT_DEFAULT;
    return terminal;
}

/* When an earlier write failed, its errno is gone; a pipe can still be asked for its reader. */
static bool has_lost_reader(int reason)
{
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return reason == EPIPE || (reason == 0 && poll(&output, 1, 0) == 1 && output.revents & POLLERR);
}

struct error *terminal_flush(FILE *out, bool *is_cut_off)
{
    errno = 0;
    *is_cut_off = false;
    if (fflush(out) == 0 && !ferror(out))
        return NULL;
    int reason = errno;
    *is_cut_off = has_lost_reader(reason);
    if (*is_cut_off)
        return NULL;
    return error_create(ERROR_SYSTEM, "standard output: %s",
                        reason ? strerror(reason) : "it could not be written");
}

struct pager {
    FILE *out;  /* what the caller writes to */
    FILE *sink; /* where it goes: NULL as long as it may still fit */
    char *held; /* what was written until then */
    size_t held_length;
    int lines, height;
    pid_t child; /* 0: none */
};

/* Our own ignored SIGPIPE and blocked signals are not the pager's. */
static int spawn_shell(char *command, int input, pid_t *ret)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, restored;
    char shell[] = "sh", dash_c[] = "-c", *arguments[] = {shell, dash_c, command, NULL};
    sigemptyset(&none);
    sigemptyset(&restored);
    sigaddset(&restored, SIGPIPE);
    sigaddset(&restored, SIGINT);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &restored);
    int failure = posix_spawnp(ret, "sh", &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

static FILE *start_pager(struct pager *pager)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return stdout;
    char standard[] = "less -FRX";
    int failure = spawn_shell(is_set("PAGER") ? getenv("PAGER") : standard, ends[0], &pager->child);
    close(ends[0]);
    FILE *stream = failure ? NULL : fdopen(ends[1], "w");
    if (stream)
        return stream;
    close(ends[1]);
    pager->child = 0;
    return stdout; /* long text without a pager is still an answer */
}

static void hold(struct pager *pager, const char *data, size_t length)
{
    pager->held = must_reallocate(pager->held, pager->held_length + length);
    memcpy(pager->held + pager->held_length, data, length);
    pager->held_length += length;
    for (size_t i = 0; i < length; i++)
        pager->lines += data[i] == '\n';
}

static void let_go(struct pager *pager, FILE *sink)
{
    pager->sink = sink;
    if (pager->held_length)
        fwrite(pager->held, 1, pager->held_length, sink);
    free(pager->held);
    pager->held = NULL;
    pager->held_length = 0;
}

static ssize_t take_text(void *context, const char *data, size_t length)
{
    struct pager *pager = context;
    if (pager->sink) {
        bool is_written = fwrite(data, 1, length, pager->sink) == length;
        return is_written && fflush(pager->sink) == 0 ? (ssize_t)length : 0; /* 0: failed, errno */
    }
    hold(pager, data, length);
    if (pager->lines >= pager->height)
        let_go(pager, start_pager(pager));
    return (ssize_t)length;
}

struct pager *pager_create(const struct terminal *terminal, FILE **ret)
{
    struct pager *pager = must_allocate(sizeof *pager);
    pager->height = terminal->height;
    pager->out = fopencookie(pager, "w", (cookie_io_functions_t){.write = take_text});
    if (!pager->out)
        die_out_of_memory();
    *ret = pager->out;
    return pager;
}

void pager_destroy(struct pager *pager)
{
    int status;
    fclose(pager->out);
    if (!pager->sink)
        let_go(pager, stdout);
    if (pager->child) {
        signal(SIGINT, SIG_IGN); /* Ctrl-C is the pager's, which still owns the terminal */
        fclose(pager->sink);
        while (waitpid(pager->child, &status, 0) < 0 && errno == EINTR)
            ;
    }
    free(pager);
}
