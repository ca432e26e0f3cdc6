#define _GNU_SOURCE /* asprintf */
#include "parsers/source/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/arena.h"
#include "parsers/source/file.h"
#include "parsers/source/journal_daemon.h"
#include "parsers/source/truncation.h"
#include "parsers/source/walk.h"

#define NEEDS_ROOT "not readable for this user; root sees it (sudo whyoom)"

/* Debian's, Red Hat's, and what is left when nobody splits the kernel's messages off. */
static const char *const logs[] = {"/var/log/kern.log", "/var/log/messages", "/var/log/syslog"};

static const char *const crash_directories[] = {
    "/sys/fs/pstore",          /* until systemd-pstore or somebody empties it */
    "/var/lib/systemd/pstore", /* where systemd-pstore moves it */
    "/var/crash",              /* kdump of most distributions */
    "/var/lib/kdump",          /* of some */
};

/* True when it can be read; says so when only a right is missing. */
static bool is_readable(struct walk *walk, const char *path)
{
    struct stat status;
    int mode = stat(path, &status) == 0 && S_ISDIR(status.st_mode) ? R_OK | X_OK : R_OK;
    if (access(path, mode) == 0)
        return true;
    if (errno == EACCES || errno == EPERM)
        walk_note(walk, path, NEEDS_ROOT);
    return false;
}

static char *below(const char *root, const char *path)
{
    char *joined;
    if (asprintf(&joined, "%s%s", root, path) < 0)
        die_out_of_memory();
    return joined;
}

bool machine_deliver_log(struct walk *walk, const char *root)
{
    bool found = false;
    for (size_t i = 0; i < sizeof logs / sizeof *logs && !found; i++) {
        char *path = below(root, logs[i]);
        found = is_readable(walk, path);
        if (found)
            walk_path(walk, path);
        free(path);
    }
    return found;
}

void machine_deliver_crashes(struct walk *walk, const char *root)
{
    for (size_t i = 0; i < sizeof crash_directories / sizeof *crash_directories; i++) {
        char *path = below(root, crash_directories[i]);
        if (is_readable(walk, path)) {
            walk_path(walk, path);
            walk_finish(walk, path);
            *walk = (struct walk){.visitor = walk->visitor};
        }
        free(path);
    }
}

/* The kernel's ring buffer, which holds only the newest messages. */
static bool deliver_ring_buffer(struct walk *walk)
{
    static const char path[] = "/dev/kmsg";
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) {
        if (errno == EACCES || errno == EPERM)
            walk_note(walk, path, NEEDS_ROOT);
        return false;
    }
    walk_note(walk, path, "no journal of this boot can be read; reading the kernel's ring buffer");
    struct input *input = file_input(file, true, NULL);
    stream_deliver_text(walk, path, input);
    input_destroy(input);
    return true;
}

void source_walk_machine(const struct source_visitor *visitor)
{
    struct walk walk = {.visitor = visitor};
    truncation_survive();
    if (!journal_daemon_deliver_boot(&walk) && !deliver_ring_buffer(&walk) &&
        !machine_deliver_log(&walk, ""))
        walk_note(&walk, "this machine",
                  "no journal, ring buffer or log of the kernel can be read%s",
                  geteuid() == 0 ? "" : "; try it as root");
    machine_deliver_crashes(&walk, "");
}
