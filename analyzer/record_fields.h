/*
 * The plain fields of a record: key, kind and place in the incident, one table per JSON object.
 *
 * render_json.c writes by these tables and record.c reads by them, so that what one knows the other
 * knows. What is more than a key and a value (the stack, zones, findings) has code in both.
 */
#ifndef WHYOOM_RECORD_FIELDS_H
#define WHYOOM_RECORD_FIELDS_H

#include <stddef.h>

#include "analyzer/incident.h"
#include "analyzer/render_story.h"

enum field_kind {
    FIELD_NATURAL, /* struct amount; below zero it is torn or forged and not written */
    FIELD_AMOUNT,  /* struct amount */
    FIELD_SECONDS, /* struct amount of microseconds; written as decimal seconds */
    FIELD_NUMBER,  /* int64_t; below zero nothing is known */
    FIELD_TEXT,    /* struct slice */
    FIELD_FLAG,    /* bool; written when it is true */
    FIELD_TRUTH,   /* bool; always written */
};

struct record_field {
    const char *key;
    enum field_kind kind;
    size_t offset; /* in the struct that the table belongs to */
};

struct record_fields {
    const struct record_field *rows;
    size_t count;
};

extern const struct record_fields machine_fields,      /* struct incident */
    report_fields,                                     /* struct incident: "report" */
    killer_fields,                                     /* struct incident */
    trigger_who_fields, trigger_what_fields,           /* struct trigger, before and behind gfp */
    victim_fields, task_fields, workload_fields,       /* the structs of that name */
    pool_fields, ranking_fields,                       /* the same: "pool", "ranking" */
    tasks_sum_fields, same_comm_fields,                /* struct totals */
    repeat_fields,                                     /* struct repeat */
    memcg_path_fields, memcg_protection_fields,        /* struct memcg */
    counter_fields,                                    /* struct page_counter */
    host_fields, swap_fields,                          /* struct host_memory */
    hugepages_fields, check_fields,                    /* struct hugepages, struct zone_check */
    dump_fields, dump_shmem_fields, dump_stuck_fields, /* struct dump: "vmcore" and below it */
    dump_lists_fields, dump_huge_pages_fields, dump_blocks_fields, /* the same */
    dump_cgroup_fields, dump_group_fields; /* struct dump_cgroup, struct dump_group */

/* The groups in a dump: the keys of "vmcore" that hold one. */
struct record_dump_group {
    const char *key;
    size_t offset; /* of a struct dump_group in struct dump */
};
extern const struct record_dump_group record_dump_groups[];
extern const size_t record_dump_groups_count;

/* Which lines of the report were there: the words of "lines" in "report". */
struct record_line_word {
    const char *word;
    size_t offset; /* of a bool in struct incident */
};
extern const struct record_line_word record_line_words[];
extern const size_t record_line_words_count;

/** The names of the terms that have no vocabulary of their own; NULL: not written. */
extern const char *const record_wall_sources[WALL_CRASHTIME + 1];
extern const char *const record_source_kinds[SOURCE_VMCORE + 1];
extern const char *const record_provenances[PROVENANCE_USER + 1];

extern const char *const record_quote_roles[QUOTE_ROLES];

#endif
