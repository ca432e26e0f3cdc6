#include "parsers/types/symbols.h"

#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "analyzer/base/hash.h"

/* x86_64 and arm64 put their kernels into the upper half; what is linked below is an offset into
 * per-CPU areas, which KASLR does not move. */
#define UPPER_HALF (UINT64_C(1) << 63)

struct entry {
    uint64_t address;
    uint32_t name, length; /* in `names` */
};

/* A hundred names of 200,000 are looked up, once each. To pass over their hashes costs less than
 * any index, and nobody can choose names that make it cost more. */
struct symbols {
    struct entry *entries; /* by address, once finished */
    uint32_t *hashes;      /* of the entries' names */
    size_t count, room;
    char *names;
    size_t names_used, names_room;
};

struct symbols *symbols_create(void)
{
    return must_allocate(sizeof(struct symbols));
}

void symbols_destroy(struct symbols *symbols)
{
    if (!symbols)
        return;
    free(symbols->entries);
    free(symbols->hashes);
    free(symbols->names);
    free(symbols);
}

static uint32_t hash_of(struct slice name)
{
    return (uint32_t)hash_slice(HASH_START, name);
}

static struct slice name_of(const struct symbols *symbols, const struct entry *entry)
{
    return slice_of(symbols->names + entry->name, entry->length);
}

void symbols_add(struct symbols *symbols, struct slice name, uint64_t address)
{
    if (name.length > UINT32_MAX - symbols->names_used || symbols->count == UINT32_MAX)
        return; /* no kernel has so many */
    if (symbols->count == symbols->room) {
        symbols->room = symbols->room ? symbols->room * 2 : 4096;
        symbols->entries =
            must_reallocate(symbols->entries, symbols->room * sizeof *symbols->entries);
    }
    if (symbols->names_used + name.length > symbols->names_room) {
        symbols->names_room = (symbols->names_used + name.length) * 2;
        symbols->names = must_reallocate(symbols->names, symbols->names_room);
    }
    memcpy(symbols->names + symbols->names_used, name.data, name.length);
    symbols->entries[symbols->count++] =
        (struct entry){address, (uint32_t)symbols->names_used, (uint32_t)name.length};
    symbols->names_used += name.length;
}

/* By address, and those of one address in the order in which they were added. */
static int compare(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    if (left->address != right->address)
        return left->address < right->address ? -1 : 1;
    return left->name < right->name ? -1 : left->name > right->name;
}

static bool is_sorted(const struct symbols *symbols)
{
    for (size_t i = 1; i < symbols->count; i++)
        if (symbols->entries[i].address < symbols->entries[i - 1].address)
            return false;
    return true;
}

void symbols_finish(struct symbols *symbols)
{
    if (!is_sorted(symbols)) /* kallsyms is */
        qsort(symbols->entries, symbols->count, sizeof *symbols->entries, compare);
    symbols->hashes = must_reallocate(symbols->hashes, (symbols->count + 1) * sizeof(uint32_t));
    for (size_t i = 0; i < symbols->count; i++)
        symbols->hashes[i] = hash_of(name_of(symbols, &symbols->entries[i]));
}

size_t symbols_count(const struct symbols *symbols)
{
    return symbols->count;
}

static uint64_t size_of(const struct symbols *symbols, size_t index)
{
    uint64_t address = symbols->entries[index].address;
    while (++index < symbols->count)
        if (symbols->entries[index].address != address)
            return symbols->entries[index].address - address;
    return 0;
}

/* The next entry of @p hash from @p i on. Blocks without a branch inside are looked at many hashes
 * at once. */
static size_t next_of(const struct symbols *symbols, uint32_t hash, size_t i)
{
    enum { BLOCK = 64 };
    for (; i + BLOCK <= symbols->count; i += BLOCK) {
        const uint32_t *block = symbols->hashes + i;
        uint32_t is_found = 0;
        for (size_t n = 0; n < BLOCK; n++)
            is_found |= block[n] == hash;
        if (is_found)
            break;
    }
    while (i < symbols->count && symbols->hashes[i] != hash)
        i++;
    return i;
}

bool symbols_find(const struct symbols *symbols, struct slice name, uint64_t *address,
                  uint64_t *size)
{
    uint32_t hash = hash_of(name);
    for (size_t i = next_of(symbols, hash, 0); i < symbols->count;
         i = next_of(symbols, hash, i + 1)) {
        if (!slice_equal(name_of(symbols, &symbols->entries[i]), name))
            continue;
        *address = symbols->entries[i].address;
        if (size)
            *size = size_of(symbols, i);
        return true;
    }
    return false;
}

struct slice symbols_at(const struct symbols *symbols, uint64_t address, uint64_t *offset)
{
    size_t low = 0, high = symbols->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (symbols->entries[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return slice_of(NULL, 0);
    const struct entry *entry = &symbols->entries[low - 1];
    while (entry > symbols->entries && entry[-1].address == entry->address)
        entry--; /* as the kernel: the first of several */
    *offset = address - entry->address;
    return name_of(symbols, entry);
}

uint64_t symbols_runtime(uint64_t address, uint64_t kaslr_offset)
{
    return address < UPPER_HALF ? address : address + kaslr_offset;
}
