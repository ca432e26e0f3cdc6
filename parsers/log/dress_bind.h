/*
 * The members of a message by the names that the patterns' groups have.
 *
 * Private to the dress.
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_BIND_H
#define WHYOOM_PARSERS_LOG_DRESS_BIND_H

#include "parsers/log/dress_row.h"

struct dress_binding {
    const char *group;
    void (*bind)(struct prefix *prefix, const struct dress_row *row, struct slice value);
};

enum { DRESS_BINDINGS = 24 };

extern const struct dress_binding dress_bindings[DRESS_BINDINGS];

#endif
