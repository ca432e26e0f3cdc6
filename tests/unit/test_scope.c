#include "tests/unit/analysis_fixture.h"

static void claim_scope(struct incident *incident, const char *expected)
{
    if (expected)
        claim_text(incident, "evidence.scope", expected);
    else
        claim_unknown(incident, "evidence.scope");
    incident_destroy(incident);
}

static struct incident *with_trace(const char *frames)
{
    struct incident *incident = create_incident("6.1.0");
    add_frames(incident, frames);
    return incident;
}

static struct incident *with_summary(const char *kernel, const char *constraint, bool is_global,
                                     const char *oom_memcg)
{
    struct incident *incident = create_incident(kernel);
    incident->has_summary = true;
    incident->constraint = slice_from_string(constraint);
    incident->says_global_oom = is_global;
    incident->memcg.path = slice_from_string(oom_memcg);
    return incident;
}

static void test_the_summary_names_all_four(void **state)
{
    (void)state;
    claim_scope(with_summary("6.1.0", "CONSTRAINT_NONE", true, NULL), "global");
    claim_scope(with_summary("6.1.0", "CONSTRAINT_CPUSET", true, NULL), "cpuset");
    claim_scope(with_summary("6.1.0", "CONSTRAINT_MEMORY_POLICY", true, NULL), "mempolicy");
    claim_scope(with_summary("6.1.0", "CONSTRAINT_MEMCG", false, "/box"), "memcg");
}

/* Alibaba Cloud Linux 2: "Task in / killed as a result of limit of host", and no oom-kill: line. */
static void test_a_limit_of_host_is_global_unless_a_mask_leaves_memory_out(void **state)
{
    (void)state;
    claim_scope(with_summary("4.19.91-24.1.al7", "", true, NULL), "global");
    struct incident *incident = with_summary("4.19.91-24.1.al7", "", true, NULL);
    incident->has_summary = false;
    incident->trigger.mems_allowed = SLICE("1");
    struct host_memory *host = &incident->host_memory;
    *ARENA_PUSH(incident->arena, host->zones, host->zones_count) =
        (struct zone){.node = 0, .figure[ZONE_MANAGED] = amount_of(4096, 1)};
    claim_scope(incident, "cpuset");
}

static void test_oom_memcg_is_believed_before_the_constraint(void **state)
{
    (void)state;
    claim_scope(with_summary("5.0.0", "CONSTRAINT_NONE", false, "/box"), "memcg");
    claim_scope(with_summary("5.1.0", "CONSTRAINT_NONE", false, NULL), NULL);
    claim_scope(with_summary("5.10.0", "CONSTRAINT_NONE", false, NULL), "global");
}

static void test_the_kill_lines_own_words_are_enough(void **state)
{
    (void)state;
    static const char *const messages[][2] = {
        {"Memory cgroup out of memory", "memcg"},
        {"Out of memory", "global"},
        {"Out of memory in UB 1234", "memcg"},
        {"Out of memory (oom_kill_allocating_task)", "global"},
        {"No available memory (MPOL_BIND)", "mempolicy"},
        {"No available memory in cpuset", "cpuset"},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        struct incident *incident = create_incident("");
        add_victim(incident, 9, "java", messages[i][0]);
        claim_scope(incident, messages[i][1]);
    }
}

static void test_frames_tell_a_charge_from_an_allocation(void **state)
{
    (void)state;
    claim_scope(with_trace("dump_stack dump_header oom_kill_process out_of_memory "
                           "mem_cgroup_out_of_memory try_charge_memcg charge_memcg"),
                "memcg");
    claim_scope(with_trace("dump_header oom_kill_process out_of_memory __alloc_pages_slowpath "
                           "__alloc_pages alloc_pages_vma"),
                "global");
    claim_scope(with_trace("out_of_memory moom_callback process_one_work worker_thread"), "sysrq");
    claim_scope(with_trace("out_of_memory pagefault_out_of_memory mm_fault_error"), "global");
    claim_scope(with_trace("out_of_memory mem_cgroup_out_of_memory mem_cgroup_oom_synchronize "
                           "pagefault_out_of_memory"),
                "memcg");
    claim_scope(with_trace("warn_alloc __alloc_pages_slowpath"), "global");
    /* 3.10.0-229.11.1.el7 has the rest of the chain inlined; upstream 3.10 does not */
    claim_scope(with_trace("dump_stack oom_kill_process __mem_cgroup_try_charge"), "memcg");
    claim_scope(with_trace("oom_kill_process mem_cgroup_out_of_memory mem_cgroup_handle_oom "
                           "mem_cgroup_do_charge __mem_cgroup_try_charge"),
                "memcg");
}

/* The charge for a kernel page is made inside __alloc_pages, without the slow path. */
static void test_an_allocation_around_a_charge_says_nothing_against_it(void **state)
{
    (void)state;
    claim_scope(with_trace("out_of_memory mem_cgroup_out_of_memory try_charge_memcg "
                           "obj_cgroup_charge_pages __memcg_kmem_charge_page __alloc_pages "
                           "pipe_write"),
                "memcg");
}

static void test_who_calls_the_killer_without_a_memcg_is_the_allocator(void **state)
{
    (void)state;
    claim_scope(with_trace("oom_kill_process out_of_memory filemap_fault"), "global");
    claim_scope(with_trace("oom_kill_process out_of_memory ?mem_cgroup_charge filemap_fault"),
                "global");
    claim_scope(with_trace("dump_header oom_kill_process out_of_memory"), NULL); /* cut */
    claim_scope(with_trace("dump_header oom_kill_process"), NULL);
}

static void test_stale_frames_say_nothing(void **state)
{
    (void)state;
    claim_scope(with_trace("dump_header ?mem_cgroup_out_of_memory ?__alloc_pages_slowpath"), NULL);
}

static void test_sysrq_is_known_by_its_order(void **state)
{
    (void)state;
    struct incident *incident = create_incident("6.1.0");
    set_request(incident, "GFP_KERNEL", -1);
    add_victim(incident, 9, "eater", "Out of memory");
    claim_scope(incident, "sysrq");
}

static void test_memcg_lines_tell_up_to_3_8_where_mem_info_does_not(void **state)
{
    (void)state;
    struct incident *incident = create_incident("2.6.32-642.el6");
    incident->host_memory.is_present = true;
    assert_false(read_named(incident, "evidence.scope.meminfo").known);
    incident->memcg.memory.usage = amount_of(MIB, 1);
    claim_scope(incident, "memcg");
}

static void test_mem_info_alone_is_global_since_3_9(void **state)
{
    (void)state;
    struct incident *incident = create_incident("4.19.0");
    incident->host_memory.is_present = true;
    claim_scope(incident, "global");
}

static void test_masks_divide_a_global_kill_before_5_0(void **state)
{
    (void)state;
    struct incident *incident = create_incident("4.4.0");
    add_zone(incident, 0, "Normal", 100, 10, 20, 1000);
    add_zone(incident, 1, "Normal", 100, 10, 20, 1000);
    add_victim(incident, 9, "eater", "Out of memory");
    incident->trigger.nodemask = SLICE("0");
    incident->trigger.mems_allowed = SLICE("0-1");
    claim_text(incident, "evidence.scope", "mempolicy");
    incident->trigger.mems_allowed = SLICE("0"); /* 4.9 prints the cpuset's nodes in both places */
    claim_text(incident, "evidence.scope", "cpuset");
    incident->trigger.nodemask = (struct slice){0};
    incident->trigger.mems_allowed = SLICE("0-1");
    claim_scope(incident, "global");
}

static void test_reports_of_other_kinds_are_told_by_their_kind(void **state)
{
    (void)state;
    struct incident *incident = create_incident("6.1.0");
    incident->kind = KIND_USERSPACE_KILL;
    incident->killer = SLICE("systemd-oomd");
    add_victim(incident, 0, "", "")->unit = SLICE("/user.slice/app.scope");
    claim_scope(incident, "memcg");

    incident = create_incident("6.1.0");
    incident->kind = KIND_USERSPACE_KILL;
    incident->killer = SLICE("earlyoom");
    add_victim(incident, 9, "chrome", "");
    claim_scope(incident, "global");

    incident = create_incident("6.1.0");
    incident->kind = KIND_ALLOC_FAILURE;
    claim_scope(incident, "global");
}

static void test_a_containers_cpuset_name_does_not_make_a_memcg(void **state)
{
    (void)state;
    struct incident *incident = create_incident("5.4.0");
    incident->trigger.cpuset = SLICE("docker-0123.scope");
    incident->memcg.victim_path = SLICE("/docker/0123");
    add_victim(incident, 9, "java", "Out of memory");
    claim_scope(incident, "global");
}

static void test_a_written_limit_shows_in_the_trace(void **state)
{
    (void)state;
    struct incident *incident =
        with_trace("out_of_memory mem_cgroup_out_of_memory memory_max_write cgroup_file_write");
    claim_number(incident, "evidence.is_limit_write", 1);
    incident_destroy(incident);
    incident = create_incident("6.1.0");
    claim_unknown(incident, "evidence.is_limit_write");
    incident_destroy(incident);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_summary_names_all_four),
        cmocka_unit_test(test_a_limit_of_host_is_global_unless_a_mask_leaves_memory_out),
        cmocka_unit_test(test_oom_memcg_is_believed_before_the_constraint),
        cmocka_unit_test(test_the_kill_lines_own_words_are_enough),
        cmocka_unit_test(test_frames_tell_a_charge_from_an_allocation),
        cmocka_unit_test(test_an_allocation_around_a_charge_says_nothing_against_it),
        cmocka_unit_test(test_who_calls_the_killer_without_a_memcg_is_the_allocator),
        cmocka_unit_test(test_stale_frames_say_nothing),
        cmocka_unit_test(test_sysrq_is_known_by_its_order),
        cmocka_unit_test(test_memcg_lines_tell_up_to_3_8_where_mem_info_does_not),
        cmocka_unit_test(test_mem_info_alone_is_global_since_3_9),
        cmocka_unit_test(test_masks_divide_a_global_kill_before_5_0),
        cmocka_unit_test(test_reports_of_other_kinds_are_told_by_their_kind),
        cmocka_unit_test(test_a_containers_cpuset_name_does_not_make_a_memcg),
        cmocka_unit_test(test_a_written_limit_shows_in_the_trace),
    };
    return cmocka_run_group_tests_name("scope", tests, NULL, NULL);
}
