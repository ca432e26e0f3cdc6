/*
 * The memory cgroup's part of a report: whose limit, its counters, its statistics; section 3 of the
 * formats. Kernel: mm/memcontrol.c mem_cgroup_print_oom_info(), memory_stat_format(),
 * mem_cgroup_print_oom_group().
 */
#include "parsers/log/keyvalue.h"
#include "parsers/log/line_format.h"

static struct memcg *memcg_of(struct report *report)
{
    report->is_strong = true;
    report->incident->memcg.is_present = true;
    return &report->incident->memcg;
}

/* Alibaba's 4.19 prints the line of a shortage of the machine, too: "as a result of limit of host".
 * A cgroup's path begins with a slash. */
static void read_limit_owner(struct report *report, struct slice owner)
{
    if (slice_equal(owner, SLICE("host")))
        report->is_strong = report->incident->says_global_oom = true;
    else
        memcg_of(report)->path = owner;
}

void read_task_in(struct report *report, struct slice text, uint32_t line)
{
    (void)line;
    struct slice rest = slice_skip(text, sizeof "Task in" - 1);
    size_t killed = slice_find(rest, SLICE(" killed"));
    size_t limit = slice_find(text, SLICE("as a result of limit of "));
    if (killed != SLICE_NOT_FOUND)
        report->incident->memcg.victim_path = slice_trim(slice_take(rest, killed));
    if (limit != SLICE_NOT_FOUND)
        read_limit_owner(
            report, slice_trim(slice_skip(text, limit + sizeof "as a result of limit of " - 1)));
    else
        memcg_of(report);
}

void read_limit_reached_of(struct report *report, struct slice text, uint32_t line)
{
    (void)line;
    size_t at = slice_find(text, SLICE(" of "));
    memcg_of(report)->path = slice_trim(slice_skip(slice_skip(text, at), sizeof " of cgroup " - 1));
}

/* "No limit" is the counter's largest value in kB: PAGE_COUNTER_MAX of 4 or 64 KiB pages,
 * res_counter's, 32 bit's. */
static bool is_no_limit(int64_t kib)
{
    return kib >= INT64_C(9007199254740000) || (kib >= 8589934588 && kib <= 8589934592);
}

static struct page_counter *counter_named(struct memcg *memcg, struct slice name)
{
    if (slice_equal(name, SLICE("memory")))
        return &memcg->memory;
    if (slice_equal(name, SLICE("memory+swap")))
        return &memcg->memsw;
    if (slice_equal(name, SLICE("swap")))
        return &memcg->swap;
    return slice_equal(name, SLICE("kmem")) ? &memcg->kmem : NULL;
}

/* memory+swap counts memory: nothing of it, and no limit, is what stands there when nobody counts
 * swap (swapaccount=0). */
static bool is_not_counted(const struct memcg *memcg, const struct page_counter *counter)
{
    return counter == &memcg->memsw && counter->is_unlimited && amount_or(counter->usage, 1) == 0 &&
           amount_or(memcg->memory.usage, 0) > 0;
}

void read_memcg_limit(struct report *report, struct slice text, uint32_t line)
{
    struct memcg *memcg = memcg_of(report);
    struct slice rest = text;
    struct slice name = slice_cut(&rest, ':');
    struct page_counter *counter = counter_named(memcg, name);
    if (!counter || !slice_contains(rest, SLICE(" limit ")))
        return;
    int64_t limit_kib = amount_or(keyvalue_find(rest, SLICE("limit "), 1, line), 0);
    counter->line = line;
    counter->usage = keyvalue_kib(rest, SLICE("usage "), line);
    counter->failcnt = keyvalue_find(rest, SLICE("failcnt "), 1, line);
    counter->is_unlimited = is_no_limit(limit_kib);
    if (!counter->is_unlimited)
        counter->limit = keyvalue_kib(rest, SLICE("limit "), line);
    else if (limit_kib == INT64_C(9007199254740988))
        report->incident->page_size = amount_of(4096, line);
    else if (limit_kib == INT64_C(9007199254740928))
        report->incident->page_size = amount_of(65536, line);
    if (is_not_counted(memcg, counter))
        counter->usage = counter->failcnt = UNKNOWN;
    report->has_v1_counter |= counter == &memcg->memsw || counter == &memcg->kmem;
    report->has_v2_counter |= counter == &memcg->swap;
}

static void add_child(struct report *report, struct slice path, struct slice list, uint32_t line)
{
    struct memcg *memcg = &report->incident->memcg;
    struct memcg_child *child =
        ARENA_PUSH(report->incident->arena, memcg->children, memcg->children_count);
    child->path = path;
    if (!slice_ends(list, SLICE("KB"))) /* the record was full: its last number may be cut */
        list = slice_take(list, slice_find_last(list, SLICE(" ")));
    keyvalue_read(list, memcg_stats, STAT_COUNT, child->stat, line);
    for (int i = 0; i < STAT_COUNT; i++) /* a figure that one line lacks has no sum */
        memcg->stat[i] = memcg->children_count == 1 ? child->stat[i]
                                                    : amount_add(memcg->stat[i], child->stat[i]);
}

/* 3.9 to 5.2: "Memory cgroup stats for /x: cache:0KB rss:..KB", one line per cgroup; later the path
 * alone. */
void read_memcg_stats(struct report *report, struct slice text, uint32_t line)
{
    struct memcg *memcg = memcg_of(report);
    struct slice rest = slice_skip(text, sizeof "Memory cgroup stats" - 1);
    if (slice_starts(rest, SLICE(" for ")))
        rest = slice_skip(rest, sizeof " for " - 1);
    size_t list = slice_find(rest, SLICE(": cache:"));
    struct slice path = slice_trim(slice_take(rest, list));
    if (path.length && path.data[path.length - 1] == ':')
        path.length--;
    if (memcg->path.length == 0)
        memcg->path = path;
    if (list != SLICE_NOT_FOUND)
        add_child(report, path, slice_skip(rest, list + 2), line);
    else
        report->block = BLOCK_STATS;
}

static struct slice subtree_key(struct slice key, bool *is_subtree)
{
    *is_subtree = slice_starts(key, SLICE("total_"));
    return *is_subtree ? slice_skip(key, sizeof "total_" - 1) : key;
}

/* The lines stand in the order of the table. */
static int find_stat(const struct report *report, struct slice key, bool *is_subtree)
{
    return figure_find(memcg_stats, STAT_COUNT, subtree_key(key, is_subtree), report->next_stat);
}

bool is_memcg_stat(struct slice text)
{
    bool is_subtree;
    int64_t value;
    struct slice key = slice_word(&text);
    return slice_to_number(slice_trim(text), &value) &&
           figure_find(memcg_stats, STAT_COUNT, subtree_key(key, &is_subtree), 0) >= 0;
}

/* "anon 12345": 5.3 and later, bytes. v1 prints its own values first and the subtree's behind
 * "total_": those count. */
void read_memcg_stat(struct report *report, struct slice text, uint32_t line)
{
    struct memcg *memcg = memcg_of(report);
    bool is_subtree;
    int64_t value;
    int i = find_stat(report, slice_word(&text), &is_subtree);
    if (i < 0 || !slice_to_number(slice_trim(text), &value))
        return;
    memcg->stat[i] = amount_of(value, line);
    if (report->is_line_unended)
        report->doubtful = &memcg->stat[i];
    report->next_stat = i + 1;
}

void read_protection(struct report *report, struct slice text, uint32_t line)
{
    struct memcg *memcg = &report->incident->memcg;
    memcg->min_protection = keyvalue_kib(text, SLICE("min protection "), line);
    memcg->low_protection = keyvalue_kib(text, SLICE("low protection "), line);
}

/* Does the report hold the counter that @p text prints, or the statistic? */
bool has_memcg_limit(struct report *report, struct slice text)
{
    const struct page_counter *counter =
        counter_named(&report->incident->memcg, slice_cut(&text, ':'));
    return counter && counter->line;
}

bool has_memcg_stat(const struct report *report, struct slice text)
{
    bool is_subtree;
    int i = find_stat(report, slice_word(&text), &is_subtree);
    return i >= 0 && !is_subtree && report->incident->memcg.stat[i].known;
}
