/*
 * What the files of the duplicates share: duplicates.c finds a decision again,
 * duplicates_decision.c reads off an incident by what, duplicates_saved.c carries it from one run
 * to the next.
 */
#ifndef WHYOOM_DUPLICATES_PRIVATE_H
#define WHYOOM_DUPLICATES_PRIVATE_H

#include "analyzer/base/hash_table.h"
#include "analyzer/duplicates.h"

/* By what one decision can be known again. The first three are clocks, the best first. */
enum witness {
    WITNESS_KERNEL,
    WITNESS_WALL,
    WITNESS_PRINTED,
    CLOCKS,
    WITNESS_KILL_LINE = CLOCKS, /* for a report without its head, or without a clock in common */
    WITNESS_ID,                 /* for what has nothing else */
    WITNESS_VICTIM,             /* for what kubelet heard of it */
    WITNESS_TEXT,               /* for a report without victims, within a second */
    WITNESS_FIGURES,            /* the same, where one has no clock */
    WITNESS_UNIT,               /* for what systemd's PID 1 tells of it, in spans of two minutes */
    WITNESS_UNIT_BETWEEN,       /* the same in spans that begin in the middle of those */
    WITNESS_TRIGGER, /* for a report that lost its end: who asked, and figures that go on */
    WITNESS_COUNT,
};

struct decision;

struct clue {
    uint64_t key; /* of the witness and what it says; unique in the table */
    struct decision *decision;
    bool is_there, is_set; /* the incident has it; it is in the table */
    UT_hash_handle hh;
};

struct decision {
    struct seen seen;     /* first: what the caller gets */
    uint64_t machine;     /* host or boot, see machine_of(); 0: not named */
    uint64_t victims;     /* their pids; 0: none */
    uint64_t victim_bits; /* a bit of 64 for each, by its pid: a group's copy may lack some */
    uint64_t trigger;     /* its name, and what it met */
    struct amount pid;
    struct amount failcnt, free; /* in a storm they go on, within a second */
    bool has_header;
    bool is_hearsay; /* kubelet's or PID 1's: it names the victim or its unit, nothing else */
    int second; /* of the quarter of an hour, by the wall clock; -1: not printed, or not sure */
    int64_t of_year; /* seconds of 2024, whatever the year, by the wall clock; -1 likewise */
    uint64_t stamp[CLOCKS];
    bool has_stamp[CLOCKS];
    struct clue clues[WITNESS_COUNT];
    struct decision *next; /* in order of arrival */
};

struct duplicates {
    struct clue *table;
    struct decision *oldest, **end;
    size_t count;
    uint64_t forgotten;
};

/** How long the clock's seconds are sure in a stamp without its zone: all zones are whole quarters
 * apart. */
enum { QUARTER_S = 15 * 60 };

/** By what @p incident is known; must be kept or freed. */
struct decision *decision_create(const struct incident *incident);

/** Keep @p decision behind the others; it belongs to @p duplicates from here. */
void duplicates_keep(struct duplicates *duplicates, struct decision *decision);

#endif
