/*
 * A memcg report said stage by stage, for tests of streams that hold many.
 */
#ifndef WHYOOM_TESTS_STAGES_FIXTURE_H
#define WHYOOM_TESTS_STAGES_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/report_fixture.h"

/* The stages of a memcg report, told apart by its process and, where wanted, its caller. */
enum stage { HEAD, CPU, TRACE, LIMITS, STATS, TABLE, ROW, SUMMARY, KILL, STAGES };

static inline void say_stage(struct session *session, enum stage stage, int pid, double s,
                             const char *caller)
{
    char line[400], text[300];
    const char *formats[STAGES + 1] = {
        [HEAD] = "p%d invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
        [CPU] = "CPU: 0 PID: %d Comm: x Not tainted 6.1.0-13-amd64 #1",
        [TRACE] = " frame_of_%d+0x1/0x2",
        [LIMITS] = "memory: usage %dkB, limit 65536kB, failcnt 19",
        [STATS] = "Memory cgroup stats for /box%d:",
        [TABLE] = "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj "
                  "name",
        [ROW] = "[ %6d]     0   145    16500    16000   172032        3             0 x",
        [SUMMARY] = "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
                    "oom_memcg=/box,task_memcg=/box,task=x,pid=%d,uid=0",
        [KILL] = "Memory cgroup out of memory: Killed process %d (x) total-vm:9kB, anon-rss:8kB, "
                 "file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0",
        [STAGES] = "usb 1-1: new device number %d",
    };
    const char *format = formats[stage];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, sizeof text, format, pid);
#pragma GCC diagnostic pop
    snprintf(line, sizeof line, "[%12.6f]%s %s", s, caller, text);
    session_say_line(session, slice_from_string(line));
}

static inline void say_report(struct session *session, int pid, double s)
{
    for (enum stage stage = HEAD; stage < STAGES; stage++)
        say_stage(session, stage, pid, s + 0.001 * stage, "");
}

static inline void check_report(const struct incident *incident, int pid)
{
    char name[20];
    snprintf(name, sizeof name, "p%d", pid);
    assert_true(slice_equal(incident->trigger.comm, slice_from_string(name)));
    assert_amount(incident->trigger.pid, pid);
    assert_amount(incident->memcg.memory.usage, KIB(pid));
    assert_int_equal(incident->trigger.stack_count, 1);
    assert_int_equal(incident->tasks_count, 1);
    assert_int_equal(incident->tasks[0].pid, pid);
    assert_int_equal(incident->victims_count, 1);
    assert_amount(incident->victims[0].pid, pid);
}

static inline struct incident *nth(void **state, size_t n)
{
    struct session *session = *state;
    assert_true(n < session->count);
    return session->incidents[n];
}

#endif
