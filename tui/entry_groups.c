/* Which group of the list comes first: the one with the most incidents in it. */
#include <stdlib.h>

#include "analyzer/base/hash_table.h"
#include "tui/catalogue.h"

struct group {
    struct slice name;
    size_t incidents, rank;
    UT_hash_handle hh;
};

static int larger_first(const struct group *a, const struct group *b)
{
    if (a->incidents != b->incidents)
        return a->incidents > b->incidents ? -1 : 1;
    return slice_compare(a->name, b->name);
}

/* Each entry's rank is the index of its group in @p room as yet. @return the groups, ranked */
static struct group *collect(struct entry **entries, const size_t *firsts, size_t count,
                             enum list_group by, struct group *room)
{
    struct group *groups = NULL, *group;
    size_t used = 0, rank = 0;
    for (size_t i = 0; i < count; i++) {
        struct entry *entry = entries[firsts[i]];
        struct slice name = entry_group(entry, by);
        HASH_FIND(hh, groups, name.data, name.length, group);
        if (!group) {
            group = &room[used++];
            group->name = name;
            HASH_ADD_KEYPTR(hh, groups, name.data, name.length, group);
        }
        group->incidents += entry->count;
        entry->group_rank = (size_t)(group - room);
    }
    HASH_SORT(groups, larger_first);
    for (group = groups; group; group = group->hh.next)
        group->rank = rank++;
    return groups;
}

void entry_rank_groups(struct entry **entries, const size_t *firsts, size_t count,
                       enum list_group by)
{
    struct group *room = must_allocate((count + 1) * sizeof *room);
    struct group *groups = by == GROUP_NONE ? NULL : collect(entries, firsts, count, by, room);
    for (size_t i = 0; i < count; i++) {
        struct entry *entry = entries[firsts[i]];
        entry->group_rank = groups ? room[entry->group_rank].rank : 0;
    }
    HASH_CLEAR(hh, groups);
    free(room);
}
