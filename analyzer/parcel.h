/*
 * What an input yielded, kept until it is its turn.
 */
#ifndef WHYOOM_PARCEL_H
#define WHYOOM_PARCEL_H

#include <sys/queue.h>

#include "analyzer/intake.h"

enum parcel_kind { PARCEL_INCIDENT, PARCEL_COVERED, PARCEL_FAILED, PARCEL_NOTED, PARCEL_REST };

struct parcel {
    STAILQ_ENTRY(parcel) next;
    enum parcel_kind kind;
    struct incident *incident;
    struct coverage coverage;
    char *path, *what; /* or the host */
    uint64_t end;
    size_t weight; /* bytes, about */
};

STAILQ_HEAD(parcels, parcel);

struct parcel *parcel_of_incident(struct incident *incident); /* owns it */
struct parcel *parcel_of_coverage(const struct coverage *coverage);
struct parcel *parcel_of_words(enum parcel_kind kind, const char *path, const char *what);
struct parcel *parcel_of_rest(const char *path, struct slice host, uint64_t end);

/** Hand it over, and free. */
void parcel_deliver(struct parcel *parcel, const struct intake_sink *sink);

#endif
