/*
 * Facts: the names by which rules, --where and renderers ask an incident ("memcg.memory.usage").
 *
 * One table row per fact: name, type, help, how to read it. A fact is a value, a state and an
 * origin; a fact that the evidence does not hold is unknown, never zero. Nothing here decides;
 * values that need arithmetic come from analysis.c.
 */
#ifndef WHYOOM_FACT_H
#define WHYOOM_FACT_H

#include "analyzer/incident.h"

enum fact_type {
    FACT_BYTES,
    FACT_COUNT,      /* plain numbers: failcnt, order, oom_score_adj */
    FACT_VERSION,    /* a count, major * 1000 + minor; printed "5.15" */
    FACT_IDENTIFIER, /* a count by its type: pid, uid, CPU; printed without separators */
    FACT_PERMILLE,   /* shares; written 50% in rules */
    FACT_TEXT,       /* comm, path */
    FACT_TERM,       /* a word of a vocabulary: scope, kind, limit, ... */
    FACT_FLAG,       /* yes, no */
};

struct fact {
    enum fact_type type;
    bool known;
    int64_t number;    /* bytes, count, permille, flag (0, 1), index of the term */
    struct slice text; /* FACT_TEXT: the text; FACT_TERM: its name. Lives as long as the incident */
    uint32_t line;     /* origin; 0 when computed */
};

struct fact_definition {
    const char *name;
    enum fact_type type;
    enum vocabulary_id vocabulary; /* for FACT_TERM */
    const char *help;              /* one line: what it is, and where it comes from */
    struct fact (*read)(const struct incident *incident, const struct fact_definition *definition);
    size_t offset; /* of a member of struct incident, for the common readers */
    struct amount (*compute)(const struct incident *incident); /* when it follows from others */
    struct slice (*compose)(const struct incident *incident);  /* the same for texts */
};

/** The definition of @p name, or NULL. */
const struct fact_definition *fact_find(struct slice name);

/** All definitions, by subject; families of figures keep the order of figures.def. */
const struct fact_definition *fact_all(size_t *count);

/** The known name nearest to @p name (for "did you mean"), or NULL when none is near. */
const char *fact_suggest(struct slice name);

struct fact fact_read(const struct fact_definition *definition, const struct incident *incident);

/** The value for people: "26.7 GiB", "916", "86 %", "yes", "unknown"; in @p arena. Text is not
 * escaped. */
struct slice fact_print(struct arena *arena, const struct fact *fact);

#endif
