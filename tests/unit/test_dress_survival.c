/* What no dress may harm: the kernel's own text, and a reader of damaged or hostile lines. */
#include "tests/unit/dress_fixture.h"

#include <stdio.h>
#include <time.h>

#include "analyzer/limits.h"

static const char *const dresses[] = {
    "",
    "[12345.678901] ",
    "[12345.678901][ T2084] ",
    "[12345.678901] [    C0] ",
    "<4>[12345.678901] ",
    "[Mon Nov 23 01:02:03 2026] ",
    "[Di Nov 23 01:02:03 2026] ",
    "kern  :warn  : [12345.678901] ",
    "[12345.678901 <    0.000123>] ",
    "[Nov23 01:02] ",
    "[  +0.002367] ",
    "2026-11-23T01:02:03,456789+00:00 ",
    "4,1234,5678901234,-;",
    "4,1234,5678901234,-,caller=T12;",
    "6.4.0,4,1234,5678901234,-;",
    "Nov 23 01:02:03 db1 kernel: [12345.678901] ",
    "Nov 23 01:02:03 db1 kernel: ",
    "Nov 23 01:02:03.123456 db1 kernel: ",
    "<4>Nov 23 01:02:03 db1 kernel: ",
    "Nov 23 01:02:03 relay Nov 23 01:02:03 db1 kernel: ",
    "2026-11-23T01:02:03.123456+00:00 db1 kernel: [12345.678901] ",
    "<4>1 2026-11-23T01:02:03.003Z db1 kernel - - - ",
    "2026-11-23T01:02:03+0000 db1 kernel: ",
    "Mon 2026-11-23 01:02:03 UTC db1 kernel: ",
    "1763859723.123456 db1 kernel: ",
    "[12345.678901] db1 kernel: ",
    "2026-11-23T01:02:03.123456789Z stdout F ",
    "2026-11-23T01:02:03.123456789Z ",
    "Nov 23 01:02:03 ",
    "192.168.1.7:6665 [12345.678901] ",
    "2023-12-04T10:49:30.127Z In(05) vcpu-5 - Guest: <6>[39291577.009360] ",
    "Tue Jul 29 10:11:12 2025 kern.info kernel: [12345.678901] ",
    "[12345.678901] I[0:  kworker/0:1:  123] ",
    "[12345.678901]  [0:     swapper/0:    1] ",
    "[12345.678901] kernel: ",
    "kernel: ",
    "kernel: : ",
    "\x1b[32m[12345.678901] \x1b[0m\x1b[33m",
};

static const char *const kernel_texts[] = {
    "[ 1234]     0  1234      242        1       4        0             0 pause",
    "[  22921]     0 22921      242        1    28672        0          -998 npm start",
    "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
    "[<ffffffff81118898>] ? oom_kill_process+0x68/0x140",
    "[<c010d824>] (show_stack) from [<c0b2e174>] (dump_stack+0xa8/0xec)",
    "[c0000001cb163640] [c000000001035754] dump_stack+0xe8/0x164 (unreliable)",
    "[UFW BLOCK] IN=eth0 OUT= SRC=45.134.26.57",
    "Node 0 DMA free:15352kB min:276kB low:344kB high:412kB",
    "lowmem_reserve[]: 0 2812 3769 3769",
    "active_anon:62 inactive_anon:217 isolated_anon:0",
    "runc:[1:CHILD] invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=-999",
    "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=a\\x2db.scope,mems_allowed=0",
    "Out of memory: Killed process 15925 ((resolved)) total-vm:168424kB, anon-rss:4064kB",
    "CPU: 2 PID: 977 Comm: x Not tainted 4.18.0-139.el8 #1",
    "Mem-Info:",
    "Call Trace:",
    "Hardware name: Dell Inc. PowerEdge R7415/065PKD, BIOS 1.15.0 09/11/2020",
    "<TASK>",
};

static void test_dress_survival__the_kernels_own_text_survives_every_dress(void **state)
{
    (void)state;
    char line[1024];
    for (size_t d = 0; d < sizeof dresses / sizeof *dresses; d++)
        for (size_t t = 0; t < sizeof kernel_texts / sizeof *kernel_texts; t++) {
            if (strstr(dresses[d], ",-") && strchr(kernel_texts[t], '\\'))
                continue; /* kmsg writes a backslash as \x5c; that has a test of its own */
            int length = snprintf(line, sizeof line, "%s%s", dresses[d], kernel_texts[t]);
            struct seen *seen = seen_of(slice_of(line, (size_t)length));
            if (seen->count != 1 ||
                strcmp(slice_print(seen, seen->messages[0].text), kernel_texts[t]) != 0)
                print_message("# in the dress \"%s\"\n", dresses[d]);
            assert_int_equal(seen->count, 1);
            assert_text(0, kernel_texts[t]);
            seen_destroy(seen);
        }
}

static void test_dress_survival__time_is_linear_in_the_length_of_a_line(void **state)
{
    (void)state;
    static const char *const seeds[] = {"[",
                                        "[ ",
                                        "<4>",
                                        "\x1b[",
                                        "\x1b]",
                                        "\\x0a",
                                        "#012",
                                        "> ",
                                        "=3D",
                                        "kernel: ",
                                        "1:2:3:",
                                        "01:02:03 ",
                                        "a: ",
                                        "[1.000000] ",
                                        "{\"log\":",
                                        "\"[",
                                        "\\",
                                        "\0x",
                                        " ",
                                        "message repeated 5 times: [ ",
                                        "Nov 23 01:02:03 "};
    struct seen *seen = seen_create();
    char *line = must_allocate(2 * LIMIT_LINE);
    clock_t start = clock();
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        size_t length = strlen(seeds[i]) + (seeds[i][0] == '\0' ? 2 : 0);
        for (size_t at = 0; at < 2 * LIMIT_LINE; at++)
            line[at] = seeds[i][at % length];
        struct dress *dress = dress_create(seen_sink, seen);
        dress_line(dress, slice_of(line, 2 * LIMIT_LINE), 1, 0, 2 * LIMIT_LINE);
        dress_flush(dress);
        dress_destroy(dress);
        for (size_t at = 0; at < seen->count; at++)
            assert_true(seen->messages[at].text.length <= LIMIT_LINE);
        seen->count = seen->count > 100 ? 0 : seen->count;
    }
    assert_true(clock() - start < 20 * CLOCKS_PER_SEC);
    free(line);
    seen_destroy(seen);
}

static void ignore_message(void *context, const struct message *message)
{
    uint64_t *sum = context;
    for (size_t i = 0; i < message->text.length; i++)
        *sum += (unsigned char)message->text.data[i];
    *sum += message->host.length + message->tag.length + message->time.printed.length;
}

static void test_dress_survival__damaged_lines_do_no_harm(void **state)
{
    (void)state;
    uint64_t random = 1, sum = 0;
    char text[4096];
    struct dress *dress = dress_create(ignore_message, &sum);
    for (int round = 0; round < 4000; round++) {
        size_t length = 0;
        while (length + 600 < sizeof text && random >> 61) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
            length += (size_t)snprintf(text + length, 600, "%s%s\n",
                                       dresses[(random >> 33) % (sizeof dresses / sizeof *dresses)],
                                       kernel_texts[(random >> 45) % 18]);
        }
        for (int damage = 0; damage < 8 && length; damage++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
            text[(random >> 33) % length] = (char)(random >> 56);
        }
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
        feed_lines(dress, slice_of(text, length));
        if (round % 16 == 0)
            dress_flush(dress);
    }
    dress_flush(dress);
    dress_destroy(dress);
    assert_true(sum > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dress_survival__the_kernels_own_text_survives_every_dress),
        cmocka_unit_test(test_dress_survival__time_is_linear_in_the_length_of_a_line),
        cmocka_unit_test(test_dress_survival__damaged_lines_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
