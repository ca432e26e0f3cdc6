/* Every row of the table of dresses against its own sample, and the hand-written shortcuts against
 * the rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "parsers/log/dress_row.h"

static const char *const provenances[] = {"file", "kernel", "container", "user"};

static void add_text(char *out, size_t size, const char *key, struct slice value)
{
    size_t used = strlen(out);
    if (value.length)
        snprintf(out + used, size - used, "%s%s=%.*s", used ? " " : "", key, SLICE_ARG(value));
}

static void add_number(char *out, size_t size, const char *key, int64_t value)
{
    size_t used = strlen(out);
    snprintf(out + used, size - used, "%s%s=%lld", used ? " " : "", key, (long long)value);
}

/** What a prefix says, as the rows' `expected` writes it: members that are set, in this order. */
static void print_prefix(const struct prefix *prefix, char *out, size_t size)
{
    const struct message *message = &prefix->message;
    out[0] = '\0';
    if (prefix->is_dropped)
        snprintf(out, size, "dropped%s", prefix->is_pstore ? " pstore" : "");
    if (prefix->is_boot && message->boot.length == 0)
        strcat(out, " boot=");
    add_text(out, size, "boot", message->boot);
    if (message->time.has_wall)
        add_number(out, size, "wall", message->time.wall_us);
    add_text(out, size, "printed", message->time.printed);
    if (message->time.has_monotonic)
        add_number(out, size, "monotonic", message->time.monotonic_us);
    add_text(out, size, "host", message->host);
    add_text(out, size, "tag", message->tag);
    add_text(out, size, "caller", message->caller);
    if (message->priority >= 0)
        add_number(out, size, "priority", message->priority);
    if (prefix_provenance(prefix) != PROVENANCE_FILE)
        add_text(out, size, "provenance",
                 slice_from_string(provenances[prefix_provenance(prefix)]));
    add_text(out, size, "text", message->text);
}

static void test_dress_row__each_sample_is_matched_by_its_own_row_first(void **state)
{
    (void)state;
    struct dress_matcher *matcher = dress_matcher_create();
    const struct dress_row *own;
    for (size_t i = 0; (own = dress_row_at(i)); i++) {
        struct prefix prefix = prefix_of(slice_from_string(own->sample));
        const struct dress_row *row = dress_matcher_take(matcher, &prefix);
        assert_non_null(row);
        assert_string_equal(row->name, own->name);
    }
    dress_matcher_destroy(matcher);
}

static void test_dress_row__each_sample_fills_the_members_that_its_row_promises(void **state)
{
    (void)state;
    struct dress_matcher *matcher = dress_matcher_create();
    const struct dress_row *row;
    char printed[1024];
    for (size_t i = 0; (row = dress_row_at(i)); i++) {
        struct prefix prefix = prefix_of(slice_from_string(row->sample));
        dress_matcher_take(matcher, &prefix);
        print_prefix(&prefix, printed, sizeof printed);
        assert_string_equal(printed, row->expected);
        assert_true(row->origin && row->origin[0]);
    }
    dress_matcher_destroy(matcher);
}

/* The kernel's own words, in some of which a tool's name, number or cell could be seen. */
static const char *const kernel_lines[] = {
    "Mem-Info:",
    "Node 0 DMA: 1*4kB (U) 0*8kB = 4kB",
    "12345 total pagecache pages",
    "a: page allocation failure: order:4, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), nodemask=(null)",
    "a invoked oom-killer: gfp_mask=0x100cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0",
    "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom",
    "Killed process 7 (a: [b]) total-vm:1kB, anon-rss:0kB, file-rss:0kB",
    "CPU: 2 PID: 977 Comm: a 12:30:00 Not tainted 4.18.0-139.el8 #1",
};

static void test_dress_row__the_kernels_words_are_no_prefix(void **state)
{
    (void)state;
    struct dress_matcher *matcher = dress_matcher_create();
    for (size_t i = 0; i < sizeof kernel_lines / sizeof *kernel_lines; i++) {
        struct prefix prefix = prefix_of(slice_from_string(kernel_lines[i]));
        assert_null(dress_matcher_take(matcher, &prefix));
    }
    dress_matcher_destroy(matcher);
}

/* Lines whose first prefix both ways know; the shortcut must not be of another opinion. */
static const char *const common_lines[] = {
    "Nov 23 01:02:03 db1 kernel: [   12.345678] Mem-Info:",
    "Nov  3 01:02:03 db1 systemd-oomd[612]: Killed /a",
    "Nov 23 01:02:03 db1 Server_Administrator: text",
    "Nov 23 01:02:03 fe80::1 kernel: text",
    "Nov 23 01:02:03 db1 kernel:",
    "Nov 23 01:02:03 db1 kern.warn kernel: text",
    "Nov 23 01:02:03 kernel: text",
    "Nov 23 01:02:03 db1 ntpd[12: text",
    "[   12.345678] Mem-Info:",
    "[   12.345678]",
    "[   12.345678][    C0] Mem-Info:",
    "[   12.345678] [   T12] Mem-Info:",
    "[   12.345678]Mem-Info:",
    "[   12.34567] Mem-Info:",
    "[   12.345678] db1 kernel: text",
    "[   12.345678] db1 systemd-oomd[612]: text",
    "[   12.345678] Call Trace: text",
    "[ 1234]     0  1234      242        1       4        0             0 a",
    "[123456789012345678901234567890.345678] Mem-Info:",
    "<4>[   12.345678] Mem-Info:",
    "2026-11-23T01:02:03.123456+00:00 db1 kernel: [   12.345678] Mem-Info:",
    "2026-11-23T01:02:03Z db1 systemd-oomd[612]: Killed /a due to",
    "2026-11-23T01:02:03.5-05:30 db1 kernel: [   12.345678] Mem-Info:",
    "2026-11-23T01:02:03+0000 db1 kernel: [   12.345678] Mem-Info:",
    "2026-11-23T01:02:03,123456+00:00 db1 kernel: Mem-Info:",
    "2026-11-23T01:02:03.123456Z stdout F kernel: [   12.345678] Mem-Info:",
    "2026-11-23T25:02:03.123456Z db1 kernel: [   12.345678] Mem-Info:",
    "2023-12-04T10:49:30.127Z In(05) vcpu-5 - Guest: <6>[391.009360] text",
    "2 k6-11-23T01:02:03.123456Z db1 kernel: a text of forty bytes",
    "<1234>text",
    "<TASK>",
};

static void test_dress_row__the_shortcut_agrees_with_the_table(void **state)
{
    (void)state;
    struct dress_matcher *matcher = dress_matcher_create();
    char by_hand[1024], by_row[1024];
    for (size_t i = 0; i < sizeof common_lines / sizeof *common_lines; i++) {
        struct prefix prefix = prefix_of(slice_from_string(common_lines[i]));
        if (!prefix_take_common(&prefix))
            continue;
        print_prefix(&prefix, by_hand, sizeof by_hand);
        prefix = prefix_of(slice_from_string(common_lines[i]));
        assert_non_null(dress_matcher_take(matcher, &prefix));
        print_prefix(&prefix, by_row, sizeof by_row);
        assert_string_equal(by_hand, by_row);
    }
    dress_matcher_destroy(matcher);
}

static void test_dress_row__the_shortcut_takes_the_two_commonest_shapes(void **state)
{
    (void)state;
    struct prefix prefix = prefix_of(slice_from_string(common_lines[0]));
    assert_int_equal(prefix_take_common(&prefix), LAYER_SYSLOG);
    assert_int_equal(prefix_take_common(&prefix), LAYER_STAMP);
    assert_int_equal(prefix.message.time.monotonic_us, 12345678);
    assert_true(slice_equal(prefix.message.text, SLICE("Mem-Info:")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dress_row__each_sample_is_matched_by_its_own_row_first),
        cmocka_unit_test(test_dress_row__each_sample_fills_the_members_that_its_row_promises),
        cmocka_unit_test(test_dress_row__the_kernels_words_are_no_prefix),
        cmocka_unit_test(test_dress_row__the_shortcut_agrees_with_the_table),
        cmocka_unit_test(test_dress_row__the_shortcut_takes_the_two_commonest_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
