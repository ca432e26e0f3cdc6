#define _GNU_SOURCE /* gmtime_r */
#include "analyzer/render_csv.h"

#include <inttypes.h>
#include <time.h>

#include "analyzer/base/escape.h"
#include "analyzer/store_database.h"

/* A database may come from anywhere. */
static void write_text(FILE *out, struct slice hostile)
{
    struct arena *arena = is_clean_text(hostile) ? NULL : arena_create();
    struct slice text = arena ? escape_text(arena, hostile) : hostile;
    bool is_formula = text.length && memchr("=+-@\t\r", text.data[0], 6);
    bool is_quoted = false;
    for (size_t i = 0; i < text.length && !is_quoted; i++)
        is_quoted = memchr(",\"\r\n", text.data[i], 4);
    if (is_quoted)
        fputc('"', out);
    if (is_formula)
        fputc('\'', out);
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '"')
            fputc('"', out);
        fputc(text.data[i], out);
    }
    if (is_quoted)
        fputc('"', out);
    arena_destroy(arena);
}

static void write_wall(FILE *out, const struct event_time *time)
{
    time_t seconds = (time_t)(time->wall_us / 1000000);
    struct tm parts;
    char text[40];
    if (time->has_wall && gmtime_r(&seconds, &parts) &&
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts))
        fputs(text, out);
}

static void write_cell(FILE *out, const struct store_column_row *column, const void *member)
{
    const struct event_time *time = member;
    const struct amount *amount = member;
    unsigned term;
    switch (column->kind) {
    case COLUMN_ID:
        write_text(out, slice_from_string(member));
        break;
    case COLUMN_TEXT:
        write_text(out, *(const struct slice *)member);
        break;
    case COLUMN_AMOUNT:
        if (amount->known)
            fprintf(out, "%" PRId64, amount->value);
        break;
    case COLUMN_TERM:
        memcpy(&term, member, sizeof term);
        fputs(term_name(column->vocabulary, (int)term), out);
        break;
    case COLUMN_FLAG:
        fputc(*(const bool *)member ? '1' : '0', out);
        break;
    case COLUMN_INT:
        fprintf(out, "%d", *(const int *)member);
        break;
    case COLUMN_WALL:
        write_wall(out, time);
        break;
    case COLUMN_MONOTONIC:
        if (time->has_monotonic)
            fprintf(out, "%" PRId64 ".%06" PRId64, time->monotonic_us / 1000000,
                    time->monotonic_us % 1000000);
        break;
    }
}

/* The columns of the database, but for the times. */
static const char *name_of(const struct store_column_row *column)
{
    if (column->kind == COLUMN_WALL)
        return "time";
    return column->kind == COLUMN_MONOTONIC ? "uptime_s" : column->name;
}

static void write_names(FILE *out)
{
    fputs("number", out);
    for (size_t i = 0; i < store_columns_count; i++)
        fprintf(out, ",%s", name_of(&store_columns[i]));
    fputs("\r\n", out);
}

static bool write_row(void *context, const struct store_row *row)
{
    FILE *out = context;
    fprintf(out, "%" PRId64, row->rowid);
    for (size_t i = 0; i < store_columns_count; i++) {
        fputc(',', out);
        write_cell(out, &store_columns[i], (const char *)row + store_columns[i].offset);
    }
    fputs("\r\n", out);
    return !ferror(out);
}

struct error *render_csv(FILE *out, struct store *store, const struct store_query *query)
{
    write_names(out);
    return store_each(store, query, write_row, out);
}
