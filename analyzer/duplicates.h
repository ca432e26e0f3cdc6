/*
 * What is seen twice is one incident: dmesg and kern.log, a file read again, a rotated copy.
 *
 * Two reports are the same decision when they come from one host (of two names one may lack the
 * domain), or one of them does not name its host, and
 * - the best clock that both carry agrees (kernel time, then wall clock, then the stamp as
 * printed), the same task triggered it and the same victims fell; where the kernel's microseconds
 * agree, a copy that broke off before its kill line, or lacks some of a group's, is known too;
 * - or one lost its end, both have the header with the same task and pid, and the same failcnt or
 *   free pages, and the clocks agree to the second;
 * - or one has lost its head, and a victim's figures in the kill line are the same within
 *   DUPLICATES_NEAR_S: dmesg's ring buffer keeps the end of a report of which kern.log has all, and
 *   a node problem detector repeats the kill line;
 * - or one has no kernel time, trigger, victims and the figures of the kill line are the same, and
 *   the wall clocks agree to the second or one has none; that of dmesg -T is none, for it is
 *   reckoned. Without a zone they are compared within the quarter of an hour, because zones are
 *   whole quarters apart;
 * - or one has no kernel time, nobody fell, the lines without their dress are the same, and the
 *   wall clocks agree likewise; where one has none, the lines have figures that go on, of a limit
 *   or of Mem-Info;
 * - or one is what kubelet heard of it ("System OOM encountered"), and pid and name of the victim
 *   are the same, and no clock says that they are more than DUPLICATES_NEAR_S apart;
 * - or one is what systemd's PID 1 tells of it, and host and unit are the same, and the wall clocks
 *   within a minute; beyond DUPLICATES_NEAR_S they are two.
 * What a copy names and the first did not, is known of the decision from then on.
 * Cost per incident is constant; the oldest are forgotten beyond DUPLICATES_MAX.
 */
#ifndef WHYOOM_DUPLICATES_H
#define WHYOOM_DUPLICATES_H

#include <jansson.h>
#include <stdio.h>

#include "analyzer/incident_grade.h"

enum {
    DUPLICATES_MAX = 32 * 1024, /* some 900 bytes each: 30 MB; more than a day's storm */
    DUPLICATES_NEAR_S = 120,    /* how long a report may take on a slow console; LIMIT_SILENCE_S */
};

struct duplicates;

struct seen {
    uint64_t number; /* the caller's number of that incident; 0 until he sets it */
    int grade;       /* how much of the report was there; the caller's to update */
    size_t victims;  /* that it names; the caller's to update */
    int names;       /* host and date, as many as it had; the caller's to update */
    bool is_unasked; /* the caller's: he left it out for what was not in it */
    bool is_counted; /* the caller's: and he counts it, in this run */
    bool is_earlier; /* another run told it */
    char id[17];     /* of the copy that was told; the caller's to update */
};

/** How many of host and date it names; that dmesg -T reckons is none. */
int incident_names(const struct incident *incident);

/** Does @p incident say more than the copy that was told? Of as much of the report a copy may lack
 * some of a group's kill lines; what its reader says has grown has. @p do_names_count: host and
 * date make it worth telling. */
bool seen_says_less(const struct seen *seen, const struct incident *incident, bool do_names_count);

/** It is told: note how much it says. */
void seen_note(struct seen *seen, const struct incident *incident);

struct duplicates *duplicates_create(void);

/** Free; NULL is fine. */
void duplicates_destroy(struct duplicates *duplicates);

/**
 * The entry of @p incident: an earlier one's, or a new one.
 * @param[out] is_new  whether this is the first time
 * @return valid until the next call
 */
struct seen *duplicates_add(struct duplicates *duplicates, const struct incident *incident,
                            bool *is_new);

/** Of how many decisions a copy would not be known any more: they are beyond DUPLICATES_MAX. */
uint64_t duplicates_forgotten(const struct duplicates *duplicates);

/** Write what is known, JSON lines {"seen":[...]} that duplicates_load() takes. */
void duplicates_save(const struct duplicates *duplicates, FILE *out);

/** Write, as one line, that @p incident is going to be told, whole or not: it is known as one of
 * which nothing was told yet, but under its id. */
void duplicates_announce(const struct incident *incident, FILE *out);

/** The "seen" array of an entry; the caller's. */
json_t *duplicates_saved(const struct seen *seen);

/** Know what stands in a "seen" array, behind what is known already. NULL: it is damaged. */
struct seen *duplicates_load(struct duplicates *duplicates, const json_t *seen);

#endif
