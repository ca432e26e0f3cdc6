/* One incident as the list knows it: its row, the texts that it is filtered by, where it lies. */
#include <stdlib.h>

#include "analyzer/base/escape.h"
#include "analyzer/base/hash_table.h"
#include "tui/catalogue.h"

enum { ENTRY_TEXTS = 3 };

/* Copies of @p texts: the cgroup, the kernel, the summary. */
static void keep_texts(struct entry *entry, const struct slice texts[static ENTRY_TEXTS])
{
    struct slice *members[ENTRY_TEXTS] = {&entry->cgroup, &entry->kernel, &entry->summary};
    char *at = entry->text =
        must_reallocate(NULL, texts[0].length + texts[1].length + texts[2].length + 1);
    for (size_t i = 0; i < ENTRY_TEXTS; i++) {
        if (texts[i].length)
            memcpy(at, texts[i].data, texts[i].length);
        *members[i] = slice_of(at, texts[i].length);
        at += texts[i].length;
    }
}

static void keep_row(struct entry *entry, struct incident_row *row, uint64_t number)
{
    entry->row = row;
    row->number = (int)number;
    HASH_VALUE(row->fold.data, row->fold.length, entry->fold_hash);
}

struct entry *entry_create(struct incident *incident, uint64_t number)
{
    struct entry *entry = must_allocate(sizeof *entry);
    struct arena *arena = arena_create();
    const struct slice texts[ENTRY_TEXTS] = {escape_text(arena, incident->memcg.path),
                                             escape_text(arena, incident->kernel),
                                             escape_text(arena, incident->summary)};
    keep_texts(entry, texts);
    arena_destroy(arena);
    keep_row(entry, incident_row_create(incident), number);
    entry->incident = incident;
    entry->arena = incident->arena;
    arena_fold(entry->arena);
    return entry;
}

struct entry *entry_create_stored(const struct store_row *stored, uint64_t number)
{
    struct entry *entry = must_allocate(sizeof *entry);
    const struct slice texts[ENTRY_TEXTS] = {stored->cgroup, stored->kernel, stored->summary};
    keep_texts(entry, texts);
    keep_row(entry, store_row_for_list(stored), number);
    entry->rowid = stored->rowid;
    return entry;
}

void entry_destroy(struct entry *entry)
{
    if (!entry)
        return;
    arena_destroy(entry->arena);
    free(entry->row);
    free(entry->text);
    free(entry);
}

struct slice entry_group(const struct entry *entry, enum list_group group)
{
    switch (group) {
    case GROUP_CLASS:
        return slice_from_string(term_name(VOCABULARY_CLASS, (int)entry->row->class_));
    case GROUP_CGROUP:
        return entry->cgroup.length ? entry->cgroup : SLICE("no cgroup's limit");
    case GROUP_HOST:
        return entry->row->host.length ? entry->row->host : SLICE("host unknown");
    case GROUP_KERNEL:
        return entry->kernel.length ? entry->kernel : SLICE("kernel unknown");
    case GROUP_NONE:
    case LIST_GROUPS:
        break;
    }
    return SLICE("");
}
