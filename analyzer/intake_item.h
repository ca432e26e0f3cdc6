/*
 * What an input yielded, kept until it is its turn.
 */
#ifndef WHYOOM_INTAKE_ITEM_H
#define WHYOOM_INTAKE_ITEM_H

#include <sys/queue.h>

#include "analyzer/continuations.h"
#include "analyzer/intake.h"

enum intake_item_kind {
    INTAKE_INCIDENT,
    INTAKE_COVERED,
    INTAKE_FAILED,
    INTAKE_NOTED,
    INTAKE_CONTINUATION
};

struct intake_item {
    STAILQ_ENTRY(intake_item) next;
    enum intake_item_kind kind;
    struct incident *incident;
    struct coverage coverage;
    char *path, *what;                /* or the host */
    struct continuation continuation; /* its path and host are those */
    size_t weight;                    /* bytes, about */
};

STAILQ_HEAD(intake_items, intake_item);

struct intake_item *intake_item_of_incident(struct incident *incident); /* owns it */
/* The others copy. */
struct intake_item *intake_item_of_coverage(const struct coverage *coverage);
struct intake_item *intake_item_of_words(enum intake_item_kind kind, const char *path,
                                         const char *what);
struct intake_item *intake_item_of_continuation(const struct continuation *continuation);

/** Hand it over, and free. */
void intake_item_deliver(struct intake_item *item, const struct intake_sink *sink);

#endif
