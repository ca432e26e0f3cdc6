/*
 * The task table; section 1.8 of the formats. Columns are taken by name from the header line;
 * without one the row's own shape tells. Kernel: mm/oom_kill.c dump_tasks().
 */
#include "parsers/log/columns.h"
#include "parsers/log/keyvalue.h"
#include "parsers/log/line_format.h"

void read_tasks_title(struct report *report, struct slice text, uint32_t line)
{
    (void)text;
    (void)line;
    report->is_strong = true;
    report->block = BLOCK_TASKS;
}

bool is_tasks_header(struct slice text)
{
    return text.length && text.data[0] == '[' && slice_contains(text, SLICE(" total_vm ")) &&
           slice_contains(slice_take(text, 12), SLICE("pid"));
}

static enum task_column column_named(struct slice name)
{
    static const struct {
        struct slice name;
        enum task_column column;
    } rows[] = {
        {SLICE_INIT("uid"), COLUMN_UID},
        {SLICE_INIT("tgid"), COLUMN_TGID},
        {SLICE_INIT("total_vm"), COLUMN_TOTAL_VM},
        {SLICE_INIT("rss"), COLUMN_RSS},
        {SLICE_INIT("rss_anon"), COLUMN_RSS_ANON},
        {SLICE_INIT("rss_file"), COLUMN_RSS_FILE},
        {SLICE_INIT("rss_shmem"), COLUMN_RSS_SHMEM},
        {SLICE_INIT("nr_ptes"), COLUMN_PAGE_TABLES},
        {SLICE_INIT("nr_pmds"), COLUMN_PAGE_TABLES},
        {SLICE_INIT("nr_puds"), COLUMN_PAGE_TABLES},
        {SLICE_INIT("pgtables_bytes"), COLUMN_PGTABLES_BYTES},
        {SLICE_INIT("swapents"), COLUMN_SWAPENTS},
        {SLICE_INIT("oom_adj"), COLUMN_OOM_ADJ},
        {SLICE_INIT("oom_score_adj"), COLUMN_OOM_SCORE_ADJ},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (slice_equal(name, rows[i].name))
            return rows[i].column;
    return COLUMN_OTHER;
}

void read_tasks_header(struct report *report, struct slice text, uint32_t line)
{
    (void)line;
    struct task_columns *columns = &report->columns;
    columns->count = 0;
    report->is_strong = true;
    report->block = BLOCK_TASKS;
    report->incident->has_tasks_header = true;
    struct slice rest = slice_skip(text, slice_find_byte(text, ']') + 1);
    for (struct slice word = slice_word(&rest); word.length && columns->count < TASK_COLUMNS_MAX;
         word = slice_word(&rest))
        if (!slice_equal(word, SLICE("name")))
            columns->column[columns->count++] = column_named(word);
}

/* The pid between the brackets, and what follows them. */
static bool take_any_pid(struct slice *text, int64_t *pid)
{
    if (text->length < 3 || text->data[0] != '[')
        return false;
    struct slice rest = slice_skip_blanks(slice_skip(*text, 1));
    if (!slice_take_number(&rest, pid))
        return false;
    rest = slice_skip_blanks(rest);
    if (rest.length == 0 || rest.data[0] != ']')
        return false;
    *text = slice_skip(rest, 1);
    return true;
}

/* The same, of up to seven digits behind up to eight blanks, as nearly all are. */
static inline bool take_pid(struct slice *text, int64_t *pid)
{
    enum { ROOM = 1 + 8 + 8 };
    const char *at = text->data + 1;
    uint64_t number;
    if (text->length < ROOM || text->data[0] != '[')
        return take_any_pid(text, pid);
    at += eight_repeated(at, ' ');
    size_t digits = eight_digits(at, &number);
    if (digits == 0 || digits == 8 || at[digits] != ']')
        return take_any_pid(text, pid);
    *pid = (int64_t)number;
    *text = slice_skip(*text, (size_t)(at + digits + 1 - text->data));
    return true;
}

/* The next number of the row, whatever its length; false at the first word that is none. */
static bool take_any_figure(struct slice *text, int64_t *ret)
{
    struct slice rest = slice_skip_blanks(*text);
    if (!slice_take_number(&rest, ret) ||
        (rest.length && rest.data[0] != ' ' && rest.data[0] != '\t'))
        return false;
    *text = rest;
    return true;
}

/* Numbers up to the first word that is none; what follows them stays in @p text. */
static int take_numbers(struct slice *text, int64_t numbers[], int most)
{
    int count = 0;
    while (count < most) {
        int more = columns_take(text, numbers + count, most - count);
        if (more == 0 && !take_any_figure(text, &numbers[count]))
            break;
        count += more ? more : 1;
    }
    return count;
}

/* A pid in brackets with a number behind it: no other line of a kernel looks so. */
bool is_task_row(struct slice text)
{
    int64_t pid;
    if (!take_pid(&text, &pid))
        return false;
    text = slice_skip_blanks(text);
    return text.length && text.data[0] >= '0' && text.data[0] <= '9';
}

/* Without a header: the shapes differ in the number of columns, and bytes of page tables are whole
 * pages. */
static void guess_columns(struct task_columns *columns, struct slice text)
{
    static const enum task_column old[] = {COLUMN_UID,          COLUMN_TGID,  COLUMN_TOTAL_VM,
                                           COLUMN_RSS,          COLUMN_OTHER, COLUMN_OOM_ADJ,
                                           COLUMN_OOM_SCORE_ADJ};
    static const enum task_column seven[] = {
        COLUMN_UID,         COLUMN_TGID,     COLUMN_TOTAL_VM,     COLUMN_RSS,
        COLUMN_PAGE_TABLES, COLUMN_SWAPENTS, COLUMN_OOM_SCORE_ADJ};
    static const enum task_column eight[] = {
        COLUMN_UID,         COLUMN_TGID,        COLUMN_TOTAL_VM, COLUMN_RSS,
        COLUMN_PAGE_TABLES, COLUMN_PAGE_TABLES, COLUMN_SWAPENTS, COLUMN_OOM_SCORE_ADJ};
    static const enum task_column ten[] = {
        COLUMN_UID,      COLUMN_TGID,         COLUMN_TOTAL_VM,  COLUMN_RSS,
        COLUMN_RSS_ANON, COLUMN_RSS_FILE,     COLUMN_RSS_SHMEM, COLUMN_PGTABLES_BYTES,
        COLUMN_SWAPENTS, COLUMN_OOM_SCORE_ADJ};
    int64_t n[TASK_COLUMNS_MAX];
    int count = take_numbers(&text, n, 10);
    if (count < 7) /* torn: let a whole one tell */
        return;
    const enum task_column *shape = count >= 10 ? ten : count == 8 ? eight : seven;
    bool is_oom_adj = count == 7 && n[5] >= -17 && n[5] <= 15 && n[4] < 4096 && n[5] != 0;
    columns->count = count >= 10 ? 10 : count == 8 ? 8 : 7;
    memcpy(columns->column, is_oom_adj ? old : shape, (size_t)columns->count * sizeof *shape);
    if (count == 7 && n[4] >= 4096 && n[4] % 4096 == 0)
        columns->column[4] = COLUMN_PGTABLES_BYTES;
}

/* Where a column's number goes in a task; 0: it is not kept, or no amount. */
static const size_t amount_of_column[] = {
    [COLUMN_TOTAL_VM] = offsetof(struct task, total_vm),
    [COLUMN_RSS] = offsetof(struct task, rss),
    [COLUMN_RSS_ANON] = offsetof(struct task, rss_anon),
    [COLUMN_RSS_FILE] = offsetof(struct task, rss_file),
    [COLUMN_RSS_SHMEM] = offsetof(struct task, rss_shmem),
    [COLUMN_PAGE_TABLES] = offsetof(struct task, pgtables),
    [COLUMN_PGTABLES_BYTES] = offsetof(struct task, pgtables),
    [COLUMN_SWAPENTS] = offsetof(struct task, swap),
    [COLUMN_OOM_ADJ] = offsetof(struct task, oom_adj),
    [COLUMN_OOM_SCORE_ADJ] = offsetof(struct task, oom_score_adj),
    [COLUMN_OTHER] = 0,
};

static inline void set_column(struct task *task, enum task_column column, int64_t number,
                              uint32_t line)
{
    size_t at = amount_of_column[column];
    struct amount *amount = (void *)((char *)task + at), value = amount_of(number, line);
    if (at)
        *amount =
            column == COLUMN_PAGE_TABLES && amount->known ? amount_add(*amount, value) : value;
    else if (column == COLUMN_UID)
        task->uid = number;
    else if (column == COLUMN_TGID)
        task->tgid = number;
}

/* One more task, zeroed. Room is made for as many as the table before held: copying a table while
 * it grows costs as much as reading it. */
static struct task *add_task(struct report *report)
{
    struct incident *incident = report->incident;
    size_t count = incident->tasks_count;
    if (count == report->tasks_room) {
        size_t least = report->tasks_expected > TASKS_LEAST ? report->tasks_expected : TASKS_LEAST;
        report->tasks_room = count ? 2 * count : least;
        struct task *larger = arena_allocate(incident->arena, report->tasks_room * sizeof *larger);
        if (count)
            memcpy(larger, incident->tasks, count * sizeof *larger);
        incident->tasks = larger;
    }
    return &incident->tasks[incident->tasks_count++];
}

void read_task_row(struct report *report, struct slice text, uint32_t line)
{
    struct task_columns *columns = &report->columns;
    int64_t pid, numbers[TASK_COLUMNS_MAX];
    if (!take_pid(&text, &pid))
        return;
    if (columns->count == 0)
        guess_columns(columns, text);
    if (columns->count == 0)
        return;
    int count = take_numbers(&text, numbers, columns->count);
    if (count < columns->count) /* cut, or torn by another line */
        return;
    report->is_strong = true;
    report->block = BLOCK_TASKS;
    struct task *task = add_task(report);
    task->pid = pid;
    task->tgid = task->uid = -1;
    task->comm = comm_of(text);
    task->line = line;
    for (int i = 0; i < count; i++)
        set_column(task, columns->column[i], numbers[i], line);
}
