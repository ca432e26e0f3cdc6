/* `slabs`: objects and bytes of every slab cache, as slabinfo counts them. */
#include "parsers/kernel/slab.h"
#include "parsers/kernel/view.h"

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

void view_slabs(const struct kernel *kernel, struct view *view)
{
    struct list_walk walk = slab_cache_walk(kernel);
    struct slab_cache_info info;
    struct amount sum = amount_of(0, 0);
    char trouble[128];
    json_t *array = view_array(view->object, "caches");
    while (slab_cache_next(&walk, &info) && !*kernel->stop) {
        put_cache(&info, view_append(array));
        sum = amount_add(sum, info.bytes);
        if (info.end != WALK_DONE)
            view_note(view, "%s: a list of partial slabs is broken or not in the dump", info.name);
    }
    if (list_walk_trouble(&walk, trouble, sizeof trouble))
        view_note(view, "caches: %s", trouble);
    else
        view_put_amount(view->object, "bytes", sum);
}
