/*
 * struct page as a loop over millions of them wants it: offsets and masks looked up once, then
 * plain arithmetic on copies.
 *
 * Pages of a compound one tell little but where their head is; what is asked here is asked of the
 * head. Kernel: include/linux/mm_types.h, page-flags.h.
 */
#ifndef WHYOOM_PARSERS_KERNEL_PAGE_FORMAT_H
#define WHYOOM_PARSERS_KERNEL_PAGE_FORMAT_H

#include "parsers/kernel/kernel.h"

#define KIND(id, name) PAGE_##id,
enum page_kind {
#include "parsers/kernel/page_kind.def"
    PAGE_KIND_COUNT,
    PAGE_UNTYPED = PAGE_KIND_COUNT
};

/** "anon", "page-table": the words of the contract where it has one. */
const char *page_kind_word(enum page_kind kind);

struct page_format {
    uint32_t size; /* of struct page, bytes */
    uint32_t flags, mapping, lru, index, private, type, refcount, head, memcg;
    bool has_index, has_memcg, has_memcg_data, has_tail_flag;
    uint32_t destructor;        /* from the head, of the byte that says hugetlb */
    int64_t is_hugetlb;         /* its value; -1: there is none */
    uint64_t order, order_mask; /* from the head; offset and mask of the order; mask 0: unknown */
    unsigned order_size;
    /* Masks in flags; 0 where this kernel has no such flag. */
    uint64_t reserved, slab, poisoned, swap_backed, swap_cache, is_head, is_tail;
    enum { TYPE_MAPCOUNT, TYPE_BITS, TYPE_BYTE } type_shape;
    uint8_t kind_of_byte[256]; /* TYPE_BYTE: the top byte */
    struct {
        uint32_t bit;
        uint8_t kind;
    } type_bits[8]; /* TYPE_BITS: a type is a cleared bit */
    unsigned type_bits_count;
};

/** False: this kernel's struct page is unknown. */
bool page_format_learn(struct page_format *format, const struct kernel *kernel);

/* Written out, so that compilers see one load. */
static inline uint32_t page_half(const unsigned char *page, uint32_t offset)
{
    const unsigned char *at = page + offset;
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint64_t page_word(const unsigned char *page, uint32_t offset)
{
    return page_half(page, offset) | (uint64_t)page_half(page, offset + 4) << 32;
}

/** What the page type says: PAGE_FREE, PAGE_SLAB ... or PAGE_UNTYPED. */
enum page_kind page_type_kind(const struct page_format *format, const unsigned char *page);

/** The kind of a single page or a head, of @p second as its second page (NULL: it has none or it
 * is not at hand), by what stands in it alone. */
enum page_kind page_kind(const struct page_format *format, const unsigned char *page,
                         const unsigned char *second);

/** Is it a tail? Then @p head gets the address of its head; @p address is its own. */
static inline bool page_is_tail(const struct page_format *format, const unsigned char *page,
                                uint64_t address, uint64_t *head)
{
    uint64_t word = page_word(page, format->head);
    if (format->has_tail_flag ? !(page_word(page, format->flags) & format->is_tail) : !(word & 1))
        return false;
    /* 7.x: where struct page's size is a power of two, a mask instead of an address; no vmemmap
     * lies as high as that. */
    *head = (word >> 24) == UINT64_C(0xffffffffff) ? address & word : word & ~UINT64_C(1);
    return true;
}

/** The order that a free block's head or a compound page's second page names; -1: none or no
 * possible one. */
int page_free_order(const struct page_format *format, const unsigned char *page);
int page_compound_order(const struct page_format *format, const unsigned char *head,
                        const unsigned char *second);

#endif
