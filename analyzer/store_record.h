/*
 * How a record stands in the database: as one zstd frame. Reports say most things several times, so
 * it takes a quarter of the room, and the processor's time for it is what writing the rest would
 * cost. For store*.c.
 */
#ifndef WHYOOM_STORE_RECORD_H
#define WHYOOM_STORE_RECORD_H

#include "analyzer/base/arena.h"
#include "analyzer/base/error.h"

struct record_packer;

struct record_packer *record_packer_create(void);

/** Free; NULL is fine. */
void record_packer_destroy(struct record_packer *packer);

/** The frame of @p record; lives until the next call. */
struct slice record_pack(struct record_packer *packer, struct slice record);

/** The record in @p frame, in @p arena; ERROR_INPUT when it is none, or larger than a record can
 * be. */
struct error *record_unpack(struct slice frame, struct arena *arena, struct slice *ret)
    __attribute__((warn_unused_result));

#endif
