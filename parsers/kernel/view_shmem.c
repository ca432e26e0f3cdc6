/* `shmem`: what holds shared memory, how much, charged to whom, used by whom. */
#include "parsers/kernel/memcg.h"
#include "parsers/kernel/shmem.h"
#include "parsers/kernel/view.h"

static void put_users(const struct shmem *shmem, const struct shmem_instance *instance,
                      json_t *object)
{
    if (!shmem->has_users)
        return;
    json_t *users = view_array(object, "users");
    for (size_t i = 0; i < instance->users_count; i++)
        json_array_append_new(users, json_integer(instance->users[i]));
    if (instance->users_more)
        view_put_amount(object, "users_more", amount_of((int64_t)instance->users_more, 0));
}

static void put_instance(const struct shmem *shmem, const struct memcg_tree *groups,
                         const struct shmem_instance *instance, json_t *object)
{
    int group = instance->memcg ? memcg_tree_find(groups, instance->memcg) : MEMCG_NONE;
    view_put_text(object, "kind", instance->kind);
    view_put_text(object, "name", instance->name.data);
    view_put_amount(object, "bytes", instance->bytes);
    view_put_amount(object, "swap_bytes", instance->swap);
    if (amount_or(instance->limit, 0) > 0)
        view_put_amount(object, "limit_bytes", instance->limit);
    if (group != MEMCG_NONE)
        view_put_text(object, "memcg", groups->groups[group].path.data);
    view_put_amount(object, "files", instance->files);
    view_put_amount(object, "unlinked", instance->unlinked);
    view_put_text(object, "largest", instance->largest.data);
    view_put_amount(object, "largest_bytes", instance->largest_bytes);
    put_users(shmem, instance, object);
}

void view_shmem(const struct kernel *kernel, struct view *view)
{
    struct shmem shmem;
    struct memcg_tree groups;
    json_t *array = view_array(view->object, "instances");
    shmem_init(&shmem, kernel);
    shmem_find_users(&shmem, kernel);
    memcg_tree_init(&groups, kernel);
    for (size_t i = 0; i < shmem.count; i++)
        put_instance(&shmem, &groups, &shmem.instances[i], view_append(array));
    if (*shmem.trouble) {
        view_note(view, "%s", shmem.trouble);
        view_incomplete(view);
    }
    memcg_tree_deinit(&groups);
    shmem_deinit(&shmem);
}
