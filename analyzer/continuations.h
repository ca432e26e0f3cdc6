/*
 * The starts of rotated files that are the rest of a report which began in the file before
 * (rotated_report.h): what their own readers find there is no incident of its own.
 */
#ifndef WHYOOM_CONTINUATIONS_H
#define WHYOOM_CONTINUATIONS_H

#include "analyzer/incident.h"

/** More of a report of @p host that is told already; borrowed. */
struct continuation {
    const char *path; /* of a file that begins with it */
    struct slice host;
    uint64_t end;    /* byte of the file up to which it goes */
    uint64_t header; /* and at which its header stands; NO_HEADER: that does not stand in it */
    uint64_t torn;   /* up to here the file begins with the rest of a line; 0: with a whole one */
};

static const uint64_t NO_HEADER = UINT64_MAX;

struct continuations;

struct continuations *continuations_create(void);

/** Free; NULL is fine. */
void continuations_destroy(struct continuations *continuations);

/** @p continuation is copied. */
void continuations_add(struct continuations *continuations,
                       const struct continuation *continuation);

/** The byte of its input at which the header of @p incident stands, or NO_HEADER. */
uint64_t continuation_header(const struct incident *incident);

/** Is the incident, which was read from where it says, part of such a report? */
bool continuations_hold(const struct continuations *continuations, const struct incident *incident);

#endif
