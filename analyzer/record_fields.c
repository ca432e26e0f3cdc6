#include "analyzer/record_fields.h"

#define TABLE(name)                                          \
    const struct record_fields name##_fields = {name##_rows, \
                                                sizeof name##_rows / sizeof *name##_rows}

/* ---- the incident */

#define ROW(key, kind, member)                               \
    {                                                        \
        key, FIELD_##kind, offsetof(struct incident, member) \
    }
static const struct record_field machine_rows[] = {
    ROW("host", TEXT, host),
    ROW("boot", TEXT, boot),
    ROW("kernel", TEXT, kernel),
    ROW("arch", TEXT, arch),
    ROW("page_size", NATURAL, page_size),
    ROW("hardware", TEXT, hardware),
};
static const struct record_field report_rows[] = {
    ROW("constraint", TEXT, constraint),
    ROW("says_global_oom", FLAG, says_global_oom),
    ROW("sysrq", FLAG, is_sysrq),
    ROW("no_killable", FLAG, is_no_killable),
    ROW("victim_exiting", FLAG, is_victim_exiting),
    ROW("victim_spared", FLAG, is_victim_spared),
    ROW("lockup", FLAG, is_lockup),
    ROW("chosen_comm", TEXT, chosen_comm),
    ROW("chosen_pid", NATURAL, chosen_pid),
    ROW("kills_allocating_task", FLAG, is_oom_kill_allocating_task),
    ROW("stat_cut", FLAG, memcg.is_stat_cut),
    ROW("detailed_rss", FLAG, has_detailed_rss),
};
static const struct record_field killer_rows[] = {
    ROW("group", TEXT, group_path),
    ROW("killer", TEXT, killer),
    ROW("killer_reason", TEXT, killer_reason),
    ROW("killer_failure", TEXT, killer_failure),
    ROW("killer_available_bytes", NATURAL, killer_available),
    ROW("killer_total_bytes", NATURAL, killer_total),
    ROW("failure_cache", TEXT, failure_cache),
};
#undef ROW
TABLE(machine);
TABLE(report);
TABLE(killer);

#define ROW(word, member)                       \
    {                                           \
        word, offsetof(struct incident, member) \
    }
const struct record_line_word record_line_words[] = {
    ROW("header", has_header),
    ROW("trace", has_trace),
    ROW("memcg", memcg.is_present),
    ROW("mem-info", host_memory.is_present),
    ROW("tasks-header", has_tasks_header),
    ROW("summary", has_summary),
    ROW("kill-line", has_kill_line),
};
#undef ROW
const size_t record_line_words_count = sizeof record_line_words / sizeof *record_line_words;

const char *const record_wall_sources[] = {
    [WALL_UNKNOWN] = NULL,      [WALL_SYSLOG] = "syslog",       [WALL_JOURNAL] = "journal",
    [WALL_DMESG_T] = "dmesg-T", [WALL_CRASHTIME] = "crashtime",
};
const char *const record_source_kinds[] = {
    [SOURCE_LOG] = "log", [SOURCE_JOURNAL] = "journal", [SOURCE_VMCORE] = "vmcore"};
const char *const record_provenances[] = {
    [PROVENANCE_FILE] = "file",
    [PROVENANCE_KERNEL] = "kernel",
    [PROVENANCE_CONTAINER] = "container",
    [PROVENANCE_USER] = "user",
};
const char *const record_quote_roles[] = {
    [QUOTE_TRIGGER] = "trigger",         [QUOTE_LIMIT] = "limit", [QUOTE_VICTIM] = "victim",
    [QUOTE_CHARGE_PATH] = "charge-path", [QUOTE_ZONE] = "zone",   [QUOTE_BLOCKS] = "blocks",
};

/* ---- who asked, who was killed, who else was there */

#define ROW(key, kind, member)                              \
    {                                                       \
        key, FIELD_##kind, offsetof(struct trigger, member) \
    }
static const struct record_field trigger_who_rows[] = {
    ROW("comm", TEXT, comm),
    ROW("pid", NATURAL, pid),
    ROW("uid", NATURAL, uid),
    ROW("cpu", NATURAL, cpu),
};
static const struct record_field trigger_what_rows[] = {
    ROW("order", AMOUNT, order),        ROW("vmalloc_bytes", NATURAL, vmalloc_bytes),
    ROW("stall_ms", NATURAL, stall_ms), ROW("oom_score_adj", AMOUNT, oom_score_adj),
    ROW("oom_adj", AMOUNT, oom_adj),    ROW("cgroup", TEXT, cgroup),
    ROW("cpuset", TEXT, cpuset),        ROW("mems_allowed", TEXT, mems_allowed),
    ROW("nodemask", TEXT, nodemask),    ROW("workqueue", TEXT, workqueue),
    ROW("syscall", TEXT, syscall),
};
#undef ROW
TABLE(trigger_who);
TABLE(trigger_what);

#define ROW(key, kind, member)                             \
    {                                                      \
        key, FIELD_##kind, offsetof(struct victim, member) \
    }
static const struct record_field victim_rows[] = {
    ROW("pid", NATURAL, pid),
    ROW("comm", TEXT, comm),
    ROW("uid", NATURAL, uid),
    ROW("cgroup", TEXT, cgroup),
    ROW("unit", TEXT, unit),
    ROW("signal", TEXT, signal),
    ROW("message", TEXT, message),
    ROW("total_vm_bytes", NATURAL, total_vm),
    ROW("rss_bytes", NATURAL, rss),
    ROW("anon_rss_bytes", NATURAL, anon_rss),
    ROW("file_rss_bytes", NATURAL, file_rss),
    ROW("shmem_rss_bytes", NATURAL, shmem_rss),
    ROW("pgtables_bytes", NATURAL, pgtables),
    ROW("reaped_anon_rss_bytes", NATURAL, reaped_anon_rss),
    ROW("reaped_file_rss_bytes", NATURAL, reaped_file_rss),
    ROW("reaped_shmem_rss_bytes", NATURAL, reaped_shmem_rss),
    ROW("oom_score_adj", AMOUNT, oom_score_adj),
    ROW("score", AMOUNT, score),
    ROW("group_kill", TRUTH, is_group_kill),
};
#undef ROW
TABLE(victim);

#define ROW(key, kind, member)                           \
    {                                                    \
        key, FIELD_##kind, offsetof(struct task, member) \
    }
static const struct record_field task_rows[] = {
    ROW("pid", NUMBER, pid),
    ROW("tgid", NUMBER, tgid),
    ROW("comm", TEXT, comm),
    ROW("uid", NUMBER, uid),
    ROW("oom_score_adj", AMOUNT, oom_score_adj),
    ROW("oom_adj", AMOUNT, oom_adj),
    ROW("total_vm_bytes", NATURAL, total_vm),
    ROW("rss_bytes", NATURAL, rss),
    ROW("anon_rss_bytes", NATURAL, rss_anon),
    ROW("file_rss_bytes", NATURAL, rss_file),
    ROW("shmem_rss_bytes", NATURAL, rss_shmem),
    ROW("swap_bytes", NATURAL, swap),
    ROW("pgtables_bytes", NATURAL, pgtables),
};
#undef ROW
TABLE(task);

#define ROW(key, kind, member)                             \
    {                                                      \
        key, FIELD_##kind, offsetof(struct totals, member) \
    }
static const struct record_field tasks_sum_rows[] = {
    ROW("rss_bytes", NATURAL, tasks_rss),
    ROW("anon_rss_bytes", NATURAL, tasks_anon),
    ROW("shmem_rss_bytes", NATURAL, tasks_shmem),
    ROW("swap_bytes", NATURAL, tasks_swap),
    ROW("pgtables_bytes", NATURAL, tasks_pgtables),
    ROW("killable", NATURAL, tasks_killable),
    ROW("exempt", NATURAL, tasks_exempt),
    ROW("exempt_rss_bytes", NATURAL, tasks_exempt_rss),
};
static const struct record_field same_comm_rows[] = {
    ROW("comm", TEXT, same_comm),
    ROW("count", NATURAL, same_comm_count),
    ROW("rss_bytes", NATURAL, same_comm_rss),
    ROW("few_count", NATURAL, same_comm_few),
    ROW("few_rss_bytes", NATURAL, same_comm_few_rss),
};
#undef ROW
TABLE(tasks_sum);
TABLE(same_comm);

#define ROW(key, kind, member)                              \
    {                                                       \
        key, FIELD_##kind, offsetof(struct ranking, member) \
    }
static const struct record_field ranking_rows[] = {
    ROW("position", NATURAL, position),
    ROW("candidates", NATURAL, candidates),
    ROW("exempt", NATURAL, exempt),
};
#undef ROW
TABLE(ranking);

#define ROW(key, member)                                   \
    {                                                      \
        key, FIELD_TEXT, offsetof(struct workload, member) \
    }
static const struct record_field workload_rows[] = {
    ROW("manager", manager), ROW("pod_uid", pod_uid), ROW("container_id", container_id),
    ROW("qos", qos),         ROW("unit", unit),       ROW("runtime", runtime),
    ROW("job", job),         ROW("name", name),
};
#undef ROW
TABLE(workload);

#define ROW(key, kind, member)                             \
    {                                                      \
        key, FIELD_##kind, offsetof(struct repeat, member) \
    }
static const struct record_field repeat_rows[] = {
    ROW("count", NATURAL, count),
    ROW("span_s", SECONDS, span_us),
    ROW("interval_s", SECONDS, interval_us),
    ROW("reboots", NATURAL, reboots),
    ROW("clock_jump_s", SECONDS, clock_jump_us),
    ROW("since_s", SECONDS, since_us),
    ROW("hits", NATURAL, hits),
};
#undef ROW
TABLE(repeat);

/* ---- memory */

#define ROW(key, kind, member)                            \
    {                                                     \
        key, FIELD_##kind, offsetof(struct memcg, member) \
    }
static const struct record_field memcg_path_rows[] = {
    ROW("path", TEXT, path),
    ROW("victim_path", TEXT, victim_path),
};
static const struct record_field memcg_protection_rows[] = {
    ROW("min_protection_bytes", NATURAL, min_protection),
    ROW("low_protection_bytes", NATURAL, low_protection),
};
#undef ROW
TABLE(memcg_path);
TABLE(memcg_protection);

#define ROW(key, kind, member)                                   \
    {                                                            \
        key, FIELD_##kind, offsetof(struct page_counter, member) \
    }
static const struct record_field counter_rows[] = {
    ROW("usage_bytes", NATURAL, usage),
    ROW("limit_bytes", NATURAL, limit),
    ROW("unlimited", FLAG, is_unlimited),
    ROW("failcnt", NATURAL, failcnt),
};
#undef ROW
TABLE(counter);

#define ROW(key, member)                                  \
    {                                                     \
        key, FIELD_NATURAL, offsetof(struct pool, member) \
    }
static const struct record_field pool_rows[] = {
    ROW("size_bytes", size),
    ROW("free_bytes", free),
};
#undef ROW
TABLE(pool);

#define ROW(key, member)                                         \
    {                                                            \
        key, FIELD_NATURAL, offsetof(struct host_memory, member) \
    }
static const struct record_field host_rows[] = {
    ROW("ram_bytes", ram),
    ROW("reserved_bytes", reserved),
    ROW("highmem_bytes", highmem),
    ROW("cma_reserved_bytes", cma_reserved),
    ROW("hwpoisoned_bytes", hwpoisoned),
    ROW("pagecache_bytes", pagecache),
};
static const struct record_field swap_rows[] = {
    ROW("total_bytes", swap_total),
    ROW("free_bytes", swap_free),
    ROW("cache_bytes", swap_cache),
};
#undef ROW
TABLE(host);
TABLE(swap);

#define ROW(key, member)                                       \
    {                                                          \
        key, FIELD_NATURAL, offsetof(struct hugepages, member) \
    }
static const struct record_field hugepages_rows[] = {
    ROW("size_bytes", size),
    ROW("total", total),
    ROW("free", free),
    ROW("surplus", surplus),
};
#undef ROW
TABLE(hugepages);

#define ROW(key, kind, member)                                 \
    {                                                          \
        key, FIELD_##kind, offsetof(struct zone_check, member) \
    }
static const struct record_field check_rows[] = {
    ROW("eligible", TRUTH, is_eligible),
    ROW("margin_bytes", AMOUNT, margin),
    ROW("usable_bytes", AMOUNT, usable),
    ROW("mark_bytes", AMOUNT, mark),
    ROW("request_reserve_bytes", AMOUNT, reserve),
    ROW("passes", TRUTH, passes),
    ROW("has_block", TRUTH, has_block),
    ROW("largest_order", AMOUNT, largest_order),
    ROW("suitable_blocks", AMOUNT, suitable_blocks),
    ROW("unusable_index", AMOUNT, unusable_index),
    ROW("fragmentation_index", AMOUNT, fragmentation_index),
};
#undef ROW
TABLE(check);

/* ---- what only a dump can know */

#define ROW(key, kind, member)                           \
    {                                                    \
        key, FIELD_##kind, offsetof(struct dump, member) \
    }
static const struct record_field dump_rows[] = {ROW("types", TEXT, types),
                                                ROW("swapped_shmem_bytes", AMOUNT, swapped_shmem),
                                                ROW("zram_original_bytes", AMOUNT, zram_original),
                                                ROW("zram_memory_bytes", AMOUNT, zram_memory),
                                                ROW("free_bytes", AMOUNT, free),
                                                ROW("reclaimed_pages", NATURAL, reclaimed),
                                                ROW("refaulted_pages", NATURAL, refaults)};
static const struct record_field dump_shmem_rows[] = {
    ROW("kind", TEXT, shmem_kind),
    ROW("memcg", TEXT, shmem_memcg),
    ROW("swap_bytes", AMOUNT, shmem_swap),
    ROW("users", NATURAL, shmem_users),
};
static const struct record_field dump_stuck_rows[] = {
    ROW("in_direct_reclaim", NATURAL, in_direct_reclaim),
    ROW("in_memcg_reclaim", NATURAL, in_memcg_reclaim),
    ROW("at_lru_lock", NATURAL, at_lru_lock),
    ROW("lru_locks_taken", NATURAL, lru_locks_taken),
    ROW("kswapd_failures", NATURAL, reclaim_failures),
    ROW("in_charge", NATURAL, in_charge),
    ROW("in_charge_of_file", NATURAL, in_charge_of_file),
    ROW("in_charge_memcg", TEXT, charge_memcg),
};
static const struct record_field dump_blocks_rows[] = {
    ROW("largest_order", NATURAL, largest_order),
    ROW("compaction_zone", TEXT, compaction_zone),
    ROW("compaction_order", NATURAL, compaction_order),
    ROW("compaction_passed", NATURAL, compaction_passed),
    ROW("compaction_deferred", NATURAL, compaction_deferred),
};
static const struct record_field dump_lists_rows[] = {
    ROW("inactive_anon_bytes", NATURAL, inactive_anon),
    ROW("active_anon_bytes", NATURAL, active_anon),
    ROW("inactive_file_bytes", NATURAL, inactive_file),
    ROW("active_file_bytes", NATURAL, active_file),
    ROW("generations", NATURAL, has_generations),
};
static const struct record_field dump_huge_pages_rows[] = {
    ROW("transparent_bytes", NATURAL, huge_machine),
    ROW("deferred_split", NATURAL, huge_deferred),
    ROW("hugetlb_bytes", NATURAL, hugetlb),
    ROW("hugetlb_free_bytes", NATURAL, hugetlb_free),
};
#undef ROW
TABLE(dump);
TABLE(dump_lists);
TABLE(dump_huge_pages);
TABLE(dump_shmem);
TABLE(dump_stuck);
TABLE(dump_blocks);

#define ROW(key, kind, member)                                  \
    {                                                           \
        key, FIELD_##kind, offsetof(struct dump_cgroup, member) \
    }
static const struct record_field dump_cgroup_rows[] = {
    ROW("path", TEXT, path),
    ROW("usage_bytes", NATURAL, usage),
    ROW("limit_bytes", NATURAL, limit),
    ROW("swap_bytes", NATURAL, swap),
    ROW("failcnt", NATURAL, failcnt),
    ROW("kills", NATURAL, kills),
    ROW("anon_bytes", NATURAL, anon),
    ROW("file_bytes", NATURAL, file),
    ROW("shmem_bytes", NATURAL, shmem),
    ROW("slab_bytes", NATURAL, slab),
    ROW("unevictable_bytes", NATURAL, unevictable),
    ROW("file_lists_bytes", NATURAL, file_lists),
    ROW("file_dirty_bytes", NATURAL, file_dirty),
    ROW("dying", FLAG, is_dying),
};
#undef ROW
TABLE(dump_cgroup);

#define ROW(key, kind, member)                                 \
    {                                                          \
        key, FIELD_##kind, offsetof(struct dump_group, member) \
    }
static const struct record_field dump_group_rows[] = {
    ROW("count", NATURAL, count),
    ROW("bytes", NATURAL, bytes),
    ROW("largest_bytes", NATURAL, largest_bytes),
    ROW("largest", TEXT, largest),
};
#undef ROW
TABLE(dump_group);

const struct record_dump_group record_dump_groups[] = {
    {"cgroups", offsetof(struct dump, cgroups)},
    {"dying", offsetof(struct dump, dying)},
    {"protected", offsetof(struct dump, protected_)},
    {"swapped", offsetof(struct dump, swapped)},
    {"shmem", offsetof(struct dump, shmem)},
    {"slabs", offsetof(struct dump, slabs)},
    {"slab_owners", offsetof(struct dump, slab_owners)},
    {"huge", offsetof(struct dump, huge)},
};
const size_t record_dump_groups_count = sizeof record_dump_groups / sizeof *record_dump_groups;
