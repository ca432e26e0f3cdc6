/*
 * "Did you mean": the known name nearest to a word that is none.
 */
#ifndef WHYOOM_BASE_SUGGEST_H
#define WHYOOM_BASE_SUGGEST_H

#include "analyzer/base/slice.h"

/** The name nearest to @p word by insertions, deletions, replacements and swaps; NULL when none is
 * nearer than a third of the word. The first of equals wins. */
const char *suggest(struct slice word, const char *const *names, size_t count);

#endif
