#include "parsers/types/name_index.h"

#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "analyzer/base/hash.h"

static uint64_t key_of(struct slice name, uint32_t value)
{
    return hash_slice(HASH_START, name) << 32 | value;
}

void name_index_add(struct name_index *index, struct slice name, uint32_t value)
{
    if (index->count == index->room) {
        index->room = index->room ? index->room * 2 : 4096;
        index->keys = must_reallocate(index->keys, index->room * sizeof *index->keys);
    }
    index->keys[index->count++] = key_of(name, value);
}

static int compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return left < right ? -1 : left > right;
}

void name_index_finish(struct name_index *index)
{
    if (index->count)
        qsort(index->keys, index->count, sizeof *index->keys, compare);
}

void name_index_deinit(struct name_index *index)
{
    free(index->keys);
    *index = (struct name_index){0};
}

size_t name_index_find(const struct name_index *index, struct slice name)
{
    uint64_t key = key_of(name, 0);
    size_t low = 0, high = index->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (index->keys[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool name_index_next(const struct name_index *index, struct slice name, size_t *place,
                     uint32_t *ret)
{
    if (*place >= index->count || index->keys[*place] >> 32 != key_of(name, 0) >> 32)
        return false;
    *ret = (uint32_t)index->keys[(*place)++];
    return true;
}
