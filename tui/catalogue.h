/*
 * All incidents that are browsed, and the lines in which the list shows them: filtered, sorted,
 * grouped, repeats folded.
 *
 * Of each a row is kept; the incident itself lies folded (arena.h) until it is opened. One is open
 * at a time. Not for several threads: what a reading thread finds is made an entry there and put in
 * here.
 */
#ifndef WHYOOM_TUI_CATALOGUE_H
#define WHYOOM_TUI_CATALOGUE_H

#include "analyzer/render.h"
#include "analyzer/store.h"
#include "rules/condition.h"
#include "rules/rule.h"

enum list_order {
    ORDER_INPUT,
    ORDER_TIME,
    ORDER_HOST,
    ORDER_CLASS,
    ORDER_OWNER,
    ORDER_VICTIM,
    ORDER_SIZE,
    ORDER_REPEATS,
    LIST_ORDERS
};

enum list_group { GROUP_NONE, GROUP_CLASS, GROUP_CGROUP, GROUP_HOST, GROUP_KERNEL, LIST_GROUPS };

enum { FILTER_MAX = 128 };

/** How the list is shown. */
struct arrangement {
    enum list_order order;
    bool is_descending;
    enum list_group group;
    bool is_folded;          /* repeats in one line */
    char filter[FILTER_MAX]; /* only incidents that have this text somewhere; "": all */
};

/** One incident in the list. */
struct entry {
    struct incident_row *row;
    unsigned fold_hash; /* of row->fold: it is asked for with every new order of the list */
    struct slice cgroup, kernel, summary; /* escaped, in `text` */
    char *text;
    struct incident *incident; /* folded unless it is open; NULL: in the store */
    struct arena *arena;       /* its */
    int64_t rowid;             /* in the store; 0: it is not from one */
    enum outcome where;        /* what the condition said */
    bool is_asked;             /* whether it was asked at all */
    bool is_unfolded;          /* its repeats are shown */
    bool is_group_closed;      /* its group shows its heading alone */
    size_t next, count;        /* repeats, as they are folded now: the next one, and how many */
    size_t group_rank;         /* of its group among the groups shown now, the largest first */
};

/** An entry of a judged incident, which it owns from then on, and folds. Any thread. */
struct entry *entry_create(struct incident *incident, uint64_t number);
void entry_destroy(struct entry *entry);

/** An entry of an incident that stays in the store until it is opened. Any thread. */
struct entry *entry_create_stored(const struct store_row *stored, uint64_t number);

/** Rank the groups that @p firsts (indices in @p entries, their repeats counted) fall into. */
void entry_rank_groups(struct entry **entries, const size_t *firsts, size_t count,
                       enum list_group by);

enum line_kind { LINE_GROUP, LINE_INCIDENT, LINE_REPEAT };

struct list_line {
    enum line_kind kind;
    const struct entry *entry; /* of a group: its first */
    size_t count;              /* incidents in the group, or repeats folded into the line */
};

struct catalogue;

/** @p rules judge an incident again, with a trace, when it is opened; borrowed. */
struct catalogue *catalogue_create(const struct rule_set *rules);

/** Where the incidents of stored entries are read; borrowed. */
void catalogue_set_store(struct catalogue *catalogue, struct store *store);
void catalogue_destroy(struct catalogue *catalogue);

/** Take @p entry in, to own; one with a number that is there already is replaced. */
void catalogue_put(struct catalogue *catalogue, struct entry *entry);

/** How many incidents there are, and how many of these the filter and the condition let through. */
size_t catalogue_count(const struct catalogue *catalogue);
size_t catalogue_shown(const struct catalogue *catalogue);

/** Do the lines stand as they should? What was put and asked since catalogue_arrange() is missing.
 */
bool catalogue_is_arranged(const struct catalogue *catalogue);

/** Only incidents for which @p where holds, from the next arrange on; taken over. NULL: all. */
void catalogue_set_condition(struct catalogue *catalogue, struct condition *where);

/** Ask the condition of incidents that were not asked yet, for @p most of them. @return how many
 * are still to be asked */
size_t catalogue_ask(struct catalogue *catalogue, size_t most);

/** Make the lines anew. */
void catalogue_arrange(struct catalogue *catalogue, const struct arrangement *arrangement);

size_t catalogue_lines(const struct catalogue *catalogue);
struct list_line catalogue_line(const struct catalogue *catalogue, size_t index);

/** The line of the incident with this number, or of the one it is folded into; SLICE_NOT_FOUND when
 * it is not shown. */
size_t catalogue_find(const struct catalogue *catalogue, int number);

/** Unfold, or fold, the repeats or the group of a line; arrange afterwards. Folding a line that has
 * nothing to fold closes its group. */
void catalogue_unfold(struct catalogue *catalogue, size_t line, enum list_group group,
                      bool is_unfolded);

/** The name of the group of @p entry; in its memory. */
struct slice entry_group(const struct entry *entry, enum list_group group);

/** Open the incident of an entry, judged with a trace; borrowed until the next one is opened. A
 * stored one is as its record says, without a trace. NULL: its record cannot be read. */
const struct incident *catalogue_open(struct catalogue *catalogue, const struct entry *entry);

#endif
