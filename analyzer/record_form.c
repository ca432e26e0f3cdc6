#define _GNU_SOURCE /* memrchr */
#include "analyzer/record_form.h"

#include <string.h>

enum { RECORDS_LEAST = 3 };

/* ---- which */

static bool is_bracket_alone(struct slice line)
{
    line = slice_trim(line);
    return slice_equal(line, SLICE("{")) || slice_equal(line, SLICE("["));
}

static size_t count_equal(struct slice sample, struct slice line)
{
    size_t count = 0;
    while (sample.length)
        count += slice_equal(slice_cut(&sample, '\n'), line);
    return count;
}

/* The first bracket that stands alone and recurs, as indented: what it opens are records. */
static bool find_bracket(struct slice sample, struct slice *ret)
{
    if (!is_bracket_alone(slice_cut(&sample, '\n')))
        return false;
    while (sample.length) {
        struct slice rest = sample, line = slice_cut(&sample, '\n');
        if (!is_bracket_alone(line) || line.length >= RECORD_OPENER_MAX)
            continue;
        if (count_equal(rest, line) < RECORDS_LEAST)
            continue;
        *ret = line;
        return true;
    }
    return false;
}

/* "Thu 2026-11-12 06:00:00.232882 UTC [s=b23a;i=e8;b=1d8d]", and its fields indented. */
static bool is_verbose(struct slice sample)
{
    struct slice line;
    do
        line = slice_cut(&sample, '\n');
    while (slice_starts(line, SLICE("-- ")) && sample.length);
    return slice_contains(line, SLICE(" [s=")) && slice_ends(line, SLICE("]")) &&
           slice_starts(sample, SLICE("    "));
}

static struct record_form form_of(enum record_kind kind, struct slice opener)
{
    struct record_form form = {.kind = kind};
    memcpy(form.opener, opener.data, opener.length);
    return form;
}

struct record_form record_form_of(struct slice sample)
{
    static const struct slice cursor = SLICE_INIT("__CURSOR=");
    struct slice bracket;
    if (find_bracket(sample, &bracket))
        return form_of(RECORDS_IN_BRACKETS, bracket);
    if (slice_starts(sample, cursor))
        return form_of(RECORDS_EXPORTED, cursor);
    return (struct record_form){is_verbose(sample) ? RECORDS_VERBOSE : RECORDS_OF_LINES, ""};
}

/* ---- where */

/* Whether a record begins at the front of @p text, which begins a line. */
static bool begins_record(const struct record_form *form, struct slice text)
{
    struct slice opener = slice_from_string(form->opener);
    if (form->kind == RECORDS_VERBOSE)
        return !slice_starts(text, SLICE(" "));
    return slice_starts(text, opener) &&
           (form->kind != RECORDS_IN_BRACKETS ||
            slice_starts(slice_skip(text, opener.length), SLICE("\n")));
}

size_t record_find_last(const struct record_form *form, struct slice text)
{
    for (size_t end = text.length; end;) {
        const char *newline = memrchr(text.data, '\n', end - 1);
        if (!newline)
            break;
        end = (size_t)(newline + 1 - text.data);
        if (begins_record(form, slice_skip(text, end)))
            return end;
    }
    return SLICE_NOT_FOUND;
}
