#include "parsers/kernel/slab_owners.h"

#include <stdlib.h>

#include "parsers/kernel/page_census.h"
#include "parsers/kernel/page_memcg.h"

enum {
    POINTER_SIZE = 8,
    VECTOR_FLAGS = 7, /* MEMCG_DATA_OBJCGS, OBJEXTS_FLAGS_MASK */
    VECTOR_BYTES = 4 * 1024 * 1024,
    OBJCGS_MAX = 256 * 1024,
};

/* Groups have several obj_cgroups in their life: which stands for which is read once each. */
struct slab_objcg {
    uint64_t address;
    int group;
    UT_hash_handle hh;
};

/* ---- tables */

static void add(struct slab_owners *owners, uint64_t cache, int group, uint64_t objects)
{
    struct slab_share_key key = {cache, group};
    struct slab_share *share;
    HASH_FIND(hh, owners->shares, &key, sizeof key, share);
    if (!share) {
        share = arena_allocate(owners->arena, sizeof *share);
        share->key = key;
        HASH_ADD(hh, owners->shares, key, sizeof share->key, share);
    }
    share->objects += objects;
}

uint64_t slab_owners_objects(const struct slab_owners *owners, uint64_t cache, int group)
{
    struct slab_share_key key = {cache, group};
    struct slab_share *share;
    HASH_FIND(hh, owners->shares, &key, sizeof key, share);
    return share ? share->objects : 0;
}

static int group_of_objcg(struct slab_owners *owners, uint64_t address)
{
    struct slab_objcg *objcg;
    uint64_t memcg;
    HASH_FIND(hh, owners->objcgs, &address, sizeof address, objcg);
    if (objcg)
        return objcg->group;
    int group = objcg_memcg(owners->kernel, address, &memcg)
                    ? memcg_tree_find(owners->groups, memcg)
                    : MEMCG_NONE;
    if (HASH_COUNT(owners->objcgs) >= OBJCGS_MAX)
        return group;
    objcg = arena_allocate(owners->arena, sizeof *objcg);
    objcg->address = address;
    objcg->group = group;
    HASH_ADD(hh, owners->objcgs, address, sizeof objcg->address, objcg);
    return group;
}

/* ---- one slab */

static uint64_t element_size(const struct layout *layout)
{
    const struct layout_number *extension = &layout->sizes[STRUCT_SLAB_OBJECT_EXTENSION];
    return extension->is_known ? (uint64_t)extension->value : POINTER_SIZE;
}

/* Bytes from one element of the vector to the next; in 7.x it may lie inside the objects, one in
 * each. */
static uint64_t stride_of(const struct slab_owners *owners, const unsigned char *page, size_t size)
{
    const struct layout *layout = owners->kernel->layout;
    uint64_t stride, least = element_size(layout);
    bool is_told = member_of(layout, MEMBER_SLAB_STRIDE, page, size, &stride) && stride >= least;
    return is_told ? stride : least;
}

static uint64_t objcg_at(const struct slab_owners *owners, uint64_t index, uint64_t stride)
{
    const struct layout_member *objcg =
        &owners->kernel->layout->members[MEMBER_SLAB_OBJECT_EXTENSION_OBJCG];
    uint64_t offset = objcg->is_known ? objcg->place.offset : 0;
    return memory_number(owners->vector + index * stride + offset, POINTER_SIZE);
}

/* Objects of one group stand together, so they are added together. */
static void count_vector(struct slab_owners *owners, uint64_t cache, uint64_t objects,
                         uint64_t stride)
{
    uint64_t last = 0, run = 0;
    int group = MEMCG_NONE, first = MEMCG_NONE;
    bool is_shared = false;
    for (uint64_t i = 0; i < objects; i++) {
        uint64_t objcg = objcg_at(owners, i, stride);
        if (!objcg)
            continue;
        if (objcg != last) {
            if (group != MEMCG_NONE)
                add(owners, cache, group, run);
            group = group_of_objcg(owners, objcg);
            first = first == MEMCG_NONE ? group : first;
            is_shared = is_shared || group != first;
            last = objcg;
            run = 0;
        }
        run++;
    }
    if (group != MEMCG_NONE)
        add(owners, cache, group, run);
    if (is_shared)
        add(owners, cache, MEMCG_NONE, 1);
}

static void visit(void *context, const unsigned char *page, uint64_t address, uint64_t frames)
{
    struct slab_owners *owners = context;
    const struct kernel *kernel = owners->kernel;
    const struct layout *layout = kernel->layout;
    size_t size = (size_t)layout->sizes[STRUCT_PAGE].value;
    uint64_t cache, vector, objects;
    (void)address;
    (void)frames;
    if (!member_of(layout, MEMBER_SLAB_OBJECT_VECTOR, page, size, &vector) ||
        !(vector & ~(uint64_t)VECTOR_FLAGS) ||
        !member_of(layout, MEMBER_SLAB_CACHE, page, size, &cache) ||
        !member_of(layout, MEMBER_SLAB_OBJECTS, page, size, &objects))
        return;
    uint64_t stride = stride_of(owners, page, size);
    if (objects && stride <= VECTOR_BYTES && objects * stride <= VECTOR_BYTES &&
        memory_read(kernel->memory, vector & ~(uint64_t)VECTOR_FLAGS, owners->vector,
                    (objects - 1) * stride + element_size(layout)))
        count_vector(owners, cache, objects, stride);
    else
        owners->unread++;
}

/* ---- all */

static void look_at_slabs(struct slab_owners *owners)
{
    const struct kernel *kernel = owners->kernel;
    struct memory_map map;
    struct page_format format;
    struct page_census census;
    struct frame_marks marks = {0};
    if (!kernel->frames || !memory_map_init(&map, kernel) || !page_format_learn(&format, kernel))
        return;
    const struct census_tools tools = {
        .map = &map, .format = &format, .marks = &marks, .visit_slab = visit, .context = owners};
    owners->vector = must_allocate(VECTOR_BYTES + POINTER_SIZE);
    page_census_init(&census);
    page_census_count(&census, &tools, 0, UINT64_MAX);
    owners->is_known = !census.is_stopped;
    page_census_deinit(&census);
}

void slab_owners_init(struct slab_owners *owners, const struct kernel *kernel,
                      const struct memcg_tree *groups)
{
    *owners = (struct slab_owners){.kernel = kernel, .groups = groups, .arena = arena_create()};
    if (kernel_has(kernel, MEMBER_SLAB_OBJECT_VECTOR) && kernel_has(kernel, MEMBER_OBJCG_MEMCG))
        look_at_slabs(owners);
}

void slab_owners_deinit(struct slab_owners *owners)
{
    HASH_CLEAR(hh, owners->shares);
    HASH_CLEAR(hh, owners->objcgs);
    free(owners->vector);
    arena_destroy(owners->arena);
}

struct amount slab_charge(const struct slab_cache_info *info)
{
    return amount_add(info->size, amount_of(POINTER_SIZE, 0));
}

int slab_cache_group(const struct kernel *kernel, const struct memcg_tree *groups, uint64_t cache)
{
    uint64_t memcg, params;
    bool is_found = kernel_pointer(kernel, cache, MEMBER_CACHE_MEMCG, &memcg) ||
                    (kernel_pointer(kernel, cache, MEMBER_CACHE_MEMCG_PARAMS, &params) &&
                     kernel_pointer(kernel, params, MEMBER_CACHE_PARAMS_MEMCG, &memcg));
    /* A root cache has another pointer there, which is no group's. */
    return is_found ? memcg_tree_find(groups, memcg) : MEMCG_NONE;
}
