/*
 * Errors as values: NULL is success, anything else says what failed, with context added on the way
 * up.
 *
 * Three things are kept apart: our own mistake is an assert; an operation that failed is a struct
 * error; a fact that is missing from the evidence is neither, it is an unknown amount. Only main.c
 * prints errors. Running out of memory ourselves ends the program with one clear line and status 2
 * (see arena.h): there is nothing useful left to do, and no half-read record may pass for a whole
 * one.
 */
#ifndef WHYOOM_BASE_ERROR_H
#define WHYOOM_BASE_ERROR_H

enum error_kind {
    ERROR_SYSTEM, /* the operating system refused */
    ERROR_INPUT,  /* what was read is not what it should be */
    ERROR_RULES,  /* a rule file has mistakes: lines of "file:line:column: what" */
    ERROR_USAGE,  /* the command line asks for something impossible */
};

struct error;

/** A new error; the caller owns it. Never NULL. */
struct error *error_create(enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 2, 3), warn_unused_result));

/** Put "context: " before the message; takes and returns ownership. */
struct error *error_context(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3), warn_unused_result));

/** The message, valid as long as the error. */
const char *error_message(const struct error *error);

enum error_kind error_kind(const struct error *error);

/** Free; NULL is fine. */
void error_destroy(struct error *error);

#endif
