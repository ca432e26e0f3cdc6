/* What fails without a kill: the lines that head it, by kernel. */
#include "tests/unit/line_fixture.h"

static void test_failure__reads_the_header_of_every_era(void **state)
{
    static const struct {
        const char *line;
        int64_t order, mask;
    } rows[] = {
        {"swapper: page allocation failure. order:1, mode:0x20", 1, 0x20},
        {"swapper/0: page allocation failure: order:5, mode:0x204020", 5, 0x204020},
        {"a: page allocation failure: order:0, mode:0x2284020(GFP_ATOMIC|__GFP_COMP)", 0,
         0x2284020},
        {"perf: page allocation failure: order:4, mode:0xdc0(GFP_KERNEL|__GFP_ZERO), "
         "nodemask=(null),cpuset=/,mems_allowed=0",
         4, 0xdc0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report *report = report_begin();
        assert_non_null(report_say(report, rows[i].line));
        assert_true(report->is_failure);
        assert_amount(report->incident->trigger.order, rows[i].order);
        assert_amount(report->incident->trigger.gfp_mask, rows[i].mask);
        report_end(report);
    }
}

static void test_failure__a_stall_says_how_long(void **state)
{
    say(state, "kthreadd: page allocation stalls for 10010ms, order:1, "
               "mode:0x17000c0(GFP_KERNEL_ACCOUNT|__GFP_NOTRACK), nodemask=(null)");
    const struct trigger *trigger = &incident_of(state)->trigger;
    assert_text(trigger->comm, "kthreadd");
    assert_amount(trigger->stall_ms, 10010);
    assert_amount(trigger->order, 1);
    assert_amount(trigger->gfp_mask, 0x17000c0);
    assert_unknown(trigger->vmalloc_bytes);
}

static void test_failure__vmalloc_says_how_much_in_every_era(void **state)
{
    static const struct {
        const char *line;
        int64_t bytes, order; /* -1: not printed */
    } rows[] = {
        {"a: vmalloc: allocation failure: 16384 bytes, mode:0xcc2(GFP_KERNEL|__GFP_HIGHMEM), "
         "nodemask=(null)",
         16384, -1},
        {"a: vmalloc: allocation failure, allocated 4096 of 20480 bytes, "
         "mode:0xcc2(GFP_KERNEL|__GFP_HIGHMEM), nodemask=(null)",
         20480, -1},
        {"a: vmalloc error: size 36864, page order 0, failed to allocate pages, "
         "mode:0xcc2(GFP_KERNEL|__GFP_HIGHMEM), nodemask=(null),cpuset=/,mems_allowed=0",
         36864, 0},
        {"a: vmalloc error: size 4398046511104, exceeds total pages, "
         "mode:0xcc2(GFP_KERNEL|__GFP_HIGHMEM), nodemask=(null),cpuset=/,mems_allowed=0",
         INT64_C(4398046511104), -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report *report = report_begin();
        assert_non_null(report_say(report, rows[i].line));
        const struct trigger *trigger = &report->incident->trigger;
        assert_true(report->is_failure);
        assert_text(trigger->comm, "a");
        assert_amount(trigger->vmalloc_bytes, rows[i].bytes);
        assert_int_equal(trigger->order.known, rows[i].order >= 0);
        assert_amount(trigger->gfp_mask, 0xcc2);
        assert_unknown(trigger->stall_ms);
        report_end(report);
    }
}

static void test_failure__cpuset_stands_on_the_header_itself(void **state)
{
    say(state, "tokio: worker: page allocation failure: order:4, mode:0xdc0(GFP_KERNEL), "
               "nodemask=(null),cpuset=user.slice,mems_allowed=0-1");
    assert_text(incident_of(state)->trigger.comm, "tokio: worker");
    assert_text(incident_of(state)->trigger.cpuset, "user.slice");
    assert_text(incident_of(state)->trigger.mems_allowed, "0-1");
}

static void test_slub__names_its_cache_in_every_era(void **state)
{
    static const char *const lines[] = {
        "SLUB: Unable to allocate memory on node -1 (gfp=0x20)",
        "SLUB: Unable to allocate memory on node -1, gfp=0x20(GFP_ATOMIC)",
        "SLUB: Unable to allocate memory on CPU 1 (of node 0) on node -1, gfp=0x20(GFP_ATOMIC)",
        "SLAB: Unable to allocate memory on node 0 (gfp=0x20)",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct report *report = report_begin();
        assert_non_null(report_say(report, lines[i]));
        assert_amount(report->incident->trigger.gfp_mask, 0x20);
        assert_non_null(report_say(report, "  cache: kmalloc-64(7:web), object size: 64, buffer "
                                           "size: 64, default order: 1, min order: 0"));
        assert_text(report->incident->failure_cache, "kmalloc-64(7:web)");
        assert_amount(report->incident->trigger.order, 0);
        assert_non_null(report_say(report, "  node 0: slabs: 1, objs: 56, free: 0"));
        report_end(report);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin_report, end_report)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_failure__reads_the_header_of_every_era),
        CASE(test_failure__a_stall_says_how_long),
        CASE(test_failure__vmalloc_says_how_much_in_every_era),
        CASE(test_failure__cpuset_stands_on_the_header_itself),
        CASE(test_slub__names_its_cache_in_every_era),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
