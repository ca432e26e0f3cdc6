/* Every figure that a kernel prints, era by era, each with a value of its own: the whole line is
 * read, each in its unit, and nothing else is known. Keys and their order are those of the
 * reference (3.3 and 1.6 of the formats), taken from printed reports and the kernel's own text. */
#include "tests/unit/line_fixture.h"

#define LRU5 "inactive_anon active_anon inactive_file active_file unevictable "
#define SLAB3 "slab_reclaimable slab_unreclaimable slab "
#define WS7                                                                     \
    "workingset_refault_anon workingset_refault_file workingset_activate_anon " \
    "workingset_activate_file workingset_restore_anon workingset_restore_file " \
    "workingset_nodereclaim "
#define LAZY "pglazyfree pglazyfreed "
#define THP2 "thp_fault_alloc thp_collapse_alloc "
#define NEW_TAIL                                                                \
    THP2 "thp_swpout thp_swpout_fallback numa_pages_migrated numa_pte_updates " \
         "numa_hint_faults"
#define FILES "file_mapped file_dirty file_writeback "

/* memory.stat of v2, as the report prints it: sizes in bytes, events as they are. */
static const struct {
    const char *kernel, *keys;
    int count;
} stat_eras[] = {
    {"5.3 to 5.8",
     "anon file kernel_stack slab sock shmem " FILES "anon_thp " LRU5
     "slab_reclaimable slab_unreclaimable pgfault pgmajfault workingset_refault "
     "workingset_activate workingset_nodereclaim pgrefill pgscan pgsteal pgactivate "
     "pgdeactivate " LAZY THP2,
     31},
    {"5.10",
     "anon file kernel_stack percpu sock shmem " FILES "anon_thp " LRU5 SLAB3 WS7
     "pgfault pgmajfault pgrefill pgscan pgsteal pgactivate pgdeactivate " LAZY THP2,
     36},
    {"5.15",
     "anon file kernel_stack pagetables percpu sock shmem " FILES
     "swapcached anon_thp file_thp shmem_thp " LRU5 SLAB3 WS7
     "pgfault pgmajfault pgrefill pgscan pgsteal pgactivate pgdeactivate " LAZY THP2,
     40},
    {"6.1",
     "anon file kernel kernel_stack pagetables sec_pagetables percpu sock vmalloc shmem " FILES
     "swapcached anon_thp file_thp shmem_thp " LRU5 SLAB3 WS7
     "pgscan pgsteal pgscan_kswapd pgscan_direct pgsteal_kswapd pgsteal_direct pgfault "
     "pgmajfault pgrefill pgactivate pgdeactivate " LAZY THP2,
     47},
    {"6.12",
     "anon file kernel kernel_stack pagetables sec_pagetables percpu sock vmalloc shmem " FILES
     "swapcached anon_thp file_thp shmem_thp " LRU5 SLAB3 WS7
     "pgdemote_kswapd pgdemote_direct pgdemote_khugepaged pgpromote_success pgscan pgsteal "
     "pgscan_kswapd pgscan_direct pgscan_khugepaged pgsteal_kswapd pgsteal_direct "
     "pgsteal_khugepaged pgfault pgmajfault pgrefill pgactivate pgdeactivate " LAZY
     "swpin_zero swpout_zero " NEW_TAIL,
     60},
    {"7.2",
     "anon file kernel kernel_stack pagetables sec_pagetables percpu sock vmalloc shmem zswap "
     "zswapped zswap_incomp " FILES "swapcached anon_thp file_thp shmem_thp " LRU5 SLAB3 WS7
     "pgdemote_kswapd pgdemote_direct pgdemote_khugepaged pgdemote_proactive pgsteal_kswapd "
     "pgsteal_direct pgsteal_khugepaged pgsteal_proactive pgscan_kswapd pgscan_direct "
     "pgscan_khugepaged pgscan_proactive pgrefill pgpromote_success pgscan pgsteal pswpin pswpout "
     "pgfault pgmajfault pgactivate pgdeactivate " LAZY
     "swpin_zero swpout_zero zswpin zswpout zswpwb " NEW_TAIL,
     71},
    {"with memory_hugetlb_accounting", "anon file hugetlb", 3},
    {"v1 of 6.5 and later",
     "cache rss rss_huge shmem mapped_file dirty writeback workingset_refault_anon "
     "workingset_refault_file swap swapcached pgpgin pgpgout pgfault pgmajfault " LRU5
     "hierarchical_memory_limit hierarchical_memsw_limit anon_cost file_cost",
     24},
};

/* Which of a list's figures a key is, by the name it has in records; v1 and older kernels call some
 * otherwise. */
static int place_of(const struct figure *figures, int count, struct slice key)
{
    static const char *const renamed[][2] = {
        {"cache", "file"},
        {"rss", "anon"},
        {"rss_huge", "anon_thp"},
        {"mapped_file", "file_mapped"},
        {"workingset_refault", "workingset_refault_file"},
        {"workingset_activate", "workingset_activate_file"},
        {"workingset_restore", "workingset_restore_file"},
        {"isolated(anon)", "isolated_anon"},
        {"isolated(file)", "isolated_file"},
        {"Balloon", "balloon"},
    };
    bool is_stat = figures == memcg_stats;
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
        if (slice_equal(key, slice_from_string(renamed[i][0])))
            key = slice_from_string(renamed[i][1]);
    if (is_stat && slice_equal(key, SLICE("dirty")))
        key = SLICE("file_dirty");
    if (is_stat && slice_equal(key, SLICE("writeback")))
        key = SLICE("file_writeback");
    for (int i = 0; i < count; i++)
        if (slice_equal(key, slice_from_string(figures[i].name)))
            return i;
    fail_msg("no figure is called %.*s", SLICE_ARG(key));
    return 0;
}

/* The key in place N has the value N * @p scale, and no other is known. */
static void check_all(const char *era, const struct figure *figures, int figures_count,
                      const struct amount *amounts, const char *keys, int64_t scale)
{
    struct slice rest = slice_from_string(keys), key;
    int number = 0, known = 0;
    while ((key = slice_word(&rest)).length) {
        struct amount amount = amounts[place_of(figures, figures_count, key)];
        if (!amount.known || amount.value != ++number * scale)
            fail_msg("%s: %.*s is %s%lld, not %lld", era, SLICE_ARG(key),
                     amount.known ? "" : "unknown, ", (long long)amount.value,
                     (long long)(number * scale));
    }
    for (int i = 0; i < figures_count; i++)
        known += amounts[i].known;
    assert_int_equal(known, number);
}

static int words_in(const char *keys)
{
    struct slice rest = slice_from_string(keys);
    int count = 0;
    while (slice_word(&rest).length)
        count++;
    return count;
}

static void say_stats(struct report *report, const char *keys, const char *prefix, int scale)
{
    struct slice rest = slice_from_string(keys), key;
    char line[120];
    for (int number = 1; (key = slice_word(&rest)).length; number++) {
        snprintf(line, sizeof line, "%s%.*s %d", prefix, SLICE_ARG(key), number * scale);
        if (!report_say(report, line))
            fail_msg("no row reads \"%s\"", line);
    }
}

static void test_stats__every_key_of_every_kernel_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof stat_eras / sizeof *stat_eras; i++) {
        struct report *report = report_begin();
        report_say(report, "Memory cgroup stats for /box:");
        say_stats(report, stat_eras[i].keys, "", 1);
        assert_int_equal(words_in(stat_eras[i].keys), stat_eras[i].count);
        check_all(stat_eras[i].kernel, memcg_stats, STAT_COUNT, report->incident->memcg.stat,
                  stat_eras[i].keys, 1);
        report_end(report);
    }
}

/* v1 prints its own figures, then the subtree's; those count. */
static void test_stats__every_total_of_v1_wins(void **state)
{
    (void)state;
    static const char keys[] =
        "cache rss rss_huge shmem mapped_file dirty writeback workingset_refault_anon "
        "workingset_refault_file swap swapcached pgpgin pgpgout pgfault pgmajfault " LRU5;
    struct report *report = report_begin();
    report_say(report, "Memory cgroup stats for /pod:");
    say_stats(report, keys, "", 1);
    say_stats(report, keys, "total_", 100);
    check_all("totals", memcg_stats, STAT_COUNT, report->incident->memcg.stat, keys, 100);
    report_end(report);
}

/* Counts: what the kernel names pg*, workingset_*, thp_*, numa_*, and swaps of single pages. */
static void test_stats__what_is_no_event_is_bytes(void **state)
{
    (void)state;
    static const char *const events[] = {"pg",      "workingset_", "pswp",      "swpin_",
                                         "swpout_", "zswpi",       "zswpo",     "zswpw",
                                         "thp_",    "numa_",       "anon_cost", "file_cost"};
    for (int i = 0; i < STAT_COUNT; i++) {
        bool is_event = false;
        for (size_t k = 0; k < sizeof events / sizeof *events; k++)
            is_event |=
                slice_starts(slice_from_string(memcg_stats[i].name), slice_from_string(events[k]));
        if (memcg_stats[i].unit != (is_event ? UNIT_COUNT : UNIT_BYTES))
            fail_msg("%s has the wrong unit", memcg_stats[i].name);
    }
}

/* "key:NUNIT key:NUNIT ..." behind @p start. */
static void say_list(struct report *report, const char *start, const char *keys, const char *unit,
                     const char *tail)
{
    char line[2000];
    size_t at = (size_t)snprintf(line, sizeof line, "%s", start);
    struct slice rest = slice_from_string(keys), key;
    for (int number = 1; (key = slice_word(&rest)).length; number++) {
        bool is_capital = slice_ends(key, SLICE("_highatomic")); /* as it is printed */
        at += (size_t)snprintf(line + at, sizeof line - at, "%.*s:%d%s ", SLICE_ARG(key), number,
                               is_capital ? "KB" : unit);
    }
    snprintf(line + at, sizeof line - at, "%s", tail);
    if (!report_say(report, line))
        fail_msg("no row reads \"%s\"", line);
}

/* 3.9 to 5.2: one line a cgroup, in KB. */
static void test_stats__every_key_of_the_old_line_is_kb(void **state)
{
    (void)state;
    static const char *const eras[] = {
        "cache rss rss_huge mapped_file swap " LRU5,
        "cache rss rss_huge mapped_file dirty writeback swap " LRU5,
        "cache rss rss_huge shmem mapped_file dirty writeback swap " LRU5,
    };
    for (size_t i = 0; i < sizeof eras / sizeof *eras; i++) {
        struct report *report = report_begin();
        say_list(report, "Memory cgroup stats for /a: ", eras[i], "KB", "");
        check_all("old line", memcg_stats, STAT_COUNT, report->incident->memcg.stat, eras[i], 1024);
        report_end(report);
    }
}

/* ---- Mem-Info: counters in pages, node and zone lines in kB */

#define LRU6 "active_anon inactive_anon isolated_anon|active_file inactive_file isolated_file|"

static void test_counters__every_kernel_prints_pages(void **state)
{
    (void)state;
    static const char *const eras[] = {
        /* 2.6.32; 3.7; 4.1; 5.8; 5.15; 6.1 on */
        LRU6 "unevictable dirty writeback unstable|free slab_reclaimable slab_unreclaimable|"
             "mapped shmem pagetables bounce",
        LRU6 "unevictable dirty writeback unstable|free slab_reclaimable slab_unreclaimable|"
             "mapped shmem pagetables bounce|free_cma",
        LRU6 "unevictable dirty writeback unstable|slab_reclaimable slab_unreclaimable|"
             "mapped shmem pagetables bounce|free free_pcp free_cma",
        LRU6 "unevictable dirty writeback|slab_reclaimable slab_unreclaimable|"
             "mapped shmem pagetables bounce|free free_pcp free_cma",
        LRU6 "unevictable dirty writeback|slab_reclaimable slab_unreclaimable|"
             "mapped shmem pagetables bounce|kernel_misc_reclaimable|free free_pcp free_cma",
        LRU6 "unevictable dirty writeback|slab_reclaimable slab_unreclaimable|"
             "mapped shmem pagetables|sec_pagetables bounce|kernel_misc_reclaimable|"
             "free free_pcp free_cma",
    };
    for (size_t i = 0; i < sizeof eras / sizeof *eras; i++) {
        struct report *report = report_begin();
        report_say(report, "Mem-Info:");
        struct slice lines = slice_from_string(eras[i]);
        for (int number = 1; lines.length;) {
            struct slice line = slice_cut(&lines, '|'), key;
            char text[300];
            size_t at = 0;
            while ((key = slice_word(&line)).length)
                at += (size_t)snprintf(text + at, sizeof text - at, " %.*s:%d", SLICE_ARG(key),
                                       number++);
            assert_non_null(report_say(report, text));
        }
        char keys[500];
        snprintf(keys, sizeof keys, "%s", eras[i]);
        for (char *bar; (bar = strchr(keys, '|'));)
            *bar = ' ';
        check_all("counters", mem_figures, MEM_COUNT, report->incident->host_memory.figure, keys,
                  1);
        report_end(report);
    }
}

#define NODE_LRU                                                                      \
    "active_anon inactive_anon active_file inactive_file unevictable isolated(anon) " \
    "isolated(file) "
#define NODE_USE "mapped dirty writeback shmem "
#define NODE_THP "shmem_thp shmem_pmdmapped anon_thp "

static void test_node__every_kernel_prints_kib(void **state)
{
    (void)state;
    static const struct {
        const char *keys, *tail_keys;
    } eras[] = {
        {NODE_LRU, ""},                                                                  /* 4.8 */
        {NODE_LRU NODE_USE NODE_THP "writeback_tmp unstable", ""},                       /* 4.9 */
        {NODE_LRU NODE_USE NODE_THP "writeback_tmp", ""},                                /* 5.8 */
        {NODE_LRU NODE_USE NODE_THP "writeback_tmp kernel_stack shadow_call_stack", ""}, /* 5.9 */
        {NODE_LRU NODE_USE NODE_THP "writeback_tmp kernel_stack pagetables", ""},        /* 5.11 */
        {NODE_LRU NODE_USE NODE_THP "writeback_tmp kernel_stack pagetables sec_pagetables",
         ""}, /* 6.1 */
        {NODE_LRU NODE_USE NODE_THP "kernel_stack pagetables sec_pagetables",
         " Balloon:18kB gpu_active:19kB gpu_reclaim:20kB"}, /* 7.2 */
    };
    for (size_t i = 0; i < sizeof eras / sizeof *eras; i++) {
        struct report *report = report_begin();
        char tail[120], keys[500];
        snprintf(tail, sizeof tail, "all_unreclaimable? no%s", eras[i].tail_keys);
        say_list(report, "Node 0 ", eras[i].keys, "kB", tail);
        snprintf(keys, sizeof keys, "%s %s", eras[i].keys,
                 eras[i].tail_keys[0] ? "Balloon gpu_active gpu_reclaim" : "");
        if (eras[i].tail_keys[0])
            assert_int_equal(words_in(eras[i].keys), 17);
        assert_int_equal(report->incident->host_memory.nodes_count, 1);
        check_all("node", node_figures, NODE_COUNT, report->incident->host_memory.nodes[0].figure,
                  keys, 1024);
        report_end(report);
    }
}

#define ZONE_MARKS "free min low high "
#define ZONE_LRU "active_anon inactive_anon active_file inactive_file unevictable "
#define ZONE_OWN "present managed mlocked "
#define ZONE_PCP "free_pcp local_pcp free_cma"

/* One record holds what 2.6.32 to 4.7 print of a zone's use. */
#define ZONE_ALL                                                                             \
    "mlocked dirty writeback mapped shmem slab_reclaimable slab_unreclaimable kernel_stack " \
    "pagetables unstable bounce "

static void test_zone__every_kernel_prints_kib(void **state)
{
    (void)state;
    static const char *const eras[] = {
        ZONE_MARKS ZONE_LRU "isolated(anon) isolated(file) present " ZONE_ALL "writeback_tmp",
        ZONE_MARKS ZONE_LRU "isolated(anon) isolated(file) present managed " ZONE_ALL
                            "free_cma writeback_tmp",
        ZONE_MARKS ZONE_LRU "isolated(anon) isolated(file) present managed " ZONE_ALL ZONE_PCP
                            " writeback_tmp",
        ZONE_MARKS ZONE_LRU
        "writepending " ZONE_OWN
        "slab_reclaimable slab_unreclaimable kernel_stack pagetables bounce " ZONE_PCP, /* 4.8 */
        ZONE_MARKS ZONE_LRU "writepending " ZONE_OWN
                            "kernel_stack pagetables bounce " ZONE_PCP, /* 4.13 */
        ZONE_MARKS "reserved_highatomic " ZONE_LRU "writepending " ZONE_OWN
                   "kernel_stack pagetables bounce " ZONE_PCP, /* 5.5 */
        ZONE_MARKS "reserved_highatomic " ZONE_LRU "writepending " ZONE_OWN
                   "pagetables bounce " ZONE_PCP, /* 5.9 */
        ZONE_MARKS "reserved_highatomic " ZONE_LRU "writepending " ZONE_OWN
                   "bounce " ZONE_PCP, /* 5.11 */
        "free boost min low high reserved_highatomic " ZONE_LRU "writepending " ZONE_OWN
        "bounce " ZONE_PCP, /* 5.16 */
        "free boost min low high reserved_highatomic free_highatomic " ZONE_LRU
        "writepending zspages " ZONE_OWN "bounce " ZONE_PCP, /* 7.2 */
    };
    for (size_t i = 0; i < sizeof eras / sizeof *eras; i++) {
        struct report *report = report_begin();
        say_list(report, "Node 0 Normal ", eras[i], "kB", "");
        assert_int_equal(report->incident->host_memory.zones_count, 1);
        check_all("zone", zone_figures, ZONE_COUNT, report->incident->host_memory.zones[0].figure,
                  eras[i], 1024);
        report_end(report);
    }
}

static void test_totals__lines_of_old_kernels_add_nothing(void **state)
{
    say(state, "5 pages shared");
    say(state, "6 pages non-shared");
    say(state, "7 pages in pagetable cache");
    say(state, "Swap cache stats: add 8, delete 9, find 10/11");
    const struct host_memory *host = &incident_of(state)->host_memory;
    const struct amount totals[] = {host->ram,       host->highmem,    host->reserved,
                                    host->pagecache, host->swap_cache, host->cma_reserved,
                                    host->hwpoisoned};
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++)
        assert_unknown(totals[i]);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin_report, end_report)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_stats__every_key_of_every_kernel_is_read),
        CASE(test_stats__every_total_of_v1_wins),
        CASE(test_stats__what_is_no_event_is_bytes),
        CASE(test_stats__every_key_of_the_old_line_is_kb),
        CASE(test_counters__every_kernel_prints_pages),
        CASE(test_node__every_kernel_prints_kib),
        CASE(test_zone__every_kernel_prints_kib),
        CASE(test_totals__lines_of_old_kernels_add_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
