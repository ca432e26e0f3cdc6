/*
 * From what the user named to judged incidents: read, analyze, tell duplicates, count repeats,
 * [anonymize], judge, filter, hand over. In the order of the input, in constant memory: no incident
 * is kept but by the sink.
 *
 * Errors: an input that fails is told to the sink, and the rest goes on.
 */
#ifndef WHYOOM_PIPELINE_H
#define WHYOOM_PIPELINE_H

#include "analyzer/intake.h"
#include "analyzer/time_window.h"
#include "rules/condition.h"
#include "rules/rule.h"

struct pipeline_options {
    const struct rule_set *rules;
    const struct condition *where; /* NULL: every incident */
    struct time_window window;
    const char *salt;       /* of pseudonyms, put in before anything is judged; NULL: true names */
    bool has_trace;         /* record what the rules asked (--why) */
    bool takes_better_copy; /* the sink wants a more complete copy of what it has already */
    int threads;            /* 1: only the caller's */
    struct progress *progress; /* NULL is fine */
    struct dump_options dumps;
    struct state *state; /* of earlier runs; NULL: everything is read */
    /** Nothing more is read when it becomes true; what was read until then is still told, a report
     * that stays open too. The sink may set it. */
    atomic_bool *stop;
};

struct pipeline_sink {
    void *context;
    /**
     * A judged incident, to own. @p number counts from 1 in the order of the input; one that was
     * there before stands for a more complete copy of the same decision.
     */
    void (*incident)(void *context, struct incident *incident, uint64_t number);
    /** The incident @p id, which an earlier run told, is part of another that is told; NULL: nobody
     * keeps it. */
    void (*outgrown)(void *context, const char *id);
    /** One line about an input that could not be read, or worth knowing. Text is borrowed. */
    void (*failed)(void *context, const char *path, const char *what);
    void (*noted)(void *context, const char *path, const char *what);
};

/** What a run came to. */
struct pipeline_totals {
    uint64_t incidents; /* handed over, copies not counted but these: */
    uint64_t retold; /* more complete copies, which a sink got that could not replace the first */
    uint64_t duplicates; /* seen before, as complete as now */
    uint64_t outside;    /* of the time window */
    uint64_t timeless;   /* handed over although their wall clock, and so their side of the window,
                            is unknown */
    uint64_t unmatched;  /* --where does not hold */
    uint64_t forgotten;  /* a copy of them would count again */
    uint64_t failures;   /* inputs */
    struct coverage coverage;
};

/** Reads something to its end, into the sink. */
typedef void pipeline_reader(void *context, const struct intake_sink *sink);

/** As pipeline_run(), with what @p read yields. */
struct pipeline_totals pipeline_run_from(const struct pipeline_options *options,
                                         pipeline_reader *read, void *context,
                                         const struct pipeline_sink *sink);

/** Read @p count paths, or this machine when there are none. Returns when all is read. */
struct pipeline_totals pipeline_run(const struct pipeline_options *options, char *const *paths,
                                    size_t count, const struct pipeline_sink *sink);

#endif
