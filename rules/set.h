/*
 * What a rule may ask with "has": the call trace, the gfp flags, the classes, what is missing.
 */
#ifndef WHYOOM_RULES_SET_H
#define WHYOOM_RULES_SET_H

#include "analyzer/incident.h"

/** A name as written after "has" or "frames": exact, or with a '*' in front or behind. */
struct set_word {
    struct slice text; /* without the star */
    bool has_star_before, has_star_after;
};

struct set_words {
    struct set_word *items;
    size_t count;
};

/** What was found, and the line it stands on. */
struct set_hit {
    enum outcome outcome; /* unknown: the set itself is not in the evidence */
    struct slice found;
    uint32_t line;
};

struct set_definition {
    const char *name;
    const char *help;
    struct set_hit (*has)(const struct incident *incident, const struct set_words *words);
    /** What is wrong with @p word ("frame names have no blanks"), or NULL. */
    const char *(*complain)(struct slice word);
};

/** The set called @p name, or NULL. */
const struct set_definition *set_find(struct slice name);

const struct set_definition *set_all(size_t *count);

struct set_word set_word_of(struct slice text);

bool set_word_fits(const struct set_word *word, struct slice name);

#endif
