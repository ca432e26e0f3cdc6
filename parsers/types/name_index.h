/*
 * Names of a type source by their hashes: built once, asked some thousand times.
 *
 * It keeps no names: whoever asks compares those that come in question. Sorted, so that names
 * chosen to collide cost no more than others to build.
 */
#ifndef WHYOOM_PARSERS_TYPES_NAME_INDEX_H
#define WHYOOM_PARSERS_TYPES_NAME_INDEX_H

#include "analyzer/base/slice.h"

struct name_index {
    uint64_t *keys; /* the hash above, the value below */
    size_t count, room;
};

void name_index_add(struct name_index *index, struct slice name, uint32_t value);

/** Sort, after the last was added. */
void name_index_finish(struct name_index *index);

/** Free what is in it. */
void name_index_deinit(struct name_index *index);

/** The first place of @p name's hash; go on from there with name_index_next(). */
size_t name_index_find(const struct name_index *index, struct slice name);

/** Values of the same hash, smallest first. False: no more. */
bool name_index_next(const struct name_index *index, struct slice name, size_t *place,
                     uint32_t *ret);

#endif
