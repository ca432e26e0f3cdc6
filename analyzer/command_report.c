/*
 * whyoom report DB|JSONL: what was stored, as a list, in full, as a table, a page or a ticket.
 * Nothing is judged again, but for --anonymize: what the rules say names what it hides.
 */
#include "analyzer/command.h"

#include <inttypes.h>
#include <stdlib.h>

#include "analyzer/base/escape.h"
#include "analyzer/base/now.h"
#include "analyzer/base/units.h"
#include "analyzer/outputs.h"
#include "analyzer/page.h"
#include "analyzer/render_csv.h"
#include "analyzer/render_story.h"
#include "analyzer/terminal.h"

/* A list that somebody reads; more is for --csv and --html. */
enum { LISTED_MAX = 1000 };

struct report {
    const struct command *command;
    const struct options *options;
    struct store *store;
    struct store_query query;
    struct condition *where;
    struct render_options render;
    FILE *out;
    uint64_t count;
    bool has_trouble; /* a record could not be read */
};

static void complain(void *context, const char *where, const char *what)
{
    struct report *report = context;
    report->has_trouble = true;
    report->command->complain(where, what);
}

/* ---- what is asked for */

static bool holds(void *context, const struct incident *incident)
{
    const struct report *report = context;
    return condition_evaluate(report->where, incident) == OUTCOME_YES;
}

static struct error *check_number(const struct report *report)
{
    if (!report->options->number || report->count)
        return NULL;
    return error_create(ERROR_USAGE, "--number %d: no incident of that number is selected in %s",
                        report->options->number, report->options->operands[0]);
}

static struct error *anonymize(struct report *report)
{
    char salt[SALT_SIZE];
    struct rule_set *rules = NULL;
    struct store *anonymized = NULL;
    struct error *error = salt_choose(salt);
    if (!error)
        error = rule_set_create(report->options->rules_directory, &rules);
    if (!error)
        error = store_anonymize(report->store, rules, salt, complain, report, &anonymized);
    rule_set_destroy(rules);
    if (!error) {
        store_destroy(report->store);
        report->store = anonymized;
    }
    return error;
}

static struct error *open_report(struct report *report)
{
    const struct options *options = report->options;
    if (options->operands_count != 1)
        return error_create(ERROR_USAGE, "whyoom report takes one database or file of JSON lines, "
                                         "as whyoom scan writes them");
    struct error *error =
        time_window_parse(options->since, options->until, now_wall_us(), &report->query.window);
    if (!error && options->where)
        error = condition_create(options->where, &report->where);
    if (!error)
        error = store_open(options->operands[0], complain, report, &report->store);
    if (!error && options->is_anonymized)
        error = anonymize(report);
    if (!error && report->where)
        error = store_restrict(report->store, &report->query, holds, complain, report);
    report->query.number = options->number;
    if (!error)
        error = store_count(report->store, &report->query, &report->count);
    return error ? error : check_number(report);
}

/* ---- in full */

typedef void incident_renderer(FILE *out, const struct incident *incident,
                               const struct render_options *options);

/* Nobody reads the rest when it is cut off. */
static bool is_over(const struct report *report)
{
    return ferror(report->out) != 0;
}

static struct error *render_each(struct report *report, incident_renderer *render)
{
    struct store_cursor *cursor;
    struct store_row row;
    bool has_row = true, is_first = true;
    struct error *error = store_select(report->store, &report->query, &cursor);
    while (!error && !is_over(report)) {
        struct incident *incident = NULL;
        error = store_next(cursor, &row, &has_row);
        if (error || !has_row)
            break;
        error = store_pass_over(store_read(report->store, row.rowid, &incident), complain, report);
        if (!incident)
            continue;
        if (!is_first)
            fputc('\n', report->out);
        is_first = false;
        report->render.number = (int)row.rowid;
        render(report->out, incident, &report->render);
        incident_destroy(incident);
    }
    store_cursor_destroy(cursor);
    return error;
}

/* ---- as a list */

struct tally_line {
    FILE *out;
    struct arena *arena;
    const char *before;
    uint64_t values;
};

static void tell_class(void *context, struct slice value, uint64_t count)
{
    struct tally_line *line = context;
    fprintf(line->out, "%s%.*s %.*s", line->before, SLICE_ARG(escape_text(line->arena, value)),
            SLICE_ARG(count_print(line->arena, (int64_t)count)));
    line->before = " · ";
}

static void count_value(void *context, struct slice value, uint64_t count)
{
    struct tally_line *line = context;
    (void)count;
    line->values += value.length > 0;
}

/* The time of the first incident in an order, or nothing. */
static struct error *time_of_first(struct report *report, struct arena *arena, bool is_last,
                                   struct slice *ret)
{
    struct store_query query = report->query;
    struct store_cursor *cursor;
    struct store_row row;
    bool has_row = false;
    query.order = STORE_BY_TIME;
    query.is_descending = is_last;
    query.most = 1;
    struct error *error = store_select(report->store, &query, &cursor);
    if (!error)
        error = store_next(cursor, &row, &has_row);
    if (!error && has_row && row.time.has_wall) {
        row.time.printed = (struct slice){0};
        *ret = arena_copy(arena, story_time(arena, &row.time, report->render.is_utc));
    }
    store_cursor_destroy(cursor);
    return error;
}

static struct error *print_head(struct report *report, struct arena *arena)
{
    struct slice first = {0}, last = {0};
    struct tally_line hosts = {.out = report->out, .arena = arena};
    struct error *error = time_of_first(report, arena, false, &first);
    if (!error)
        error = time_of_first(report, arena, true, &last);
    if (!error)
        error = store_tally(report->store, &report->query, STORE_HOST, count_value, &hosts);
    if (error)
        return error;
    fprintf(report->out, "%.*s incidents", SLICE_ARG(count_print(arena, (int64_t)report->count)));
    if (hosts.values > 1)
        fprintf(report->out, " on %.*s hosts",
                SLICE_ARG(count_print(arena, (int64_t)hosts.values)));
    if (first.length)
        fprintf(report->out, ", dated %.*s to %.*s", SLICE_ARG(first), SLICE_ARG(last));
    fputc('\n', report->out);
    return NULL;
}

static struct error *print_overview(struct report *report)
{
    struct arena *arena = arena_create();
    struct tally_line classes = {.out = report->out, .arena = arena, .before = ""};
    struct error *error = print_head(report, arena);
    if (!error)
        error = store_tally(report->store, &report->query, STORE_CLASS, tell_class, &classes);
    fputs("\n\n", report->out);
    arena_destroy(arena);
    return error;
}

struct listed {
    struct incident_row **rows;
    size_t count;
};

static bool collect_row(void *context, const struct store_row *row)
{
    struct listed *listed = context;
    listed->rows[listed->count++] = store_row_for_list(row);
    return true;
}

static struct error *collect_rows(struct report *report, struct listed *listed)
{
    struct store_query query = report->query;
    query.most = LISTED_MAX;
    query.offset = report->count > LISTED_MAX ? (int64_t)report->count - LISTED_MAX : 0;
    return store_each(report->store, &query, collect_row, listed);
}

static struct error *print_list(struct report *report)
{
    struct listed listed = {must_allocate(LISTED_MAX * sizeof *listed.rows), 0};
    struct error *error = print_overview(report);
    if (!error)
        error = collect_rows(report, &listed);
    if (!error)
        render_list(report->out, listed.rows, listed.count, &report->render);
    if (!error && report->count > listed.count)
        fprintf(report->out,
                "\nThe last %zu of them; --since and --where narrow it down, --csv and --html FILE "
                "show all.\n",
                listed.count);
    if (!error)
        fputs("\nTo explain one: --number N; all of them: --all.\n", report->out);
    for (size_t i = 0; i < listed.count; i++)
        free(listed.rows[i]);
    free(listed.rows);
    return error;
}

/* ---- by format */

static struct error *print_text(struct report *report)
{
    bool is_full = report->count == 1 || report->options->shows_all;
    return is_full ? render_each(report, render_text) : print_list(report);
}

static struct error *print_ticket(struct report *report)
{
    if (report->count == 1 || report->options->shows_all)
        return render_each(report, render_markdown);
    return error_create(ERROR_USAGE,
                        "--md writes a ticket for one incident, and %" PRIu64
                        " are selected: add --number N, --where EXPR, or --all",
                        report->count);
}

static struct error *print_records(struct report *report)
{
    struct store_cursor *cursor;
    struct store_row row;
    bool has_row = true;
    struct error *error = store_select(report->store, &report->query, &cursor);
    while (!error && !is_over(report)) {
        struct arena *arena = arena_create();
        struct slice record = {0};
        error = store_next(cursor, &row, &has_row);
        if (!error && has_row)
            error = store_pass_over(store_read_record(report->store, row.rowid, arena, &record),
                                    complain, report);
        if (record.length)
            fprintf(report->out, "%.*s\n", SLICE_ARG(record));
        arena_destroy(arena);
        if (!has_row)
            break;
    }
    store_cursor_destroy(cursor);
    return error;
}

static struct error *print_csv(struct report *report)
{
    return render_csv(report->out, report->store, &report->query);
}

static struct error *print_page(struct report *report)
{
    struct arena *arena = arena_create();
    const struct page_options page = {.is_utc = report->options->is_utc,
                                      .title = outputs_title(arena, report->options)};
    struct error *error = render_page(report->out, report->store, &report->query, &page);
    arena_destroy(arena);
    return error;
}

static struct error *print_answer(struct report *report)
{
    static struct error *(*const printers[])(struct report *) = {
        [FORMAT_TEXT] = print_text, [FORMAT_JSON] = print_records, [FORMAT_MARKDOWN] = print_ticket,
        [FORMAT_HTML] = print_page, [FORMAT_CSV] = print_csv,
    };
    bool is_for_people = report->options->format == FORMAT_TEXT;
    if (report->count == 0 && is_for_people) {
        struct arena *arena = arena_create();
        fprintf(report->out, "No such incident in %.*s.\n",
                SLICE_ARG(outputs_title(arena, report->options)));
        arena_destroy(arena);
        return NULL;
    }
    if (report->count == 0 && report->options->format == FORMAT_MARKDOWN)
        return NULL;
    return printers[report->options->format](report);
}

/* Only what is asked for: a file alone leaves standard output empty. */
static bool has_answer(const struct options *options)
{
    return options->has_format || options->shows_all || options->number ||
           !outputs_are_wanted(options);
}

/* ---- the end */

static struct error *decide_status(struct report *report, int *status)
{
    struct store_query query = report->query;
    uint64_t failing = 0;
    struct error *error = NULL;
    for (int class_ = 0; class_ < CLASS_COUNT; class_++)
        query.classes |= (unsigned)report->options->fail_on[class_] << class_;
    if (query.classes)
        error = store_count(report->store, &query, &failing);
    *status = report->has_trouble ? STATUS_TROUBLE
              : failing           ? STATUS_FAIL_ON
              : report->count     ? STATUS_FOUND
                                  : STATUS_NONE;
    return error;
}

static struct error *answer(struct report *report, int *status)
{
    bool is_cut_off = false;
    struct error *error = open_report(report);
    if (!error)
        error = outputs_write(report->options, report->store, &report->query);
    if (!error && has_answer(report->options))
        error = print_answer(report);
    if (!error)
        error = terminal_flush(report->out, &is_cut_off);
    return error ? error : decide_status(report, status);
}

struct error *command_report(const struct command *command, int *status)
{
    const struct options *options = command->options;
    struct terminal terminal = terminal_probe(options->colour);
    struct report report = {
        .command = command,
        .options = options,
        .render = {.width = terminal.width,
                   .has_colour = terminal.has_colour,
                   .is_utc = options->is_utc},
        .out = stdout,
    };
    bool is_paged = terminal.is_terminal && !options->no_pager && options->format == FORMAT_TEXT;
    struct pager *pager = is_paged ? pager_create(&terminal, &report.out) : NULL;
    struct error *error = answer(&report, status);
    if (pager)
        pager_destroy(pager);
    store_destroy(report.store);
    condition_destroy(report.where);
    return error;
}
