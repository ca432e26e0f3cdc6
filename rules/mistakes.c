#define _GNU_SOURCE /* vasprintf */
#include "rules/mistakes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "analyzer/base/arena.h"

static void append(struct mistakes *mistakes, const char *line, size_t length)
{
    mistakes->text = must_reallocate(mistakes->text, mistakes->length + length + 2);
    if (mistakes->length)
        mistakes->text[mistakes->length++] = '\n';
    memcpy(mistakes->text + mistakes->length, line, length + 1);
    mistakes->length += length;
}

void mistakes_add(struct mistakes *mistakes, struct place place, const char *format, ...)
{
    if (mistakes->count++ >= MISTAKES_SHOWN)
        return;
    va_list arguments;
    va_start(arguments, format);
    char *what, *line;
    if (vasprintf(&what, format, arguments) < 0)
        die_out_of_memory();
    va_end(arguments);
    int length = asprintf(&line, "%s:%d:%d: %s", place.file, place.line, place.column, what);
    if (length < 0)
        die_out_of_memory();
    append(mistakes, line, (size_t)length);
    free(what);
    free(line);
}

struct error *mistakes_to_error(struct mistakes *mistakes, enum error_kind kind)
{
    struct error *error = NULL;
    int hidden = mistakes->count - MISTAKES_SHOWN;
    if (hidden > 0)
        error = error_create(kind, "%s\n... and %d more", mistakes->text, hidden);
    else if (mistakes->count)
        error = error_create(kind, "%s", mistakes->text);
    free(mistakes->text);
    *mistakes = (struct mistakes){0};
    return error;
}
