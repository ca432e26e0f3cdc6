/*
 * `page`: one page frame, by its number, its physical address or the address of its struct page:
 * what it is, whom it is charged to, what it belongs to.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/kernel/inode_path.h"
#include "parsers/kernel/memcg.h"
#include "parsers/kernel/memory_map.h"
#include "parsers/kernel/page_flags.h"
#include "parsers/kernel/page_format.h"
#include "parsers/kernel/page_memcg.h"
#include "parsers/kernel/view.h"

enum { PAGES_BYTES = 1024, FREE_ORDER_MOST = 15, DECIMAL = 10, HEXADECIMAL = 16 };

struct glance {
    const struct kernel *kernel;
    struct memory_map map;
    struct page_format format;
    uint64_t pfn, address;
    unsigned char pages[PAGES_BYTES]; /* the page, and the one behind it */
    bool has_second;
};

/* The digits of a number, without the commas that people part its thousands by. */
static bool take_digits(const char *text, const char *digits, int base, uint64_t *number)
{
    *number = 0;
    for (; *text; text++) {
        const char *digit = strchr(digits, *text);
        if (*text == ',' && text[1] && base == DECIMAL)
            continue;
        if (!digit || *number > (UINT64_MAX - (uint64_t)base) / (uint64_t)base)
            return false;
        *number = *number * (uint64_t)base + (uint64_t)(digit - digits) % (uint64_t)base;
    }
    return true;
}

static bool parse(const char *argument, uint64_t *number, bool *is_address)
{
    *is_address = strncmp(argument, "0x", 2) == 0 || strncmp(argument, "0X", 2) == 0;
    const char *text = argument + (*is_address ? 2 : 0);
    return *text && *text != ',' &&
           (*is_address ? take_digits(text, "0123456789abcdef0123456789ABCDEF", HEXADECIMAL, number)
                        : take_digits(text, "0123456789", DECIMAL, number));
}

bool view_page_accepts(const char *argument)
{
    uint64_t number;
    bool is_address;
    return parse(argument, &number, &is_address);
}

/* Decimal: a frame's number. Hexadecimal: of a struct page, or else a physical address. */
static bool find_frame(struct glance *glance, const char *argument)
{
    uint64_t number;
    bool is_address;
    if (!parse(argument, &number, &is_address))
        return false;
    if (!is_address)
        glance->pfn = number;
    else if (!memory_map_frame(&glance->map, number, &glance->pfn))
        glance->pfn = number >> glance->kernel->page_shift;
    return memory_map_page(&glance->map, glance->pfn, &glance->address);
}

static bool read_pages(struct glance *glance)
{
    const struct memory *memory = glance->kernel->memory;
    uint32_t size = glance->format.size;
    if (2 * size > sizeof glance->pages ||
        !memory_read(memory, glance->address, glance->pages, size))
        return false;
    glance->has_second = memory_read(memory, glance->address + size, glance->pages + size, size);
    return true;
}

/* Of a tail little is said but where its head is: the rest is the head's. */
static void go_to_head(struct glance *glance, json_t *object)
{
    uint64_t head, pfn;
    if (!page_is_tail(&glance->format, glance->pages, glance->address, &head) ||
        !memory_map_frame(&glance->map, head, &pfn))
        return;
    view_put_amount(object, "tail_of_pfn", amount_of((int64_t)pfn, 0));
    glance->address = head;
    read_pages(glance);
}

/* Inside a free block only its first page says so. */
static void go_to_free_block(struct glance *glance, json_t *object)
{
    unsigned char page[PAGES_BYTES];
    const struct page_format *format = &glance->format;
    uint64_t address;
    for (int order = 1; order <= FREE_ORDER_MOST && format->size <= sizeof page; order++) {
        uint64_t first = glance->pfn & ~((UINT64_C(1) << order) - 1);
        if (!memory_map_page(&glance->map, first, &address) ||
            !memory_read(glance->kernel->memory, address, page, format->size) ||
            page_type_kind(format, page) != PAGE_FREE || page_free_order(format, page) < order)
            continue;
        view_put_amount(object, "free_block_of_pfn", amount_of((int64_t)first, 0));
        view_put_amount(object, "free_block_order", amount_of(page_free_order(format, page), 0));
        glance->address = address;
        read_pages(glance);
        return;
    }
}

static void tell_flag(void *context, const char *name)
{
    json_array_append_new(context, json_string(name));
}

static void put_counts(const struct glance *glance, json_t *object)
{
    const struct page_format *format = &glance->format;
    const unsigned char *second = glance->has_second ? glance->pages + format->size : NULL;
    int order = page_compound_order(format, glance->pages, second);
    view_put_amount(object, "references",
                    amount_of((int32_t)page_half(glance->pages, format->refcount), 0));
    if (page_type_kind(format, glance->pages) == PAGE_UNTYPED)
        view_put_amount(object, "mapped",
                        amount_of((int64_t)(int32_t)page_half(glance->pages, format->type) + 1, 0));
    if (order > 0)
        view_put_amount(object, "order", amount_of(order, 0));
}

static void put_owner(const struct glance *glance, enum page_kind kind, json_t *object)
{
    uint64_t mapping = page_word(glance->pages, glance->format.mapping), inode;
    char buffer[INODE_PATH_SIZE];
    if (kind == PAGE_FILE || kind == PAGE_SHMEM) {
        if (mapping_inode(glance->kernel, mapping, &inode))
            view_put_text(object, "path", inode_path(glance->kernel, inode, buffer));
        if (glance->format.has_index)
            view_put_amount(object, "offset_pages",
                            amount_of((int64_t)page_word(glance->pages, glance->format.index), 0));
    } else if (kind == PAGE_ANON) {
        snprintf(buffer, sizeof buffer, "anon_vma 0x%" PRIx64, mapping & ~UINT64_C(3));
        view_put_text(object, "mapping", buffer);
    }
}

static void put_memcg(const struct glance *glance, json_t *object)
{
    struct memcg_tree groups;
    uint64_t memcg;
    if (!page_memcg_at(glance->kernel, glance->address, &memcg))
        return;
    memcg_tree_init(&groups, glance->kernel);
    int index = memcg_tree_find(&groups, memcg);
    if (index != MEMCG_NONE)
        view_put_text(object, "memcg", groups.groups[index].path.data);
    memcg_tree_deinit(&groups);
}

static void put_page(struct glance *glance, json_t *object)
{
    const unsigned char *second = glance->has_second ? glance->pages + glance->format.size : NULL;
    char address[32];
    snprintf(address, sizeof address, "0x%" PRIx64, glance->address);
    enum page_kind kind = page_kind(&glance->format, glance->pages, second);
    view_put_text(object, "struct_page", address);
    view_put_text(object, "kind", page_kind_word(kind));
    page_flags_name(glance->kernel, page_word(glance->pages, glance->format.flags), tell_flag,
                    view_array(object, "flags"));
    put_counts(glance, object);
    put_memcg(glance, object);
    put_owner(glance, kind, object);
}

void view_page(const struct kernel *kernel, struct view *view)
{
    struct glance glance = {.kernel = kernel};
    if (!memory_map_init(&glance.map, kernel) || !page_format_learn(&glance.format, kernel)) {
        view_note(view, "no memory map is found: the types or symbols of this kernel lack it");
        return;
    }
    if (!find_frame(&glance, view->argument)) {
        view_note(
            view,
            "'%s' is no page frame of this machine: write a frame's number (4711), a physical "
            "address or the address of a struct page (0x...)",
            view->argument);
        return;
    }
    view_put_amount(view->object, "pfn", amount_of((int64_t)glance.pfn, 0));
    if (!read_pages(&glance)) {
        view_note(view, "its struct page is not in the dump");
        return;
    }
    go_to_head(&glance, view->object);
    if (page_type_kind(&glance.format, glance.pages) == PAGE_UNTYPED &&
        page_half(glance.pages, glance.format.refcount) == 0)
        go_to_free_block(&glance, view->object);
    put_page(&glance, view->object);
}
