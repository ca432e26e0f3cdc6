#include "parsers/vmcore/segments.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/arena.h"
#include "analyzer/base/read_at.h"

/* Physical addresses have 52 bits at most. */
static const uint64_t ADDRESS_MAX = UINT64_C(1) << 52;

struct segment {
    uint64_t start, end; /* physical addresses */
    uint64_t offset;     /* in the file */
};

struct segments {
    int file;
    bool is_cut;
    uint64_t promised;
    struct segment *items; /* by address; none lies within another */
    size_t count;
};

/* ---- heads */

/* Of a file that ends early, what is there counts. */
static void add(struct segments *segments, const Elf64_Phdr *head, uint64_t file_size)
{
    uint64_t size = head->p_filesz < head->p_memsz ? head->p_filesz : head->p_memsz;
    uint64_t left = head->p_offset < file_size ? file_size - head->p_offset : 0;
    segments->is_cut = segments->is_cut || head->p_filesz > left;
    if (head->p_filesz <= ADDRESS_MAX && head->p_offset <= ADDRESS_MAX &&
        head->p_offset + head->p_filesz > segments->promised)
        segments->promised = head->p_offset + head->p_filesz;
    size = size < left ? size : left;
    if (head->p_type != PT_LOAD || size == 0 || head->p_paddr > ADDRESS_MAX ||
        size > ADDRESS_MAX - head->p_paddr)
        return;
    segments->items[segments->count++] =
        (struct segment){head->p_paddr, head->p_paddr + size, head->p_offset};
}

static void read_heads(struct segments *segments, const Elf64_Ehdr *head, uint64_t file_size)
{
    Elf64_Phdr segment;
    segments->items = must_allocate(head->e_phnum * sizeof *segments->items);
    for (unsigned i = 0; i < head->e_phnum; i++) {
        if (read_at(segments->file, &segment, sizeof segment, head->e_phoff + i * sizeof segment) !=
            sizeof segment) {
            segments->is_cut = true;
            return;
        }
        add(segments, &segment, file_size);
    }
}

/* ---- order */

static int by_address(const void *a, const void *b)
{
    const struct segment *left = a, *right = b;
    if (left->start != right->start)
        return left->start < right->start ? -1 : 1;
    return (left->end < right->end) - (left->end > right->end); /* the longer first */
}

/* The kernel's own image is told twice: by its address there, and among the memory. Where all
 * begins at 0, physical addresses were unknown. */
static void sort(struct segments *segments)
{
    size_t kept = 0, at_zero = 0;
    struct segment *items = segments->items;
    if (segments->count)
        qsort(items, segments->count, sizeof *items, by_address);
    for (size_t i = 0; i < segments->count; i++) {
        at_zero += items[i].start == 0;
        if (!kept || items[i].end > items[kept - 1].end)
            items[kept++] = items[i];
    }
    segments->count = at_zero > 1 ? 0 : kept;
}

struct segments *segments_create(int file)
{
    Elf64_Ehdr head;
    struct stat status;
    struct segments *segments = must_allocate(sizeof *segments);
    segments->file = file;
    if (read_at(file, &head, sizeof head, 0) == sizeof head && fstat(file, &status) == 0 &&
        memcmp(head.e_ident, ELFMAG, SELFMAG) == 0 && head.e_ident[EI_CLASS] == ELFCLASS64 &&
        head.e_ident[EI_DATA] == ELFDATA2LSB) {
        read_heads(segments, &head, (uint64_t)status.st_size);
        sort(segments);
    }
    return segments;
}

void segments_destroy(struct segments *segments)
{
    if (segments)
        free(segments->items);
    free(segments);
}

bool segments_are_cut(const struct segments *segments)
{
    return segments->is_cut;
}

uint64_t segments_promised(const struct segments *segments)
{
    return segments->promised;
}

/* ---- reading */

/* The first segment that ends behind @p address: they end in the order in which they start. */
static size_t first_behind(const struct segments *segments, uint64_t address)
{
    size_t low = 0, high = segments->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (segments->items[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct segment *find(const struct segments *segments, uint64_t address)
{
    size_t at = first_behind(segments, address);
    bool is_in = at < segments->count && segments->items[at].start <= address;
    return is_in ? &segments->items[at] : NULL;
}

bool segments_exist(const struct segments *segments)
{
    return segments->count > 0;
}

bool segments_next_page(const struct segments *segments, uint64_t *address, uint64_t size)
{
    for (size_t i = first_behind(segments, *address); i < segments->count; i++) {
        const struct segment *segment = &segments->items[i];
        uint64_t first = segment->start > *address ? segment->start : *address;
        first = (first + size - 1) & ~(size - 1);
        if (first < segment->end) {
            *address = first;
            return true;
        }
    }
    return false;
}

bool segments_read(const struct segments *segments, uint64_t address, void *buffer, size_t length)
{
    unsigned char *rest = buffer;
    while (length) {
        const struct segment *segment = find(segments, address);
        if (!segment)
            return false;
        uint64_t offset = address - segment->start, held = segment->end - address;
        size_t piece = held < length ? (size_t)held : length;
        if (read_at(segments->file, rest, piece, segment->offset + offset) != piece)
            return false;
        address += piece;
        rest += piece;
        length -= piece;
    }
    return true;
}
