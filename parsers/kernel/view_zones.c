/*
 * `zones`: what each zone had free, held back and asked for, and which orders it could still serve;
 * how far kswapd and compaction had come on each node.
 */
#include "parsers/kernel/free_area.h"
#include "parsers/kernel/view.h"
#include "parsers/kernel/zones.h"

enum { KSWAPD_GIVES_UP = 16 /* MAX_RECLAIM_RETRIES */, NAME_SIZE = 32 };

struct member_figure {
    const char *key;
    enum member_id member;
};

static const struct member_figure zone_sizes[] = {
    {"managed_bytes", MEMBER_ZONE_MANAGED_PAGES},
    {"spanned_bytes", MEMBER_ZONE_SPANNED_PAGES},
    {"present_bytes", MEMBER_ZONE_PRESENT_PAGES},
    {"cma_bytes", MEMBER_ZONE_CMA_PAGES},
    {"boost_bytes", MEMBER_ZONE_WATERMARK_BOOST},
    {"reserved_highatomic_bytes", MEMBER_ZONE_RESERVED_HIGHATOMIC},
};

static const struct member_figure compaction_figures[] = {
    {"considered", MEMBER_ZONE_COMPACT_CONSIDERED},
    {"defer_shift", MEMBER_ZONE_COMPACT_DEFER_SHIFT},
    {"order_failed", MEMBER_ZONE_COMPACT_ORDER_FAILED},
};

static const struct {
    const char *key;
    enum enumerator_id mark;
} watermarks[] = {
    {"min_bytes", ENUMERATOR_WMARK_MIN},
    {"low_bytes", ENUMERATOR_WMARK_LOW},
    {"high_bytes", ENUMERATOR_WMARK_HIGH},
    {"promo_bytes", ENUMERATOR_WMARK_PROMO},
};

static const struct {
    const char *key;
    enum enumerator_id item;
} counters[] = {
    {"inactive_anon_bytes", ENUMERATOR_NR_ZONE_INACTIVE_ANON},
    {"active_anon_bytes", ENUMERATOR_NR_ZONE_ACTIVE_ANON},
    {"inactive_file_bytes", ENUMERATOR_NR_ZONE_INACTIVE_FILE},
    {"active_file_bytes", ENUMERATOR_NR_ZONE_ACTIVE_FILE},
    {"unevictable_bytes", ENUMERATOR_NR_ZONE_UNEVICTABLE},
    {"mlocked_bytes", ENUMERATOR_NR_MLOCK},
    {"zsmalloc_bytes", ENUMERATOR_NR_ZSPAGES},
    {"free_cma_bytes", ENUMERATOR_NR_FREE_CMA_PAGES},
};

#define COUNT_OF(table) (sizeof(table) / sizeof *(table))

static void put_members(const struct kernel *kernel, uint64_t zone, json_t *object,
                        const struct member_figure *figures, size_t count, int64_t unit)
{
    for (size_t i = 0; i < count; i++)
        view_put_amount(object, figures[i].key,
                        kernel_amount(kernel, zone, figures[i].member, unit));
}

static void put_reserves(const struct kernel *kernel, uint64_t zone, json_t *object)
{
    const struct layout_member *reserves = &kernel->layout->members[MEMBER_ZONE_LOWMEM_RESERVE];
    json_t *array = reserves->is_known ? view_array(object, "reserve_bytes") : NULL;
    for (unsigned i = 0; array && i < reserves->place.count && i < ZONE_TYPES_MAX; i++) {
        struct amount reserve =
            amount_scale(zone_reserve(kernel, zone, i), (int64_t)kernel->page_size);
        json_array_append_new(array, reserve.known ? json_integer(reserve.value) : json_null());
    }
}

static void put_free_areas(const struct kernel *kernel, uint64_t zone, json_t *object)
{
    struct buddy buddy;
    if (!free_area_read(kernel, zone, &buddy))
        return;
    json_t *blocks = view_array(object, "free_by_order");
    json_t *served = view_array(object, "serves_order");
    json_t *indexes = view_array(object, "fragmentation_permille");
    for (int order = 0; order < buddy.orders; order++) {
        struct amount serves = free_area_serves(kernel, zone, &buddy, order);
        struct amount index = buddy_fragmentation_index(&buddy, order);
        json_array_append_new(blocks, json_integer(buddy.blocks[order].value));
        json_array_append_new(served, serves.known ? json_boolean(serves.value) : json_null());
        json_array_append_new(indexes, index.known ? json_integer(index.value) : json_null());
    }
}

static void put_cpu_pages(const struct kernel *kernel, uint64_t zone, json_t *object)
{
    uint64_t pageset;
    struct amount sum = amount_of(0, 0);
    if (!kernel_pointer(kernel, zone, MEMBER_ZONE_PAGESET, &pageset))
        return;
    json_t *array = view_array(object, "cpus");
    for (size_t cpu = 0; cpu < kernel->cpus_count; cpu++) {
        uint64_t pages = kernel_per_cpu(kernel, pageset, cpu);
        struct amount count = kernel_amount(kernel, pages, MEMBER_PCP_COUNT, 1);
        json_t *row = view_append(array);
        json_object_set_new(row, "cpu", json_integer((json_int_t)cpu));
        view_put_amount(row, "pages", count);
        view_put_amount(row, "high", kernel_amount(kernel, pages, MEMBER_PCP_HIGH, 1));
        view_put_amount(row, "batch", kernel_amount(kernel, pages, MEMBER_PCP_BATCH, 1));
        sum = amount_add(sum, count);
    }
    view_put_amount(object, "cpu_lists_bytes", amount_scale(sum, (int64_t)kernel->page_size));
}

static void put_zone(const struct kernel *kernel, const struct zone_walk *walk, uint64_t zone,
                     json_t *object)
{
    char name[NAME_SIZE];
    int64_t page = (int64_t)kernel->page_size;
    json_object_set_new(object, "node", json_integer(walk->node_number));
    if (kernel_read_string(kernel, zone, MEMBER_ZONE_NAME, name, sizeof name))
        view_put_text(object, "name", name);
    view_put_amount(object, "free_bytes",
                    amount_scale(zone_counter(kernel, zone, ENUMERATOR_NR_FREE_PAGES), page));
    view_put_amount(object, "free_exact_bytes",
                    amount_scale(zone_counter_exact(kernel, zone, ENUMERATOR_NR_FREE_PAGES), page));
    for (size_t i = 0; i < COUNT_OF(watermarks); i++)
        view_put_amount(object, watermarks[i].key,
                        amount_scale(zone_watermark(kernel, zone, watermarks[i].mark), page));
    put_members(kernel, zone, object, zone_sizes, COUNT_OF(zone_sizes), page);
    view_put_amount(object, "start_pfn", kernel_amount(kernel, zone, MEMBER_ZONE_START_PFN, 1));
    put_reserves(kernel, zone, object);
    put_free_areas(kernel, zone, object);
    put_cpu_pages(kernel, zone, object);
    for (size_t i = 0; i < COUNT_OF(counters); i++)
        view_put_amount(object, counters[i].key,
                        amount_scale(zone_counter_exact(kernel, zone, counters[i].item), page));
    json_t *compaction = json_object();
    put_members(kernel, zone, compaction, compaction_figures, COUNT_OF(compaction_figures), 1);
    json_object_set_new(object, "compaction", compaction);
}

/* kswapd stops after 16 passes in a row that reclaimed nothing, until something is freed. */
static void put_node(const struct kernel *kernel, unsigned number, uint64_t node, json_t *object)
{
    struct amount failures = kernel_amount(kernel, node, MEMBER_NODE_KSWAPD_FAILURES, 1);
    int64_t page = (int64_t)kernel->page_size;
    json_object_set_new(object, "node", json_integer(number));
    view_put_amount(object, "present_bytes",
                    kernel_amount(kernel, node, MEMBER_NODE_PRESENT_PAGES, page));
    view_put_amount(object, "kswapd_order",
                    kernel_amount(kernel, node, MEMBER_NODE_KSWAPD_ORDER, 1));
    view_put_amount(object, "kswapd_highest_zone",
                    kernel_amount(kernel, node, MEMBER_NODE_KSWAPD_HIGHEST_ZONE, 1));
    view_put_amount(object, "kswapd_failures", failures);
    if (failures.known)
        json_object_set_new(object, "kswapd_gave_up",
                            json_boolean(failures.value >= KSWAPD_GIVES_UP));
    view_put_amount(object, "kcompactd_order",
                    kernel_amount(kernel, node, MEMBER_NODE_KCOMPACTD_ORDER, 1));
    view_put_amount(object, "kcompactd_highest_zone",
                    kernel_amount(kernel, node, MEMBER_NODE_KCOMPACTD_HIGHEST_ZONE, 1));
}

static bool is_any_known(const json_t *zones)
{
    size_t i;
    json_t *zone;
    bool is_any = false;
    json_array_foreach(zones, i, zone) is_any = is_any || json_object_get(zone, "managed_bytes");
    return is_any;
}

static void note_missing(const struct kernel *kernel, struct view *view)
{
    view_note(view, "no zone could be read: %s",
              kernel->layout->origin == LAYOUT_NONE ? "the kernel's types are unknown"
                                                    : "node_data is not in the dump");
    view_incomplete(view);
}

void view_zones(const struct kernel *kernel, struct view *view)
{
    uint64_t zone, node;
    json_t *zones = view_array(view->object, "zones");
    for (struct zone_walk walk = zone_walk(kernel); zone_walk_next(&walk, &zone);)
        put_zone(kernel, &walk, zone, view_append(zones));
    json_t *nodes = view_array(view->object, "nodes");
    for (unsigned number = 0; node_next(kernel, &number, &node); number++)
        put_node(kernel, number, node, view_append(nodes));
    if (is_any_known(zones))
        return;
    json_array_clear(zones);
    json_array_clear(nodes);
    note_missing(kernel, view);
}
