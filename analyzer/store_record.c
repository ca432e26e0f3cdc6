#include "analyzer/store_record.h"

#include <stdlib.h>
#include <zstd.h>

#include "analyzer/limits.h"

/* Higher levels take twice the time for 7 % less. */
enum { LEVEL = 1 };

struct record_packer {
    ZSTD_CCtx *context;
    char *frame;
    size_t size;
};

struct record_packer *record_packer_create(void)
{
    struct record_packer *packer = must_allocate(sizeof *packer);
    packer->context = ZSTD_createCCtx();
    if (!packer->context)
        die_out_of_memory();
    return packer;
}

void record_packer_destroy(struct record_packer *packer)
{
    if (!packer)
        return;
    ZSTD_freeCCtx(packer->context);
    free(packer->frame);
    free(packer);
}

struct slice record_pack(struct record_packer *packer, struct slice record)
{
    size_t bound = ZSTD_compressBound(record.length);
    if (packer->size < bound) {
        packer->size = 2 * bound;
        packer->frame = must_reallocate(packer->frame, packer->size);
    }
    size_t length = ZSTD_compressCCtx(packer->context, packer->frame, packer->size, record.data,
                                      record.length, LEVEL);
    if (ZSTD_isError(length)) /* only memory can lack, for the frame has room */
        die_out_of_memory();
    return slice_of(packer->frame, length);
}

struct error *record_unpack(struct slice frame, struct arena *arena, struct slice *ret)
{
    unsigned long long length = ZSTD_getFrameContentSize(frame.data, frame.length);
    if (length == ZSTD_CONTENTSIZE_ERROR || length == ZSTD_CONTENTSIZE_UNKNOWN ||
        length > LIMIT_RECORD)
        return error_create(ERROR_INPUT, "what stands there is no record");
    char *record = arena_allocate(arena, (size_t)length + 1);
    size_t unpacked = ZSTD_decompress(record, (size_t)length, frame.data, frame.length);
    if (ZSTD_isError(unpacked))
        return error_create(ERROR_INPUT, "the record is damaged: %s", ZSTD_getErrorName(unpacked));
    *ret = slice_of(record, unpacked);
    return NULL;
}
