/*
 * The end of a report: units, kind, and what the report lacks.
 */
#include "analyzer/incident_identity.h"
#include "analyzer/scope.h"
#include "parsers/log/line_format.h"

/* ---- page size */

enum { FEW_VICTIMS = 8 }; /* each may look through the table; for more it is indexed */

void report_index_tasks(struct report *report)
{
    const struct incident *incident = report->incident;
    bool is_indexed = report->tasks.root;
    for (size_t i = 0; !is_indexed && i < incident->tasks_count; i++) {
        pid_index_add(incident->arena, &report->tasks, incident->tasks[i].pid, i);
        pid_index_add(incident->arena, &report->tasks, incident->tasks[i].tgid, i);
    }
}

const struct task *report_find_task(const struct report *report, int64_t pid)
{
    const struct incident *incident = report->incident;
    if (report->tasks.root) {
        size_t place = pid_index_find(&report->tasks, pid);
        return place == SLICE_NOT_FOUND ? NULL : &incident->tasks[place];
    }
    for (size_t i = 0; i < incident->tasks_count; i++)
        if (incident->tasks[i].pid == pid || incident->tasks[i].tgid == pid)
            return &incident->tasks[i];
    return NULL;
}

static const struct task *find_task(const struct report *report, const struct victim *victim)
{
    return victim->pid.known ? report_find_task(report, victim->pid.value) : NULL;
}

/* total_vm is the same number in pages (table) and kB (kill line): their ratio is the page size. */
static struct amount page_size_from_victim(const struct report *report)
{
    const struct incident *incident = report->incident;
    for (size_t i = 0; i < incident->victims_count; i++) {
        const struct victim *victim = &incident->victims[i];
        const struct task *task = find_task(report, victim);
        if (!task || !victim->total_vm.known || !task->total_vm.known || task->total_vm.value <= 0)
            continue;
        int64_t size = victim->total_vm.value / task->total_vm.value;
        bool is_exact = size * task->total_vm.value == victim->total_vm.value;
        if (is_exact && (size == 4096 || size == 8192 || size == 16384 || size == 65536))
            return amount_of(size, victim->line);
    }
    return UNKNOWN;
}

static struct slice arch_from_release(struct slice kernel)
{
    static const struct {
        struct slice word, arch;
    } rows[] = {
        {SLICE_INIT("x86_64"), SLICE_INIT("x86_64")},
        {SLICE_INIT("amd64"), SLICE_INIT("x86_64")},
        {SLICE_INIT("aarch64"), SLICE_INIT("aarch64")},
        {SLICE_INIT("arm64"), SLICE_INIT("aarch64")},
        {SLICE_INIT("ppc64le"), SLICE_INIT("ppc64le")},
        {SLICE_INIT("s390x"), SLICE_INIT("s390x")},
        {SLICE_INIT("i686"), SLICE_INIT("i686")},
        {SLICE_INIT("armv7"), SLICE_INIT("arm")},
        {SLICE_INIT("armmp"), SLICE_INIT("arm")},
        {SLICE_INIT("-v7"), SLICE_INIT("arm")}, /* Raspberry Pi OS: "6.1.21-v7l+" */
        {SLICE_INIT("-686-pae"), SLICE_INIT("i686")},
        {SLICE_INIT("riscv64"), SLICE_INIT("riscv64")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (slice_contains(kernel, rows[i].word))
            return rows[i].arch;
    return SLICE("");
}

/* These have one page size only; arm64 and ppc64 have several and must show theirs. */
static bool has_4k_pages(struct slice arch)
{
    return slice_equal(arch, SLICE("x86_64")) || slice_equal(arch, SLICE("i686")) ||
           slice_equal(arch, SLICE("arm")) || slice_equal(arch, SLICE("s390x")) ||
           slice_equal(arch, SLICE("riscv64"));
}

static void find_page_size(const struct report *report)
{
    struct incident *incident = report->incident;
    struct slice arch = arch_from_release(incident->kernel);
    if (arch.length)
        incident->arch = arch;
    incident->page_size = amount_either(incident->page_size, page_size_from_victim(report));
    if (!incident->page_size.known && has_4k_pages(incident->arch))
        incident->page_size = amount_of(4096, 0);
}

/* ---- pages to bytes */

static void scale(struct amount *amount, struct amount page_size)
{
    *amount = page_size.known ? amount_scale(*amount, page_size.value) : UNKNOWN;
}

static void scale_tasks(const struct report *report, struct amount page_size)
{
    bool has_page_tables_in_pages = false;
    for (int i = 0; i < report->columns.count; i++)
        has_page_tables_in_pages |= report->columns.column[i] == COLUMN_PAGE_TABLES;
    for (size_t i = 0; i < report->incident->tasks_count; i++) {
        struct task *task = &report->incident->tasks[i];
        struct amount *sizes[] = {&task->total_vm, &task->rss,       &task->rss_anon,
                                  &task->rss_file, &task->rss_shmem, &task->swap};
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
            scale(sizes[k], page_size);
        if (has_page_tables_in_pages)
            scale(&task->pgtables, page_size);
    }
}

static void scale_host(struct host_memory *memory, struct amount page_size)
{
    struct amount *totals[] = {&memory->pagecache, &memory->swap_cache, &memory->ram,
                               &memory->highmem,   &memory->reserved,   &memory->cma_reserved,
                               &memory->hwpoisoned};
    for (int i = 0; i < MEM_COUNT; i++)
        scale(&memory->figure[i], page_size);
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++)
        scale(totals[i], page_size);
    for (size_t i = 0; i < memory->zones_count; i++)
        for (int k = 0; k < memory->zones[i].reserve_count; k++)
            scale(&memory->zones[i].reserve[k], page_size);
}

/* 5.4.0 up to a stable fix labels bytes as kB: page tables larger than what they could map give it
 * away. */
static void repair_page_table_unit(const struct report *report)
{
    struct incident *incident = report->incident;
    for (size_t i = 0; i < incident->victims_count; i++) {
        struct victim *victim = &incident->victims[i];
        const struct task *task = find_task(report, victim);
        bool is_too_large = victim->pgtables.known && victim->total_vm.known &&
                            victim->pgtables.value > victim->total_vm.value &&
                            victim->pgtables.value % 1024 == 0;
        if (task && task->pgtables.known && victim->pgtables.known && task->pgtables.value > 0 &&
            victim->pgtables.value / 1024 == task->pgtables.value)
            is_too_large = true;
        if (is_too_large)
            victim->pgtables.value /= 1024;
    }
}

/* ---- the kind, and what is missing */

static enum kind kind_of(const struct report *report)
{
    const struct incident *incident = report->incident;
    if (incident->kind == KIND_USERSPACE_KILL)
        return KIND_USERSPACE_KILL;
    if (report->is_stall)
        return report->is_in_charge ? KIND_CHARGE_STALL : KIND_UNKNOWN;
    if (incident->victims_count || incident->is_victim_exiting)
        return KIND_OOM_KILL;
    if (incident->is_no_killable || incident->is_deadlocked || incident->is_panic ||
        incident->is_victim_spared)
        return KIND_OOM_NO_KILL;
    if (report->is_failure)
        return KIND_ALLOC_FAILURE;
    bool is_decision = incident->has_header || incident->has_summary || incident->is_sysrq ||
                       incident->memcg.victim_path.length;
    return is_decision ? KIND_OOM_KILL : KIND_UNKNOWN;
}

/* A frame alone is none: what called it is lost, and with it what the memory was for. */
static bool has_trace(const struct report *report)
{
    return report->trace_lines > (report->has_trace_start ? 0 : 1);
}

bool report_is_of_memcg(const struct report *report)
{
    const struct incident *incident = report->incident;
    return incident->memcg.is_present ||
           (incident->victims_count &&
            slice_contains(incident->victims[0].message, SLICE("emory cgroup")));
}

static void find_missing(struct report *report)
{
    struct incident *incident = report->incident;
    bool is_memcg = report_is_of_memcg(report) ||
                    amount_or(scope_by_trace(incident), SCOPE_UNKNOWN) == SCOPE_MEMCG;
    bool is_oom = incident->kind == KIND_OOM_KILL || incident->kind == KIND_OOM_NO_KILL;
    const struct {
        bool is_missing;
        const char *what;
    } rows[] = {
        {!incident->has_header, "header"},
        {!incident->has_trace, "trace"},
        {is_memcg && is_oom && !incident->memcg.memory.usage.known, "memcg-limits"},
        {is_memcg && is_oom && !incident->memcg.stat[STAT_ANON].known, "memcg-stats"},
        {!is_memcg && !incident->host_memory.is_present, "mem-info"},
        {!is_memcg && incident->host_memory.is_present && incident->host_memory.zones_count == 0,
         "zones"},
        {report->stage == GROUP_MEMCG_STATS && report->block == BLOCK_STATS, "memcg-stats-end"},
        {report->is_meminfo_cut, "mem-info-end"},
        {is_oom && incident->tasks_count == 0, "tasks"},
        {is_oom && !incident->has_tasks_header && incident->tasks_count > 0, "tasks-start"},
        {report->is_table_cut, "tasks-end"},
        {report->is_mixed, "interleaved"},
        {incident->kind == KIND_OOM_KILL && incident->victims_count == 0, "victim"},
        {incident->victims_count && !incident->has_kill_line, "kill-line"},
    };
    if (incident->kind == KIND_USERSPACE_KILL || report->is_stall)
        return;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].is_missing)
            incident_add_missing(incident, rows[i].what);
}

/* What the kill line does not say: the task table and the summary do. */
static void complete_victims(const struct report *report)
{
    struct incident *incident = report->incident;
    for (size_t i = 0; i < incident->victims_count; i++) {
        struct victim *victim = &incident->victims[i];
        const struct task *task = find_task(report, victim);
        if (task && victim->comm.length == 0)
            victim->comm = task->comm;
        if (task && !victim->uid.known && task->uid >= 0)
            victim->uid = amount_of(task->uid, task->line);
        if (task && !victim->oom_score_adj.known)
            victim->oom_score_adj = task->oom_score_adj;
        if (victim->is_chosen && victim->cgroup.length == 0)
            victim->cgroup = incident->memcg.victim_path;
    }
}

void report_finish(struct report *report)
{
    struct incident *incident = report->incident;
    if (report->doubtful)
        *report->doubtful = UNKNOWN;
    if (incident->victims_count > FEW_VICTIMS)
        report_index_tasks(report);
    report->is_meminfo_cut = report->stage >= GROUP_COUNTERS && report->stage <= GROUP_RAM &&
                             !incident->host_memory.ram.known;
    find_page_size(report);
    scale_host(&incident->host_memory, incident->page_size);
    scale_tasks(report, incident->page_size);
    repair_page_table_unit(report);
    complete_victims(report);
    incident->kind = kind_of(report);
    incident->has_trace = has_trace(report);
    for (int i = 0; i < report->columns.count; i++)
        incident->has_detailed_rss |= report->columns.column[i] == COLUMN_RSS_ANON;
    incident->memcg.version = report->has_v2_counter ? 2 : report->has_v1_counter ? 1 : 0;
    find_missing(report);
    incident->is_complete = incident->missing_count == 0;
    incident_identify(incident);
}
