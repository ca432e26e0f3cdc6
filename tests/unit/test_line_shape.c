/* What manuals, programs and people say of the kernel's lines makes no incident; what a log holds
 * does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/report_fixture.h"

static size_t incidents_in(const char *lines)
{
    struct session *session = session_begin();
    session_say(session, lines);
    size_t count = session_finish(session);
    session_end(session);
    return count;
}

static void test_shape__what_is_only_spoken_of_makes_no_incident(void **state)
{
    static const char *const lines[] = {
        "The kernel says `java invoked oom-killer: gfp_mask=0xcc0, order=0` in this case.",
        "    printk(KERN_WARNING \"%s invoked oom-killer: gfp_mask=%#x(%pGg), order=%d\\n\",",
        "    \"java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, \"",
        "Linux version 6.1.0 and other words of a whole log then java invoked oom-killer: "
        "gfp_mask=",
        "  :1  java invoked oom-killer: gfp_mask=0x6000c0(GFP_KERNEL), nodemask=(null), …",
        "  :36  Memory cgroup out of memory: Killed process 281482 (java) total-vm:10481…",
        "grep for 'Killed process 1234 (java)' in the log",
        "We see Out of memory: Killed process 1234 (java) every night at three.",
        "assert_text(4, \"Out of memory: Killed process 95 (eater) total-vm:99592kB, \"",
        "pr_err(\"%s: Kill process %d (%s) score %u or sacrifice child\\n\",",
        "| 3.10 | Out of memory: Kill process %d (%s) score %u or sacrifice child |",
        "the message `Out of memory and no killable processes...` is warn (4)",
        "3. panics: System is deadlocked on memory",
        "Use Alt-SysRq-f; the log says Manual OOM execution then.",
        "oom-kill lines hold ,task_memcg=/ and more",
        "    pr_warn(\"%s: page allocation failure: order:%u, mode:%#x(%pGg)\",",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (incidents_in(lines[i]) != 0)
            fail_msg("an incident of: %s", lines[i]);
}

static void test_shape__a_bare_line_as_the_kernel_prints_it_is_one(void **state)
{
    static const char *const lines[] = {
        "java invoked oom-killer: gfp_mask=0x201da, order=0, oom_adj=0",
        "npm start invoked oom-killer: gfp_mask=0x0, order=-1, oom_score_adj=0",
        /* a dress that nobody knows */
        "web1|kern|warning|java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, "
        "oom_score_adj=-998",
        "web1|kern|err|Out of memory: Killed process 145 (java) total-vm:66000kB, anon-rss:64kB, "
        "file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:168kB oom_score_adj:0",
        "Killed process 145 (java)",
        "Out of memory: Killed process 145 (a \"b\") total-vm:66000kB, anon-rss:64kB, file-rss:0kB",
        "Memory cgroup out of memory: Kill process 4015 (python) score 1923 or sacrifice child",
        "No available memory (MPOL_BIND): kill process 4015 (python) score 1923 or a child",
        "Out of memory and no killable processes...",
        "Kernel panic - not syncing: System is deadlocked on memory",
        "sysrq: Manual OOM execution",
        "perf: page allocation failure. order:4, mode:0x20",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (incidents_in(lines[i]) != 1)
            fail_msg("no incident of: %s", lines[i]);
}

static void test_shape__a_cut_line_adds_to_what_is_sure(void **state)
{
    (void)state;
    assert_int_equal(incidents_in("java invoked oom-killer: gfp_mask=0xcc0(GFP_"), 0);
    struct session *session = session_begin();
    session_say(session, "java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL)\n"
                         "memory: usage 1024kB, limit 1024kB, failcnt 3\n");
    assert_int_equal(session_finish(session), 1);
    assert_text(session->incidents[0]->trigger.comm, "java");
    session_end(session);
}

static void test_shape__in_the_dress_of_a_log_a_cut_line_was_printed(void **state)
{
    (void)state;
    assert_int_equal(incidents_in("[   10.000001] java invoked oom-killer: gfp_ma"), 1);
    assert_int_equal(incidents_in("[   10.000001] Out of memory: Killed process 145 (java) tot"),
                     1);
}

static void test_comm__is_no_longer_than_the_kernel_keeps_it(void **state)
{
    (void)state;
    assert_text(comm_of(SLICE(" kworker/u16:123 ")), "kworker/u16:123");
    assert_text(comm_of(SLICE("\\x1b[2J\\xff23456789")), "\\x1b[2J\\xff23456789");
    assert_text(comm_of(SLICE("\xef\xbf\xbd\xef\xbf\xbd"
                              "3456789012345")),
                "\xef\xbf\xbd\xef\xbf\xbd"
                "3456789012345");
    assert_int_equal(comm_of(SLICE("kworker/u16:1234")).length, 0);
}

static void test_comm__words_before_the_header_are_none(void **state)
{
    (void)state;
    struct session *session = session_begin();
    session_say(session, "[   10.000001] {\"a\":\"Linux version 6.1.0 (x) java invoked oom-killer: "
                         "gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n"
                         "[   10.000002] CPU: 0 PID: 145 Comm: java Not tainted 6.1.0 #1\n");
    assert_int_equal(session_finish(session), 1);
    assert_text(session->incidents[0]->trigger.comm, "java"); /* of the CPU's line */
    session_end(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shape__what_is_only_spoken_of_makes_no_incident),
        cmocka_unit_test(test_shape__a_bare_line_as_the_kernel_prints_it_is_one),
        cmocka_unit_test(test_shape__a_cut_line_adds_to_what_is_sure),
        cmocka_unit_test(test_shape__in_the_dress_of_a_log_a_cut_line_was_printed),
        cmocka_unit_test(test_comm__is_no_longer_than_the_kernel_keeps_it),
        cmocka_unit_test(test_comm__words_before_the_header_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
