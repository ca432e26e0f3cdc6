#define _GNU_SOURCE /* vasprintf */
#include "analyzer/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "analyzer/base/arena.h"

struct error {
    enum error_kind kind;
    char *message;
};

__attribute__((format(printf, 1, 0))) static char *format_message(const char *format,
                                                                  va_list arguments)
{
    char *message;
    if (vasprintf(&message, format, arguments) < 0)
        die_out_of_memory();
    return message;
}

struct error *error_create(enum error_kind kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct error *error = must_allocate(sizeof *error);
    *error = (struct error){.kind = kind, .message = format_message(format, arguments)};
    va_end(arguments);
    return error;
}

struct error *error_context(struct error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *context = format_message(format, arguments);
    va_end(arguments);
    char *joined;
    if (asprintf(&joined, "%s: %s", context, error->message) < 0)
        die_out_of_memory();
    free(context);
    free(error->message);
    error->message = joined;
    return error;
}

const char *error_message(const struct error *error)
{
    return error->message;
}

enum error_kind error_kind(const struct error *error)
{
    return error->kind;
}

void error_destroy(struct error *error)
{
    if (!error)
        return;
    free(error->message);
    free(error);
}
