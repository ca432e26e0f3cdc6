#include "analyzer/render_json_tasks.h"

#include "analyzer/render_json_fields.h"

/* By rss + swap, and by rss alone: a text names the three largest of these. */
enum { LARGEST_BY_SIZE = 20, LARGEST_BY_RSS = 3, LISTED_MAX = LARGEST_BY_SIZE + LARGEST_BY_RSS };

struct ranked_task {
    int64_t size;
    const struct task *task;
};

struct ranked_tasks {
    struct ranked_task items[LISTED_MAX];
    size_t count;
};

static int64_t size_of(const struct task *task)
{
    return amount_or(amount_add(task->rss, amount_either(task->swap, amount_of(0, 0))), 0);
}

static int64_t rss_of(const struct task *task)
{
    return amount_or(task->rss, 0);
}

/* The first of equals stays before the others. One pass, so that thirty thousand tasks cost no
 * sort. */
static void insert(struct ranked_tasks *top, size_t most, struct ranked_task ranked)
{
    if (top->count == most && ranked.size <= top->items[most - 1].size)
        return;
    size_t at = top->count < most ? top->count++ : most - 1;
    for (; at > 0 && top->items[at - 1].size < ranked.size; at--)
        top->items[at] = top->items[at - 1];
    top->items[at] = ranked;
}

static bool holds(const struct ranked_tasks *top, const struct task *task)
{
    for (size_t i = 0; i < top->count; i++)
        if (top->items[i].task == task)
            return true;
    return false;
}

static struct ranked_tasks largest_tasks(const struct incident *incident)
{
    struct ranked_tasks by_size = {.count = 0}, by_rss = {.count = 0};
    for (size_t i = 0; i < incident->tasks_count; i++) {
        const struct task *task = &incident->tasks[i];
        insert(&by_size, LARGEST_BY_SIZE, (struct ranked_task){size_of(task), task});
        insert(&by_rss, LARGEST_BY_RSS, (struct ranked_task){rss_of(task), task});
    }
    for (size_t i = 0; i < by_rss.count; i++)
        if (!holds(&by_size, by_rss.items[i].task))
            by_size.items[by_size.count++] = by_rss.items[i];
    return by_size;
}

/* Its row in the table of the report, from 1. */
static int64_t row_of(const struct incident *incident, const struct task *task)
{
    return task->row ? (int64_t)task->row : task - incident->tasks + 1;
}

static void write_list(struct json_writer *writer, const struct incident *incident)
{
    struct ranked_tasks top = largest_tasks(incident);
    json_open_array(writer, "tasks");
    for (size_t i = 0; i < top.count; i++) {
        json_open_object(writer, NULL);
        json_put_fields(writer, top.items[i].task, &task_fields);
        json_put_integer(writer, "row", row_of(incident, top.items[i].task));
        json_close(writer);
    }
    json_close(writer);
}

void json_put_tasks(struct json_writer *writer, const struct incident *incident)
{
    if (!incident->tasks_count)
        return;
    uint64_t total = incident->tasks_count + incident->tasks_unlisted;
    json_put_integer(writer, "tasks_total", (int64_t)total);
    write_list(writer, incident);
    json_put_object(writer, "tasks_sum", &incident->totals, &tasks_sum_fields);
    json_put_object(writer, "same_comm", &incident->totals, &same_comm_fields);
    json_put_object(writer, "ranking", &incident->ranking, &ranking_fields);
}
