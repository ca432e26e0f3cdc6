/*
 * Whose kernel died, and when.
 *
 * The host is what init_uts_ns calls itself. The wall clock is told by VMCOREINFO's CRASHTIME,
 * which a panic writes; beside it stands the uptime of the log's last line, written in the same
 * moment, so that what the log told before has a wall clock time too. Kernel: kernel/vmcore_info.c.
 */
#ifndef WHYOOM_PARSERS_KERNEL_CRASH_H
#define WHYOOM_PARSERS_KERNEL_CRASH_H

#include "parsers/kernel/kernel.h"

enum { HOST_SIZE = 65 /* __NEW_UTS_LEN + 1 */ };

struct crash {
    char host[HOST_SIZE];    /* empty: unknown, or never set */
    struct amount epoch_s;   /* seconds since the epoch, UTC */
    struct amount uptime_us; /* since boot, as the log counts; known only where epoch_s is */
};

void crash_read(const struct kernel *kernel, struct crash *ret);

#endif
