#define _GNU_SOURCE /* strnlen */
/* Where no VMCOREINFO names them, the tables are known by their shape. All of them lie in one row,
 * up to 6.3 [addresses or offsets, base], count, names, markers, token table, token index; only
 * kernels of that time need the search (6.0 began to name them). */
#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "parsers/types/kallsyms.h"

enum {
    PAGE = 4096,
    CHUNK = 1024 * 1024,
    OVERLAP = 32 * 1024, /* more than token table and index, which may straddle two chunks */
    TOKENS = 256,
    INDEX_SIZE = TOKENS * 2,
    MARKED = 256, /* names between two markers */
    MARKERS_MAX = 64 * 1024,
    ALIGNMENT = 8,
    NAMES_AHEAD = MARKED * 514, /* the longest stretch of names behind the last marker */
};

#define KERNEL_IMAGE UINT64_C(0xffffffff00000000)

static bool is_in_kernel(uint64_t address)
{
    return address >= KERNEL_IMAGE;
}

static uint64_t align(uint64_t address)
{
    return (address + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* ---- token table and index: they describe each other */

/* Every token but the first begins behind the NUL of the one before; the last ends before the
 * index. */
static bool is_index(const unsigned char *chunk, size_t table, size_t index)
{
    size_t before = 0;
    for (size_t i = 0; i < TOKENS; i++) {
        size_t start = memory_number(chunk + index + 2 * i, 2);
        bool is_next = i == 0 ? start == 0 : start > before && chunk[table + start - 1] == '\0';
        if (!is_next || table + start >= index)
            return false;
        before = start;
    }
    size_t last = strnlen((const char *)chunk + table + before, index - table - before);
    return align(table + before + last + 1) == index;
}

/* Digits stand for themselves, so that the table holds their ten tokens in a row. */
static bool tokens_around(const unsigned char *chunk, size_t length, size_t digits, size_t *table,
                          size_t *index)
{
    size_t start = digits, end = digits;
    for (int i = 0; i < '0'; i++) { /* the tokens before '0', backwards */
        if (start < 2)
            return false;
        for (start--; start && chunk[start - 1]; start--)
            ;
    }
    for (int i = '0'; i < TOKENS && end < length; i++)
        end += strnlen((const char *)chunk + end, length - end) + 1;
    *table = start;
    *index = align(end);
    return *index + INDEX_SIZE <= length && *index - start < OVERLAP &&
           is_index(chunk, start, *index);
}

static bool find_tokens(const unsigned char *chunk, size_t length, size_t *table, size_t *index)
{
    static const char digits[] = "0\0001\0002\0003\0004\0005\0006\0007\0008\0009";
    struct slice text = slice_of((const char *)chunk, length);
    for (size_t at = 0;;) {
        size_t found = slice_find(slice_skip(text, at), slice_of(digits, sizeof digits));
        if (found == SLICE_NOT_FOUND)
            return false;
        if (tokens_around(chunk, length, at + found, table, index))
            return true;
        at += found + 1;
    }
}

/* ---- backwards from the token table */

struct markers {
    uint64_t start; /* where they begin, and the names end */
    uint32_t count, second, last;
};

/* Offsets of every 256th name: they grow, the first is 0. Up to 4.19 of 64 bits each. */
static bool find_markers(const struct memory *memory, uint64_t end, size_t each,
                         struct markers *ret)
{
    uint64_t number, above = UINT64_MAX;
    uint64_t at = end;
    *ret = (struct markers){0};
    if (each == 4 && memory_read_number(memory, end - 4, 4, &number) && number == 0)
        at -= 4; /* padding */
    for (; ret->count < MARKERS_MAX; above = number) {
        at -= each;
        if (!memory_read_number(memory, at, each, &number) || number >= above)
            return false;
        if (ret->count++ == 0)
            ret->last = (uint32_t)number;
        if (number > UINT32_MAX)
            return false;
        if (number == 0)
            break;
        ret->second = (uint32_t)number;
    }
    ret->start = at;
    return number == 0 && ret->count > 1;
}

/* Do the names from @p names on lead to the second marker in 256 steps? */
static bool is_names(const struct memory *memory, uint64_t names, const struct markers *markers)
{
    uint64_t at = 0, length;
    for (int i = 0; i < MARKED; i++) {
        if (at >= markers->second || !memory_read_number(memory, names + at, 1, &length))
            return false;
        at += length + 1; /* no name of that time has a length of two bytes */
    }
    return at == markers->second;
}

/* The count stands before the names, and is what the markers are enough for. */
static bool find_count(const struct memory *memory, const struct markers *markers,
                       struct kallsyms_tables *ret)
{
    uint64_t most = (uint64_t)markers->count * MARKED, number;
    uint64_t at = (markers->start - markers->last) / ALIGNMENT * ALIGNMENT;
    uint64_t least = at - NAMES_AHEAD;
    for (; at > least; at -= ALIGNMENT) {
        if (!memory_read_number(memory, at - ALIGNMENT, 8, &number))
            return false;
        if (number > most - MARKED && number <= most && is_names(memory, at, markers)) {
            ret->names = at;
            ret->count = (uint32_t)number;
            return true;
        }
    }
    return false;
}

/* Before the count stand addresses, or offsets and what they are relative to. */
static bool find_addresses(const struct memory *memory, struct kallsyms_tables *tables)
{
    uint64_t count_at = tables->names - ALIGNMENT, last, before;
    if (!memory_read_number(memory, count_at - 8, 8, &last) ||
        !memory_read_number(memory, count_at - 16, 8, &before) || !is_in_kernel(last))
        return false;
    if (is_in_kernel(before) && before <= last) {
        tables->form = KALLSYMS_ABSOLUTE;
        tables->addresses = count_at - (uint64_t)tables->count * 8;
        return true;
    }
    tables->form = KALLSYMS_RELATIVE;
    tables->base = last;
    tables->addresses = count_at - 8 - align((uint64_t)tables->count * 4);
    return true;
}

static bool find_rest(const struct memory *memory, struct kallsyms_tables *tables)
{
    for (size_t each = 4; each <= 8; each += 4) {
        struct markers markers;
        if (find_markers(memory, tables->token_table, each, &markers) &&
            find_count(memory, &markers, tables) && find_addresses(memory, tables))
            return true;
    }
    return false;
}

/* ---- the search */

/* Pages that are not in the dump are zeros here, which are no table. */
static void read_chunk(const struct memory *memory, uint64_t address, unsigned char *chunk,
                       size_t length)
{
    if (memory_read(memory, address, chunk, length))
        return;
    for (size_t at = 0; at < length; at += PAGE)
        if (!memory_read(memory, address + at, chunk + at, PAGE))
            memset(chunk + at, 0, PAGE);
}

bool kallsyms_search(const struct memory *memory, uint64_t start, uint64_t end,
                     const atomic_bool *stop, struct kallsyms_tables *ret)
{
    enum { IMAGE_MAX = 1024 * 1024 * 1024 }; /* KERNEL_IMAGE_SIZE */
    unsigned char *chunk = must_allocate(CHUNK + OVERLAP);
    size_t table, index;
    bool is_found = false;
    start = start / PAGE * PAGE;
    uint64_t at = end / PAGE * PAGE;
    if (end < start || end - start > IMAGE_MAX)
        at = start;
    while (!is_found && at > start && !*stop) {
        at = at - start > CHUNK ? at - CHUNK : start;
        read_chunk(memory, at, chunk, CHUNK + OVERLAP);
        if (find_tokens(chunk, CHUNK + OVERLAP, &table, &index)) {
            ret->token_table = at + table;
            ret->token_index = at + index;
            is_found = find_rest(memory, ret);
        }
    }
    free(chunk);
    return is_found;
}
