/* `slabs`: objects and bytes of every slab cache, as slabinfo counts them, and whose they are. */
#include "parsers/kernel/slab_owners.h"
#include "parsers/kernel/view.h"
#include "parsers/kernel/zones.h"

struct listing {
    const struct kernel *kernel;
    struct memcg_tree groups;
    struct slab_owners owners;
    struct amount *sums, *objects; /* by group */
};

static void put_cache(const struct slab_cache_info *info, json_t *object)
{
    view_put_text(object, "name", info->name);
    view_put_amount(object, "object_bytes", info->size);
    view_put_amount(object, "payload_bytes", info->object_size);
    view_put_amount(object, "objects_total", info->objects);
    view_put_amount(object, "objects_active", info->active);
    view_put_amount(object, "slabs", info->slabs);
    view_put_amount(object, "bytes", info->bytes);
    if (amount_or(info->aliases, 1) > 1)
        view_put_amount(object, "merged_caches", info->aliases);
}

/* ---- by memory cgroup */

static void put_share(struct listing *listing, int group, struct amount objects,
                      struct amount bytes, json_t *array)
{
    json_t *object = view_append(array);
    view_put_text(object, "path", listing->groups.groups[group].path.data);
    view_put_amount(object, "objects", objects);
    view_put_amount(object, "bytes", bytes);
    listing->objects[group] = amount_add(listing->objects[group], objects);
    listing->sums[group] = amount_add(listing->sums[group], bytes);
}

static void put_owners(struct listing *listing, const struct slab_cache_info *info, json_t *object)
{
    const struct slab_owners *owners = &listing->owners;
    int only = slab_cache_group(listing->kernel, &listing->groups, info->address);
    json_t *array = view_array(object, "memcgs");
    if (only != MEMCG_NONE)
        put_share(listing, only, info->active, info->bytes, array);
    for (int group = 0; owners->is_known && group < listing->groups.count; group++) {
        int64_t objects = (int64_t)slab_owners_objects(owners, info->address, group);
        if (objects)
            put_share(listing, group, amount_of(objects, 0),
                      amount_scale(slab_charge(info), objects), array);
    }
    int64_t shared = (int64_t)slab_owners_objects(owners, info->address, MEMCG_NONE);
    if (shared)
        view_put_amount(object, "shared_slabs", amount_of(shared, 0));
}

static void put_groups(const struct listing *listing, struct view *view)
{
    json_t *array = view_array(view->object, "memcgs");
    for (int group = 0; group < listing->groups.count; group++) {
        if (amount_or(listing->objects[group], 1) == 0)
            continue;
        json_t *object = view_append(array);
        view_put_text(object, "path", listing->groups.groups[group].path.data);
        view_put_amount(object, "objects", listing->objects[group]);
        view_put_amount(object, "bytes", listing->sums[group]);
    }
}

static void note_owners(const struct slab_owners *owners, struct view *view)
{
    if (!owners->unread)
        return;
    view_put_amount(view->object, "unread_slabs", amount_of((int64_t)owners->unread, 0));
    view_note(view, "whose objects they are is not in the dump for %llu slabs%s",
              (unsigned long long)owners->unread,
              lacks_slab_pages(owners->kernel)
                  ? ": makedumpfile up to 1.7.2 leaves slab pages of kernels since 6.10 out"
                  : "");
}

static void listing_init(struct listing *listing, const struct kernel *kernel)
{
    *listing = (struct listing){.kernel = kernel};
    memcg_tree_init(&listing->groups, kernel);
    slab_owners_init(&listing->owners, kernel, &listing->groups);
    size_t bytes = ((size_t)listing->groups.count + 1) * sizeof *listing->sums;
    listing->sums = arena_allocate(listing->groups.arena, bytes);
    listing->objects = arena_allocate(listing->groups.arena, bytes);
    for (int i = 0; i < listing->groups.count; i++)
        listing->sums[i] = listing->objects[i] = amount_of(0, 0);
}

static void listing_deinit(struct listing *listing)
{
    slab_owners_deinit(&listing->owners);
    memcg_tree_deinit(&listing->groups);
}

/* What the kernel itself counts, which since 5.4 is more than the caches have (@p sum):
 * slab_counter(). A cache's slabs may be of a smaller order than is reckoned with, so that it may
 * be less, too. */
static void put_counters(const struct kernel *kernel, struct amount sum, struct view *view)
{
    struct amount reclaimable = slab_counter(kernel, true);
    struct amount unreclaimable = slab_counter(kernel, false);
    struct amount counted = amount_add(reclaimable, unreclaimable);
    view_put_amount(view->object, "reclaimable_bytes", reclaimable);
    view_put_amount(view->object, "unreclaimable_bytes", unreclaimable);
    view_put_amount(view->object, "counted_bytes", counted);
    view_put_amount(view->object, "beside_caches_bytes",
                    amount_at_least(amount_subtract(counted, sum), 0));
}

/* ---- all */

void view_slabs(const struct kernel *kernel, struct view *view)
{
    struct list_walk walk = slab_cache_walk(kernel);
    struct slab_cache_info info;
    struct amount sum = amount_of(0, 0);
    struct listing listing;
    char trouble[LIST_TROUBLE_SIZE];
    listing_init(&listing, kernel);
    json_t *array = view_array(view->object, "caches");
    while (slab_cache_next(&walk, &info) && !*kernel->stop) {
        json_t *object = view_append(array);
        put_cache(&info, object);
        put_owners(&listing, &info, object);
        sum = amount_add(sum, info.bytes);
        if (info.end != WALK_DONE)
            view_note(view, "%s: a list of partial slabs is broken or not in the dump", info.name);
    }
    put_groups(&listing, view);
    note_owners(&listing.owners, view);
    if (list_walk_trouble(&walk, trouble, sizeof trouble)) {
        view_note(view, "caches: %s", trouble);
        view_incomplete(view);
    } else {
        view_put_amount(view->object, "bytes", sum);
    }
    put_counters(kernel, view_is_complete(view) ? sum : UNKNOWN, view);
    listing_deinit(&listing);
}
