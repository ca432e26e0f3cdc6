/* `lru`: the lists of pages of each memory cgroup and node, as counted and as walked. */
#include "parsers/kernel/lru.h"
#include "parsers/kernel/memcg.h"
#include "parsers/kernel/view.h"

static const char *const type_names[LRU_TYPES] = {"anon", "file"};

struct sheet {
    const struct kernel *kernel;
    struct memory_map map;
    struct page_format format;
    struct lru_zones zones;
    unsigned node;
    json_t *array;
    struct view *view;
};

static void put_list(const struct sheet *sheet, const struct lru_list *list, unsigned index,
                     const char *path, json_t *array)
{
    for (unsigned z = 0; z < sheet->zones.count; z++) {
        struct amount counted = list->counted[z];
        if (amount_or(counted, 1) == 0 && list->walked[z] == 0)
            continue;
        json_t *object = view_append(array);
        view_put_text(object, "name", lru_list_names[index]);
        view_put_text(object, "zone", sheet->zones.zones[z].name);
        view_put_amount(object, "counted_pages", counted);
        if (list->end != WALK_GOES_ON)
            view_put_amount(object, "walked_pages", amount_of((int64_t)list->walked[z], 0));
    }
    if (list->end != WALK_GOES_ON && list->end != WALK_DONE)
        view_note(sheet->view, "%s: the list %s breaks off: %s", path, lru_list_names[index],
                  list->end == WALK_UNREADABLE ? "not in the dump" : "its links do not fit");
}

static void put_generations(const struct lruvec *lruvec, json_t *array)
{
    for (unsigned type = 0; type < LRU_TYPES && lruvec->newest.known; type++) {
        int64_t newest = lruvec->newest.value;
        struct amount oldest = lruvec->oldest[type];
        for (int64_t sequence = amount_or(oldest, newest);
             sequence <= newest && sequence > newest - LRU_GENERATIONS; sequence++) {
            const struct lru_generation *generation =
                &lruvec->generations[(uint64_t)sequence % LRU_GENERATIONS][type];
            json_t *object = view_append(array);
            json_object_set_new(object, "type", json_string(type_names[type]));
            view_put_amount(object, "sequence", amount_of(sequence, 0));
            view_put_amount(object, "age_ms", lruvec->age_ms[(uint64_t)sequence % LRU_GENERATIONS]);
            view_put_amount(object, "counted_pages", generation->counted);
            if (generation->end == WALK_DONE)
                view_put_amount(object, "walked_pages", amount_of((int64_t)generation->walked, 0));
        }
    }
}

static void put_balance(const struct sheet *sheet, const struct lruvec *lruvec, json_t *object)
{
    view_put_amount(object, "nonresident_age", lruvec->age);
    for (unsigned type = 0; type < LRU_TYPES; type++) {
        json_t *balance = json_object();
        struct amount is_low = lru_inactive_is_low(sheet->kernel, lruvec, type);
        view_put_amount(balance, "refaults", lruvec->refaults[type]);
        view_put_amount(balance, "cost", lruvec->cost[type]);
        if (is_low.known && !lruvec->has_generations)
            json_object_set_new(balance, "inactive_is_low", json_boolean(is_low.value));
        json_object_set_new(object, type_names[type], balance);
    }
}

static void put_lruvec(const struct sheet *sheet, const struct lruvec *lruvec, const char *path)
{
    json_t *object = view_append(sheet->array);
    view_put_text(object, "memcg", path);
    json_object_set_new(object, "node", json_integer(sheet->node));
    json_t *lists = view_array(object, "lists");
    for (unsigned l = 0; l < LRU_LISTS; l++)
        put_list(sheet, &lruvec->lists[l], l, path, lists);
    json_t *generations = view_array(object, "generations");
    if (lruvec->has_generations)
        put_generations(lruvec, generations);
    put_balance(sheet, lruvec, object);
}

static void put_node(struct sheet *sheet, const struct memcg_tree *groups)
{
    uint64_t part;
    struct lruvec lruvec;
    const struct lru_tools tools = {sheet->kernel, &sheet->map, &sheet->format, &sheet->zones};
    lru_zones_read(sheet->kernel, sheet->node, &sheet->zones);
    for (int i = 0; i < groups->count && !*sheet->kernel->stop; i++) {
        if (!memcg_node(sheet->kernel, &groups->groups[i], sheet->node, &part))
            continue;
        lruvec_read(&tools, part, &lruvec);
        put_lruvec(sheet, &lruvec,
                   groups->groups[i].path.length ? groups->groups[i].path.data : "");
    }
}

void view_lru(const struct kernel *kernel, struct view *view)
{
    struct memcg_tree groups;
    struct sheet sheet = {.kernel = kernel, .view = view};
    sheet.array = view_array(view->object, "lruvecs");
    if (!memory_map_init(&sheet.map, kernel) || !page_format_learn(&sheet.format, kernel)) {
        view_note(view, "no memory map is found: the types or symbols of this kernel lack it");
        return;
    }
    memcg_tree_init(&groups, kernel);
    for (sheet.node = 0; sheet.node < memcg_node_limit(kernel); sheet.node++)
        put_node(&sheet, &groups);
    if (*groups.trouble) {
        view_note(view, "not all control groups were found: %s", groups.trouble);
        view_incomplete(view);
    }
    memcg_tree_deinit(&groups);
}
