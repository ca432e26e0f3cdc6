/* Task tables and summaries: what each line says, by kernel. */
#include "tests/unit/line_fixture.h"

/* ---- task rows; sizes are pages until the report is finished */

static const struct task *say_table(void **state, const char *header, const char *row)
{
    say(state, header);
    assert_true(incident_of(state)->has_tasks_header);
    say(state, row);
    assert_int_equal(incident_of(state)->tasks_count, 1);
    return &incident_of(state)->tasks[0];
}

static void test_tasks__2_6_32_has_cpu_and_oom_adj(void **state)
{
    const struct task *task =
        say_table(state, "[ pid ]   uid  tgid total_vm      rss cpu oom_adj name",
                  "[ 1853]     0  1853     2767       67   3     -17 udevd");
    assert_int_equal(task->pid, 1853);
    assert_int_equal(task->tgid, 1853);
    assert_int_equal(task->uid, 0);
    assert_amount(task->total_vm, 2767);
    assert_amount(task->rss, 67);
    assert_amount(task->oom_adj, -17);
    assert_unknown(task->oom_score_adj);
    assert_unknown(task->swap);
    assert_unknown(task->pgtables);
    assert_text(task->comm, "udevd");
}

static void test_tasks__el6_has_both_adjustments(void **state)
{
    const struct task *task =
        say_table(state, "[ pid ]   uid  tgid total_vm      rss cpu oom_adj oom_score_adj name",
                  "[  720]    27   720   626712   182912   1      -5          -294 mysqld");
    assert_amount(task->oom_adj, -5);
    assert_amount(task->oom_score_adj, -294);
    assert_amount(task->rss, 182912);
}

static void test_tasks__3_10_counts_page_tables_in_pages(void **state)
{
    const struct task *task = say_table(
        state, "[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name",
        "[  592]     0   592     9204      735      20       11             0 systemd-journal");
    assert_amount(task->pgtables, 20);
    assert_amount(task->swap, 11);
    assert_amount(task->oom_score_adj, 0);
}

/* The kernel pads with "%5d"; what it cannot pad, and what a collector made of it, counts as well.
 */
static void test_tasks__columns_may_be_wider_than_usual_or_parted_by_tabs(void **state)
{
    const struct task *task = say_table(
        state, "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
        "[4194303] 4294967294\t4194303 17179869184          12345678 9007199254740991 0 -1000 a b");
    assert_int_equal(task->pid, 4194303);
    assert_int_equal(task->uid, INT64_C(4294967294));
    assert_int_equal(task->tgid, 4194303);
    assert_amount(task->total_vm, INT64_C(17179869184));
    assert_amount(task->rss, 12345678);
    assert_amount(task->pgtables, INT64_C(9007199254740991));
    assert_amount(task->swap, 0);
    assert_amount(task->oom_score_adj, -1000);
    assert_text(task->comm, "a b");
}

static void test_tasks__4_0_adds_page_middle_directories(void **state)
{
    const struct task *task = say_table(
        state, "[ pid ]   uid  tgid total_vm      rss nr_ptes nr_pmds swapents oom_score_adj name",
        "[  185]     0   185     3051     1005       9       3        7             0 a");
    assert_amount(task->pgtables, 12);
    assert_amount(task->swap, 7);
}

static void test_tasks__4_15_rc_has_upper_directories_too(void **state)
{
    const struct task *task =
        say_table(state,
                  "[ pid ]   uid  tgid total_vm      rss nr_ptes nr_pmds nr_puds swapents "
                  "oom_score_adj name",
                  "[  185]     0   185     3051     1005       9       3       1        7    0 a");
    assert_amount(task->pgtables, 13);
    assert_amount(task->swap, 7);
}

static void test_tasks__4_19_prints_page_tables_in_bytes(void **state)
{
    say(state, "Tasks state (memory values in pages):");
    const struct task *task = say_table(
        state, "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
        "[   2713]  1000  2713   226026    29603  1314816        0           999 npm start");
    assert_amount(task->pgtables, 1314816);
    assert_amount(task->oom_score_adj, 999);
    assert_text(task->comm, "npm start");
}

static void test_tasks__6_8_splits_the_rss(void **state)
{
    const struct task *task = say_table(
        state,
        "[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes "
        "swapents oom_score_adj name",
        "[    144]     0   144      331      185        9       96        80    45056        2     "
        "        0 sh");
    assert_amount(task->rss, 185);
    assert_amount(task->rss_anon, 9);
    assert_amount(task->rss_file, 96);
    assert_amount(task->rss_shmem, 80);
    assert_amount(task->pgtables, 45056);
    assert_amount(task->swap, 2);
}

static void test_tasks__names_hold_anything_or_nothing(void **state)
{
    static const char *const names[] = {"CPU 2/KVM",      "runc:[1:CHILD]", "next-build (v16",
                                        "tgid=11161",     "7 dwarfs",       "",
                                        "x) total-vm:1k", "[kthread]"};
    say(state,
        "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char row[200];
        snprintf(row, sizeof row, "[   2713]  1000  2713   226026    29603  1314816  0   999 %s",
                 names[i]);
        say(state, row);
        const struct task *task = &incident_of(state)->tasks[i];
        assert_true(slice_equal(task->comm, slice_from_string(names[i])));
        assert_amount(task->oom_score_adj, 999);
    }
}

static void test_tasks__tabs_between_columns_are_blanks(void **state)
{
    const struct task *task = say_table(
        state, "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
        "[\t409]\t0\t409\t68254\t412\t565248\t248\t-250\tsystemd-journal");
    assert_amount(task->total_vm, 68254);
    assert_amount(task->oom_score_adj, -250);
    assert_text(task->comm, "systemd-journal");
}

static void test_tasks__a_vendor_column_is_passed_over(void **state)
{
    const struct task *task = say_table(
        state, "[ pid ]   uid  tgid total_vm      rss nr_ptes zoom swapents oom_score_adj name",
        "[  592]     0   592     9204      735      20       5       11             0 a");
    assert_amount(task->swap, 11);
    assert_amount(task->pgtables, 20);
}

static void test_tasks__a_row_without_all_its_columns_is_left_out(void **state)
{
    say(state,
        "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name");
    say(state, "[   2713]  1000  2713   226026    29603");
    assert_int_equal(incident_of(state)->tasks_count, 0);
}

static void test_tasks__without_header_the_shape_of_the_row_tells(void **state)
{
    say(state, "[   2713]  1000  2713   226026    29603  1314816        5           999 npm start");
    const struct task *task = &incident_of(state)->tasks[0];
    assert_amount(task->pgtables, 1314816);
    assert_amount(task->swap, 5);
    assert_amount(task->oom_score_adj, 999);
    struct report *split = report_begin();
    report_say(split, "[  144]  0  144  331  185  9  96  80  45056  2  0 sh");
    assert_amount(split->incident->tasks[0].rss_shmem, 80);
    assert_amount(split->incident->tasks[0].swap, 2);
    report_end(split);
}

static void test_tasks__a_torn_first_row_does_not_decide_the_shape(void **state)
{
    say(state, "[  143]  0  143  331");
    say(state, "[  144]  0  144  331  185  9  96  80  45056  2  0 sh");
    assert_int_equal(incident_of(state)->tasks_count, 1);
    assert_amount(incident_of(state)->tasks[0].rss_shmem, 80);
}

static void test_tasks__numbers_past_64_bits_leave_the_row_out(void **state)
{
    say(state,
        "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name");
    report_say(*state, "[   2713]  1000  2713   99999999999999999999    29603  1  0   999 a");
    assert_int_equal(incident_of(state)->tasks_count, 0);
}

/* ---- summary */

static void test_summary__reads_constraint_owner_and_victims_cgroup(void **state)
{
    say(state, "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
               "oom_memcg=/a,task_memcg=/a/b,task=kubelet,pid=989,uid=0");
    assert_text(incident_of(state)->constraint, "CONSTRAINT_MEMCG");
    assert_text(incident_of(state)->memcg.path, "/a");
    assert_text(incident_of(state)->memcg.victim_path, "/a/b");
    assert_text(incident_of(state)->trigger.cpuset, "/");
    assert_text(incident_of(state)->trigger.mems_allowed, "0");
    assert_int_equal(incident_of(state)->trigger.nodemask.length, 0);
    assert_text(incident_of(state)->chosen_comm, "kubelet");
    assert_amount(incident_of(state)->chosen_pid, 989);
    assert_int_equal(incident_of(state)->victims_count, 0);
    assert_false(incident_of(state)->says_global_oom);
}

static void test_summary__says_global_with_a_cpuset_or_policy(void **state)
{
    say(state, "oom-kill:constraint=CONSTRAINT_MEMORY_POLICY,nodemask=0-1,cpuset=/,"
               "mems_allowed=0-1,global_oom,task_memcg=/,task=a,pid=9,uid=0");
    assert_true(incident_of(state)->says_global_oom);
    assert_text(incident_of(state)->trigger.nodemask, "0-1");
    assert_text(incident_of(state)->memcg.victim_path, "/");
    assert_int_equal(incident_of(state)->memcg.path.length, 0);
}

static void test_summary__cgroup_path_may_hold_the_marks_themselves(void **state)
{
    say(state, "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x y,mems_allowed=0,"
               "oom_memcg=/a,task=1,pid=2,task_memcg=/a,task=1,pid=2/b,task=java,pid=77,uid=0");
    assert_text(incident_of(state)->memcg.path, "/a,task=1,pid=2");
    assert_text(incident_of(state)->memcg.victim_path, "/a,task=1,pid=2/b");
    assert_text(incident_of(state)->trigger.cpuset, "x y");
    assert_text(incident_of(state)->chosen_comm, "java");
    assert_amount(incident_of(state)->chosen_pid, 77);
}

static void test_summary__a_cut_line_chooses_nobody(void **state)
{
    say(state, "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
               "oom_memcg=/a,task_memcg=/a/b,task=kubel");
    assert_int_equal(incident_of(state)->chosen_comm.length, 0);
    assert_unknown(incident_of(state)->chosen_pid);
}

static void test_summary__escaped_unit_names_are_kept_as_printed(void **state)
{
    say(state, "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
               "oom_memcg=/a\\x2db.slice,task_memcg=/a\\x2db.slice,task=x,pid=9,uid=0");
    assert_text(incident_of(state)->memcg.path, "/a\\x2db.slice");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin_report, end_report)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_tasks__2_6_32_has_cpu_and_oom_adj),
        CASE(test_tasks__el6_has_both_adjustments),
        CASE(test_tasks__3_10_counts_page_tables_in_pages),
        CASE(test_tasks__columns_may_be_wider_than_usual_or_parted_by_tabs),
        CASE(test_tasks__4_0_adds_page_middle_directories),
        CASE(test_tasks__4_15_rc_has_upper_directories_too),
        CASE(test_tasks__4_19_prints_page_tables_in_bytes),
        CASE(test_tasks__6_8_splits_the_rss),
        CASE(test_tasks__names_hold_anything_or_nothing),
        CASE(test_tasks__tabs_between_columns_are_blanks),
        CASE(test_tasks__a_vendor_column_is_passed_over),
        CASE(test_tasks__a_row_without_all_its_columns_is_left_out),
        CASE(test_tasks__without_header_the_shape_of_the_row_tells),
        CASE(test_tasks__a_torn_first_row_does_not_decide_the_shape),
        CASE(test_tasks__numbers_past_64_bits_leave_the_row_out),
        CASE(test_summary__reads_constraint_owner_and_victims_cgroup),
        CASE(test_summary__says_global_with_a_cpuset_or_policy),
        CASE(test_summary__cgroup_path_may_hold_the_marks_themselves),
        CASE(test_summary__a_cut_line_chooses_nobody),
        CASE(test_summary__escaped_unit_names_are_kept_as_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
