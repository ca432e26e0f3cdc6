/*
 * Files below a path that hold no text: how many, and the names of the first few.
 */
#ifndef WHYOOM_PARSERS_SOURCE_PASSED_OVER_H
#define WHYOOM_PARSERS_SOURCE_PASSED_OVER_H

#include <stddef.h>

enum { PASSED_OVER_NAMED = 3, PASSED_OVER_NAME_SIZE = 64 };

struct passed_over {
    const char *root; /* the path that was named; NULL: names are whole */
    size_t count;
    char names[PASSED_OVER_NAMED][PASSED_OVER_NAME_SIZE]; /* of a long one its end */
};

/** @p path was met below the root. */
void passed_over_add(struct passed_over *passed_over, const char *path);

/** Those of @p more, of the same root, too. */
void passed_over_join(struct passed_over *passed_over, const struct passed_over *more);

/** "2 files hold no text and were passed over: a.png, b"; the caller frees it. */
char *passed_over_words(const struct passed_over *passed_over);

#endif
