/*
 * What is wrong with a rule file: "file:line:column: what", several per run.
 *
 * Lines and columns count from 1, columns in bytes. Only the first MISTAKES_SHOWN are kept, so that
 * a file of nonsense costs no more than a screen of text.
 */
#ifndef WHYOOM_RULES_MISTAKES_H
#define WHYOOM_RULES_MISTAKES_H

#include "analyzer/base/error.h"
#include "analyzer/base/slice.h"

enum { MISTAKES_SHOWN = 20 };

struct place {
    const char *file;
    int line, column;
};

struct mistakes {
    char *text; /* the lines so far, owned */
    size_t length;
    int count;
};

void mistakes_add(struct mistakes *mistakes, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** NULL when nothing was wrong, else an error with all lines; empties @p mistakes. */
struct error *mistakes_to_error(struct mistakes *mistakes, enum error_kind kind)
    __attribute__((warn_unused_result));

#endif
