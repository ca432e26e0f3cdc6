/* Kill lines and what follows them: what each line says, by kernel. */
#include "tests/unit/line_fixture.h"

/* ---- choice and kill lines of section 1.9 */

struct kill_row {
    const char *line, *comm, *message;
    int64_t pid, uid, total_vm_kib, anon_kib, shmem_kib, pgtables_kib, adj; /* -1: not printed */
};

static void check_kill(const struct kill_row *row)
{
    struct report *report = report_begin();
    const struct line_format *format = report_say(report, row->line);
    if (!format || report->incident->victims_count != 1)
        fail_msg("\"%s\" is no kill", row->line);
    const struct victim *victim = &report->incident->victims[0];
    const struct {
        struct amount amount;
        int64_t expected;
    } amounts[] = {
        {victim->pid, row->pid},
        {victim->uid, row->uid},
        {victim->total_vm, row->total_vm_kib < 0 ? -1 : KIB(row->total_vm_kib)},
        {victim->anon_rss, row->anon_kib < 0 ? -1 : KIB(row->anon_kib)},
        {victim->shmem_rss, row->shmem_kib < 0 ? -1 : KIB(row->shmem_kib)},
        {victim->pgtables, row->pgtables_kib < 0 ? -1 : KIB(row->pgtables_kib)},
        {victim->oom_score_adj, row->adj},
    };
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        assert_int_equal(amounts[i].amount.known, amounts[i].expected != -1);
        if (amounts[i].amount.known)
            assert_int_equal(amounts[i].amount.value, amounts[i].expected);
    }
    if (!slice_equal(victim->comm, slice_from_string(row->comm)))
        fail_msg("\"%s\": comm is \"%.*s\"", row->line, SLICE_ARG(victim->comm));
    if (!slice_equal(victim->message, slice_from_string(row->message)))
        fail_msg("\"%s\": message is \"%.*s\"", row->line, SLICE_ARG(victim->message));
    assert_true(victim->is_chosen);
    assert_true(report->incident->has_kill_line && report->is_done);
    report_end(report);
}

static void test_kill__reads_the_line_of_every_era(void **state)
{
    static const struct kill_row rows[] = {
        {"Out of memory: Killed process 12 (a).", "a", "Out of memory", 12, -1, -1, -1, -1, -1, -1},
        {"2m   Warning   OOMKilling   node/worker-1   Memory cgroup out of memory: Killed process "
         "12 (a  b) total-vm:100kB, anon-rss:50kB",
         "a  b", "Memory cgroup out of memory", 12, -1, 100, 50, -1, -1, -1},
        {"Killed process 12 (a)", "a", "", 12, -1, -1, -1, -1, -1, -1},
        {"Killed process 12 (a) vsz:100kB, anon-rss:50kB, file-rss:7kB", "a", "", 12, -1, 100, 50,
         -1, -1, -1},
        {"Killed process 28438 (php) total-vm:386432kB, anon-rss:9132kB, file-rss:1kB", "php", "",
         28438, -1, 386432, 9132, -1, -1, -1},
        {"Killed process 40738, UID 27, (mysqld) total-vm:2506848kB, anon-rss:731648kB, "
         "file-rss:8kB",
         "mysqld", "", 40738, 27, 2506848, 731648, -1, -1, -1},
        {"Killed process 1 (tidb-server), UID 1000, total-vm:34kB, anon-rss:31kB, file-rss:0kB, "
         "shmem-rss:5kB",
         "tidb-server", "", 1, 1000, 34, 31, 5, -1, -1},
        {"Killed process 3 (java) total-vm:9kB, anon-rss:8kB, file-rss:1kB, shmem-rss:2kB", "java",
         "", 3, -1, 9, 8, 2, -1, -1},
        {"Memory cgroup out of memory: Killed process 4 (java) total-vm:9kB, anon-rss:8kB, "
         "file-rss:1kB, shmem-rss:2kB",
         "java", "Memory cgroup out of memory", 4, -1, 9, 8, 2, -1, -1},
        {"Out of memory: Killed process 5 (java) total-vm:9kB, anon-rss:8kB, file-rss:1kB, "
         "shmem-rss:2kB, UID:33 pgtables:112kB oom_score_adj:-997",
         "java", "Out of memory", 5, 33, 9, 8, 2, 112, -997},
        {"Out of memory (oom_kill_allocating_task): Killed process 6 (java) total-vm:9kB, "
         "anon-rss:8kB, file-rss:1kB, shmem-rss:2kB, UID:0 pgtables:1kB oom_score_adj:0",
         "java", "Out of memory (oom_kill_allocating_task)", 6, 0, 9, 8, 2, 1, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_kill(&rows[i]);
}

static void test_kill__comm_cannot_forge_what_surrounds_it(void **state)
{
    static const struct kill_row rows[] = {
        {"Out of memory: Killed process 5 (evil) total-vm:) total-vm:9kB, anon-rss:8kB, "
         "file-rss:1kB, shmem-rss:2kB, UID:33 pgtables:112kB oom_score_adj:7",
         "evil) total-vm:", "Out of memory", 5, 33, 9, 8, 2, 112, 7},
        {"Out of memory: Killed process 5 (ill process 7 () total-vm:9kB, anon-rss:8kB, "
         "file-rss:1kB, shmem-rss:2kB, UID:33 pgtables:112kB oom_score_adj:7",
         "ill process 7 (", "Out of memory", 5, 33, 9, 8, 2, 112, 7},
        {"Out of memory: Killed process 5 (x: Killed) total-vm:9kB, anon-rss:8kB, "
         "file-rss:1kB, shmem-rss:2kB, UID:33 pgtables:112kB oom_score_adj:7",
         "x: Killed", "Out of memory", 5, 33, 9, 8, 2, 112, 7},
        {"Killed process 5 (((resolved))) total-vm:9kB, anon-rss:8kB, file-rss:1kB", "((resolved))",
         "", 5, -1, 9, 8, -1, -1, -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_kill(&rows[i]);
}

static void test_kill__a_line_cut_inside_a_number_leaves_it_unknown(void **state)
{
    static const struct kill_row row = {
        "Out of memory: Killed process 5 (java) total-vm:9kB, anon-rss:81",
        "java",
        "Out of memory",
        5,
        -1,
        9,
        -1,
        -1,
        -1,
        -1};
    (void)state;
    check_kill(&row);
}

static void test_kill__an_unfinished_name_is_at_most_what_the_kernel_keeps(void **state)
{
    say(state, "Out of memory: Killed process 5 (a name with a new");
    assert_text(only_victim(state)->comm, "a name with a n");
}

static void test_kill__numbers_past_64_bits_are_unknown(void **state)
{
    say(state, "Killed process 5 (java) total-vm:99999999999999999999kB, anon-rss:8kB, "
               "file-rss:18014398509481983kB");
    assert_unknown(only_victim(state)->total_vm);
    assert_amount(only_victim(state)->anon_rss, KIB(8));
    assert_unknown(only_victim(state)->file_rss);
}

static void test_kill__other_programs_words_are_none(void **state)
{
    (void)state;
    assert_null(line_format_find(SLICE("Killed process group of session 3"), BLOCK_NONE));
    assert_null(line_format_find(SLICE("init: Killed processes: 12"), BLOCK_NONE));
}

static void test_choice__reads_score_and_waits_for_the_kill(void **state)
{
    static const char *const lines[] = {
        "Memory cgroup out of memory: Kill process 4015 (python) score 1923 or sacrifice child",
        "Memory cgroup out of memory: kill process 4015 (python) score 1923 or a child",
        "Memory cgroup out of memory: Kill process 4015 (python) score 1923 and children.",
        "3m   Warning   OOMKilling   node/worker-1   Memory cgroup out of memory: Kill process "
        "4015 (python) score 1923 or sacrifice child",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct report *report = report_begin();
        assert_non_null(report_say(report, lines[i]));
        assert_int_equal(shape_of_choice(slice_from_string(lines[i])), SHAPE_WHOLE);
        assert_int_equal(report->incident->victims_count, 1);
        assert_amount(report->incident->victims[0].score, 1923);
        assert_text(report->incident->victims[0].message, "Memory cgroup out of memory");
        assert_text(report->incident->victims[0].comm, "python");
        assert_true(report->expects_kill);
        assert_false(report->incident->has_kill_line);
        report_end(report);
    }
}

static void test_choice__keeps_its_score_and_words_when_the_same_process_dies(void **state)
{
    say(state, "Memory cgroup out of memory: Kill process 7 (a) score 1001 or sacrifice child");
    say(state, "Killed process 7 (a) total-vm:9kB, anon-rss:8kB, file-rss:1kB, shmem-rss:0kB");
    assert_amount(only_victim(state)->score, 1001);
    assert_text(only_victim(state)->message, "Memory cgroup out of memory");
    assert_amount(only_victim(state)->anon_rss, KIB(8));
}

static void test_choice__is_spared_when_a_child_dies_in_its_place(void **state)
{
    say(state, "Out of memory: Kill process 24572 (httpd) score 12 or sacrifice child");
    say(state, "Killed process 28438 (php) total-vm:9kB, anon-rss:8kB, file-rss:1kB");
    assert_amount(only_victim(state)->pid, 28438);
    assert_text(only_victim(state)->comm, "php");
    assert_text(only_victim(state)->message, "Out of memory");
    assert_true(only_victim(state)->is_chosen);
}

static void test_group__members_follow_and_the_first_is_named_twice(void **state)
{
    say(state, "Memory cgroup out of memory: Killed process 7 (a) total-vm:9kB, anon-rss:8kB, "
               "file-rss:1kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0");
    say(state, "Tasks in /my box are going to be killed due to memory.oom.group set");
    say(state, "Memory cgroup out of memory: Killed process 7 (a) total-vm:9kB, anon-rss:8kB, "
               "file-rss:1kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0");
    say(state, "Memory cgroup out of memory: Killed process 8 (b) total-vm:5kB, anon-rss:4kB, "
               "file-rss:1kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0");
    assert_int_equal(incident_of(state)->victims_count, 2);
    assert_text(incident_of(state)->group_path, "/my box");
    assert_false(incident_of(state)->victims[0].is_group_kill);
    assert_true(incident_of(state)->victims[1].is_group_kill);
    assert_false(incident_of(state)->victims[1].is_chosen);
}

static void test_reaper__tells_what_it_could_not_free(void **state)
{
    say(state, "Killed process 7093 (java) total-vm:9kB, anon-rss:8kB, file-rss:1kB");
    say(state, "oom_reaper: reaped process 7093 (java), now anon-rss:0kB, file-rss:4kB, "
               "shmem-rss:28013264kB");
    assert_amount(only_victim(state)->reaped_anon_rss, 0);
    assert_amount(only_victim(state)->reaped_file_rss, KIB(4));
    assert_amount(only_victim(state)->reaped_shmem_rss, KIB(28013264));
}

/* OpenVZ and Virtuozzo: a container's account is a user beancounter, and its limit no cgroup's. */
static void test_kill__in_a_container_of_virtuozzo(void **state)
{
    say(state, "Out of memory in UB 1234: OOM killed process 21738 (php-cgi) score 3 "
               "vm:281988kB, rss:17004kB, swap:0kB");
    const struct victim *victim = only_victim(state);
    assert_text(victim->comm, "php-cgi");
    assert_text(victim->message, "Out of memory in UB 1234");
    assert_amount(victim->pid, 21738);
    assert_amount(victim->score, 3);
    assert_amount(victim->total_vm, KIB(281988));
    assert_amount(victim->rss, KIB(17004));
    assert_true(incident_of(state)->has_kill_line);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin_report, end_report)

/* A retelling's line, wrapped: what it goes on with is the same victim's, and no later line's. */
static void test_line_kill__sizes_on_a_line_of_their_own_are_the_victims(void **state)
{
    (void)state;
    struct report *report = report_begin();
    assert_non_null(report_say(report, "Memory cgroup out of memory: Killed process 7 (a)"));
    assert_non_null(report_say(report, "total-vm:2418296kB, anon-rss:2048512kB, file-rss:0kB"));
    assert_non_null(report_say(report, "oom_score_adj:998"));
    report_say(report, "total-vm:1kB, anon-rss:1kB");
    const struct victim *victim = &report->incident->victims[0];
    assert_int_equal(report->incident->victims_count, 1);
    assert_int_equal(victim->total_vm.value, KIB(2418296));
    assert_int_equal(victim->anon_rss.value, KIB(2048512));
    assert_int_equal(victim->oom_score_adj.value, 998);
    assert_false(victim->shmem_rss.known);
    report_end(report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_kill__reads_the_line_of_every_era),
        CASE(test_kill__comm_cannot_forge_what_surrounds_it),
        CASE(test_kill__a_line_cut_inside_a_number_leaves_it_unknown),
        CASE(test_kill__an_unfinished_name_is_at_most_what_the_kernel_keeps),
        CASE(test_kill__numbers_past_64_bits_are_unknown),
        CASE(test_kill__other_programs_words_are_none),
        CASE(test_choice__reads_score_and_waits_for_the_kill),
        CASE(test_choice__keeps_its_score_and_words_when_the_same_process_dies),
        CASE(test_choice__is_spared_when_a_child_dies_in_its_place),
        CASE(test_group__members_follow_and_the_first_is_named_twice),
        CASE(test_kill__in_a_container_of_virtuozzo),
        CASE(test_reaper__tells_what_it_could_not_free),
        cmocka_unit_test(test_line_kill__sizes_on_a_line_of_their_own_are_the_victims),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
