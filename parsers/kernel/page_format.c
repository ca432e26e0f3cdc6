#include "parsers/kernel/page_format.h"

#include "parsers/vmcore/vmcoreinfo.h"

enum {
    ORDER_MAX = 31,
    MAPPING_ANON = 1,
    MAPPING_MOVABLE = 2,
    MAPPING_FLAGS = 3,
    MEMCG_KMEM = 2, /* MEMCG_DATA_KMEM */
    MEMCG_FLAGS = 3
};

/* Page types before 6.11: the highest bits are set, and the type's own is not. */
#define TYPE_BASE UINT32_C(0xf0000000)

const char *page_kind_word(enum page_kind kind)
{
#define KIND(id, name) name,
    static const char *const words[] = {
#include "parsers/kernel/page_kind.def"
    };
    return kind < PAGE_KIND_COUNT ? words[kind] : "unknown";
}

static bool place(const struct kernel *kernel, enum member_id member, uint32_t size, uint32_t *ret)
{
    const struct layout_member *row = &kernel->layout->members[member];
    if (!row->is_known || row->place.offset + row->place.size > size)
        return false;
    *ret = row->place.offset;
    return true;
}

static uint64_t flag(const struct kernel *kernel, enum enumerator_id name)
{
    int64_t bit;
    return kernel_enumerator(kernel, name, &bit) && bit >= 0 && bit < 64 ? UINT64_C(1) << bit : 0;
}

static void learn_type_bytes(struct page_format *format, const struct kernel *kernel)
{
    static const struct {
        enum enumerator_id name;
        enum page_kind kind;
    } types[] = {
        {ENUMERATOR_PGTY_BUDDY, PAGE_FREE},
        {ENUMERATOR_PGTY_OFFLINE, PAGE_OFFLINE},
        {ENUMERATOR_PGTY_TABLE, PAGE_PAGE_TABLE},
        {ENUMERATOR_PGTY_GUARD, PAGE_GUARD},
        {ENUMERATOR_PGTY_HUGETLB, PAGE_HUGETLB},
        {ENUMERATOR_PGTY_SLAB, PAGE_SLAB},
        {ENUMERATOR_PGTY_ZSMALLOC, PAGE_ZSMALLOC},
        {ENUMERATOR_PGTY_UNACCEPTED, PAGE_UNACCEPTED},
        {ENUMERATOR_PGTY_LARGE_KMALLOC, PAGE_LARGE_KMALLOC},
    };
    int64_t value;
    memset(format->kind_of_byte, PAGE_UNTYPED, sizeof format->kind_of_byte);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (kernel_enumerator(kernel, types[i].name, &value) && value > 0 && value < 256)
            format->kind_of_byte[value] = (uint8_t)types[i].kind;
}

/* include/linux/page-flags.h: PG_kmemcg stood between offline and table until page.memcg_data came
 * (5.11, and RHEL 8's 4.18); a page has that type beside another, which says more. */
static void learn_type_bits(struct page_format *format)
{
    static const struct {
        uint32_t bit;
        enum page_kind kind;
    } with_kmemcg[] = {{0x80, PAGE_FREE},
                       {0x100, PAGE_OFFLINE},
                       {0x400, PAGE_PAGE_TABLE},
                       {0x800, PAGE_GUARD},
                       {0x200, PAGE_KERNEL}},
      without[] = {{0x80, PAGE_FREE},
                   {0x100, PAGE_OFFLINE},
                   {0x200, PAGE_PAGE_TABLE},
                   {0x400, PAGE_GUARD},
                   {0x800, PAGE_HUGETLB}};
    for (unsigned i = 0; i < sizeof without / sizeof *without; i++) {
        format->type_bits[i].bit = format->has_memcg_data ? without[i].bit : with_kmemcg[i].bit;
        format->type_bits[i].kind =
            (uint8_t)(format->has_memcg_data ? without[i].kind : with_kmemcg[i].kind);
        format->type_bits_count++;
    }
}

static void learn_types(struct page_format *format, const struct kernel *kernel)
{
    int64_t value;
    if (kernel_enumerator(kernel, ENUMERATOR_PGTY_BUDDY, &value)) {
        format->type_shape = TYPE_BYTE;
        learn_type_bytes(format, kernel);
    } else if (kernel_has(kernel, MEMBER_PAGE_TYPE)) {
        format->type_shape = TYPE_BITS;
        learn_type_bits(format);
    } else {
        format->type_shape = TYPE_MAPCOUNT;
    }
}

/* Where the second struct page says what the compound page is: see page.def. */
static void learn_compound(struct page_format *format, const struct kernel *kernel)
{
    const struct layout_member *members = kernel->layout->members;
    format->is_hugetlb = -1;
    if (kernel_enumerator(kernel, ENUMERATOR_HUGETLB_PAGE_DTOR, &format->is_hugetlb)) {
        if (place(kernel, MEMBER_PAGE_DESTRUCTOR, format->size, &format->destructor))
            format->destructor += format->size;
        else if (!place(kernel, MEMBER_FOLIO_DESTRUCTOR, 2 * format->size, &format->destructor))
            format->is_hugetlb = -1;
    }
    format->order_mask = 0xff;
    format->order_size = 1;
    if (members[MEMBER_PAGE_COMPOUND_ORDER].is_known)
        format->order = format->size + members[MEMBER_PAGE_COMPOUND_ORDER].place.offset;
    else if (members[MEMBER_FOLIO_ORDER].is_known)
        format->order = members[MEMBER_FOLIO_ORDER].place.offset;
    else if (members[MEMBER_FOLIO_SECOND_FLAGS].is_known)
        format->order = members[MEMBER_FOLIO_SECOND_FLAGS].place.offset;
    else if (format->has_tail_flag) /* RHEL 7: the integer in page[1].lru.prev */
        format->order = format->size + format->lru + 8;
    else
        format->order_mask = 0;
    if (format->order + format->order_size > 2 * (uint64_t)format->size)
        format->order_mask = 0;
}

static void learn_flags(struct page_format *format, const struct kernel *kernel)
{
    format->reserved = flag(kernel, ENUMERATOR_PG_RESERVED);
    format->slab = flag(kernel, ENUMERATOR_PG_SLAB);
    format->poisoned = flag(kernel, ENUMERATOR_PG_HWPOISON);
    format->swap_backed = flag(kernel, ENUMERATOR_PG_SWAPBACKED);
    format->swap_cache = flag(kernel, ENUMERATOR_PG_SWAPCACHE);
    format->is_head = flag(kernel, ENUMERATOR_PG_HEAD);
    format->is_tail = flag(kernel, ENUMERATOR_PG_TAIL);
    format->has_tail_flag = format->is_tail != 0;
}

bool page_format_learn(struct page_format *format, const struct kernel *kernel)
{
    const struct layout_number *size = &kernel->layout->sizes[STRUCT_PAGE];
    *format = (struct page_format){0};
    if (!size->is_known || size->value < 32 || size->value > 512)
        return false;
    format->size = (uint32_t)size->value;
    if (!place(kernel, MEMBER_PAGE_FLAGS, format->size, &format->flags) ||
        !place(kernel, MEMBER_PAGE_LRU, format->size, &format->lru) ||
        !place(kernel, MEMBER_PAGE_MAPPING, format->size, &format->mapping) ||
        !place(kernel, MEMBER_PAGE_PRIVATE, format->size, &format->private) ||
        !place(kernel, MEMBER_PAGE_MAPCOUNT, format->size, &format->type) ||
        !place(kernel, MEMBER_PAGE_REFCOUNT, format->size, &format->refcount) ||
        !place(kernel, MEMBER_PAGE_HEAD, format->size, &format->head))
        return false;
    format->has_index = place(kernel, MEMBER_PAGE_INDEX, format->size, &format->index);
    format->has_memcg_data = place(kernel, MEMBER_PAGE_MEMCG_DATA, format->size, &format->memcg);
    format->has_memcg =
        format->has_memcg_data || place(kernel, MEMBER_PAGE_MEMCG, format->size, &format->memcg);
    learn_flags(format, kernel);
    learn_types(format, kernel);
    learn_compound(format, kernel);
    return true;
}

/* include/linux/mm.h up to 4.17: magic values of _mapcount; the balloon's is an offline one. */
static enum page_kind kind_of_mapcount(uint32_t value)
{
    switch ((int32_t)value) {
    case -128:
        return PAGE_FREE;
    case -256:
    case -512:
        return PAGE_OFFLINE;
    default:
        return PAGE_UNTYPED;
    }
}

enum page_kind page_type_kind(const struct page_format *format, const unsigned char *page)
{
    uint32_t type = page_half(page, format->type);
    if (format->type_shape == TYPE_BYTE)
        return format->kind_of_byte[type >> 24];
    if (format->type_shape == TYPE_MAPCOUNT)
        return kind_of_mapcount(type);
    if ((type & TYPE_BASE) != TYPE_BASE || type == UINT32_MAX)
        return PAGE_UNTYPED;
    for (unsigned i = 0; i < format->type_bits_count; i++)
        if (!(type & format->type_bits[i].bit))
            return (enum page_kind)format->type_bits[i].kind;
    return PAGE_UNTYPED;
}

static enum page_kind kind_of_mapping(const struct page_format *format, const unsigned char *page,
                                      uint64_t flags)
{
    uint64_t mapping = page_word(page, format->mapping);
    if ((mapping & MAPPING_FLAGS) == MAPPING_MOVABLE)
        return PAGE_MOVABLE;
    if (mapping & MAPPING_ANON)
        return PAGE_ANON;
    if (mapping)
        return flags & format->swap_backed ? PAGE_SHMEM : PAGE_FILE;
    uint64_t swap_cache = format->swap_backed | format->swap_cache;
    if (format->swap_cache && (flags & swap_cache) == swap_cache)
        return PAGE_SWAP_CACHE;
    if (format->has_memcg_data && (page_word(page, format->memcg) & MEMCG_FLAGS) == MEMCG_KMEM)
        return PAGE_KERNEL;
    return PAGE_UNACCOUNTED;
}

enum page_kind page_kind(const struct page_format *format, const unsigned char *page,
                         const unsigned char *second)
{
    uint64_t flags = page_word(page, format->flags);
    if (flags & format->slab) /* its slab's words overlay type and mapping */
        return PAGE_SLAB;
    enum page_kind kind = page_type_kind(format, page);
    if (kind != PAGE_UNTYPED)
        return kind;
    if (flags & format->poisoned)
        return PAGE_POISONED;
    if (flags & format->reserved)
        return PAGE_RESERVED;
    if (format->is_hugetlb >= 0 && second && (flags & format->is_head) &&
        second[format->destructor - format->size] == format->is_hugetlb)
        return PAGE_HUGETLB;
    return kind_of_mapping(format, page, flags);
}

int page_free_order(const struct page_format *format, const unsigned char *page)
{
    uint64_t order = page_word(page, format->private);
    return order <= ORDER_MAX ? (int)order : -1;
}

int page_compound_order(const struct page_format *format, const unsigned char *head,
                        const unsigned char *second)
{
    if (!(page_word(head, format->flags) & format->is_head) || !format->order_mask || !second)
        return -1;
    unsigned order = second[format->order - format->size];
    return order <= ORDER_MAX ? (int)order : -1;
}
