/*
 * What stands before every line of a stream, those without a prefix among them: numbers of cat -n,
 * nl, grep -n and less -N, the '+' of a diff.
 *
 * Private to the dress.
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_MARGIN_H
#define WHYOOM_PARSERS_LOG_DRESS_MARGIN_H

#include "parsers/log/dress_sample.h"

struct margin {
    bool is_there;
    int64_t next; /* the least number that the next line may have; 0 in a diff */
};

/** The margin that the lines of @p sample have: numbers that follow one another, or '+'; lines that
 * begin with a bracket as those behind it do may follow without. */
struct margin margin_of(const struct sample *sample);

/** @p line without its margin; one that has none stays as it is. */
struct slice margin_take(struct margin *margin, struct slice line);

#endif
