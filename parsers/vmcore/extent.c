#include "parsers/vmcore/extent.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/arena.h"
#include "analyzer/base/read_at.h"

/* Where things stand in the headers of a 64-bit, little-endian file. */
enum {
    SIGNATURE_LENGTH = 8,
    VERSION_AT = 8,
    BLOCK_SIZE_AT = 428, /* then, of 4 bytes each: blocks of the second header, of the bit maps */
    FRAMES_AT = 440,     /* of the machine, since version 6 in the second header */
    HEADER_LENGTH = 444,
    SPLIT_AT =
        12, /* in the second header; then its first page frame, and the one behind its last */
    SECOND_LENGTH = 104,
    WIDE_VERSION = 6,
    WIDE_START_AT = 80, /* since version 6 these two, */
    WIDE_FRAMES_AT = 96,
    BLOCK_MOST = 64 * 1024,
    CHUNK = 64 * 1024,
    DESCRIPTION = 24, /* offset, length, flags, page flags */
    LOOKED_AT = 1024, /* descriptions: many of the last may be of the one page of zeros */
};

struct layout {
    uint64_t block, map_at, map_length; /* of both bit maps */
    uint64_t first, end;                /* page frames that this file is about */
    uint64_t table_at, pages;           /* the descriptions */
};

static uint64_t word(const unsigned char *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static uint32_t half(const unsigned char *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static uint64_t frames_of(const unsigned char *head, const unsigned char *second, bool is_wide)
{
    uint64_t frames = is_wide ? word(second + WIDE_FRAMES_AT) : 0;
    return frames ? frames : half(head + FRAMES_AT);
}

/* Two maps of a bit for each frame, in whole blocks. */
static bool are_maps_of(uint64_t maps, uint64_t frames, uint64_t block)
{
    uint64_t needed = 2 * ((frames / 8 + block - 1) / block);
    return frames < UINT64_C(1) << 40 && maps >= needed && maps <= needed + 2;
}

/* False: no such file, or its headers contradict each other. The second may be cut off. */
static bool read_layout(int file, struct layout *ret)
{
    unsigned char head[HEADER_LENGTH], second[SECOND_LENGTH];
    if (read_at(file, head, sizeof head, 0) != sizeof head ||
        memcmp(head, "KDUMP   ", SIGNATURE_LENGTH) != 0)
        return false;
    uint64_t block = half(head + BLOCK_SIZE_AT), heads = half(head + BLOCK_SIZE_AT + 4);
    uint64_t maps = half(head + BLOCK_SIZE_AT + 8);
    bool is_wide = half(head + VERSION_AT) >= WIDE_VERSION;
    if (read_at(file, second, sizeof second, block) != sizeof second)
        memset(second, 0, sizeof second);
    if (block == 0 || block > BLOCK_MOST || heads > BLOCK_MOST ||
        !are_maps_of(maps, frames_of(head, second, is_wide), block))
        return false;
    const unsigned char *start = second + (is_wide ? WIDE_START_AT : SPLIT_AT + 4);
    bool is_split = half(second + SPLIT_AT) == 1;
    *ret = (struct layout){.block = block,
                           .map_at = (1 + heads) * block,
                           .map_length = maps * block,
                           .first = is_split ? word(start) : 0,
                           .end = is_split ? word(start + 8) : UINT64_MAX};
    ret->table_at = ret->map_at + ret->map_length;
    return true;
}

static unsigned ones(const struct layout *layout, unsigned char byte, uint64_t frame)
{
    unsigned count = 0;
    for (unsigned bit = 0; bit < 8; bit++)
        count += (byte >> bit & 1) && frame + bit >= layout->first && frame + bit < layout->end;
    return count;
}

/* The second bit map has a bit for each page that the file holds. */
static bool count_pages(int file, struct layout *layout)
{
    unsigned char *chunk = must_allocate(CHUNK);
    uint64_t at = layout->map_length / 2;
    bool is_there = true;
    for (; at < layout->map_length && is_there; at += CHUNK) {
        uint64_t left = layout->map_length - at;
        size_t length = left < CHUNK ? (size_t)left : CHUNK;
        is_there = read_at(file, chunk, length, layout->map_at + at) == length;
        for (size_t i = 0; i < length && is_there; i++)
            layout->pages +=
                chunk[i] ? ones(layout, chunk[i], (at - layout->map_length / 2 + i) * 8) : 0;
    }
    free(chunk);
    return is_there;
}

/* The end of the page that lies last. One description may be damaged: it is believed only where it
 * goes on from another. */
static uint64_t end_of_pages(int file, const struct layout *layout)
{
    unsigned char bytes[DESCRIPTION];
    uint64_t table_end = layout->table_at + layout->pages * DESCRIPTION;
    uint64_t last = table_end, before = table_end;
    uint64_t first = layout->pages > LOOKED_AT ? layout->pages - LOOKED_AT : 0;
    for (uint64_t i = first; i < layout->pages; i++) {
        if (read_at(file, bytes, sizeof bytes, layout->table_at + i * DESCRIPTION) != sizeof bytes)
            return table_end;
        uint64_t end = word(bytes) + half(bytes + 8);
        if (word(bytes) < table_end || half(bytes + 8) > layout->block || end <= before)
            continue;
        before = end > last ? last : end;
        last = end > last ? end : last;
    }
    return last - before <= 2 * layout->block ? last : before;
}

struct extent extent_of(int file)
{
    struct stat status;
    struct layout layout;
    if (fstat(file, &status) != 0)
        return (struct extent){0};
    struct extent extent = {.present = (uint64_t)status.st_size};
    if (!read_layout(file, &layout))
        return extent;
    extent.promised = count_pages(file, &layout) ? end_of_pages(file, &layout) : layout.table_at;
    return extent;
}

bool extent_is_cut(const struct extent *extent)
{
    return extent->promised > extent->present;
}
