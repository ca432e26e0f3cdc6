#include "parsers/kernel/memcg.h"

#include "analyzer/base/hash_table.h"
#include "analyzer/limits.h"
#include "parsers/kernel/cgroup_path.h"

struct memcg_entry {
    uint64_t address;
    int index;
    UT_hash_handle hh;
};

struct reader {
    struct memcg_tree *tree;
    const struct kernel *kernel;
};

static struct slice read_path(struct reader *reader, uint64_t css)
{
    uint64_t cgroup;
    if (!kernel_pointer(reader->kernel, css, MEMBER_CSS_CGROUP, &cgroup))
        return SLICE("");
    return cgroup_path(reader->kernel, reader->tree->arena, cgroup);
}

static struct amount read_online(const struct kernel *kernel, uint64_t css)
{
    uint64_t flags;
    int64_t online;
    if (!kernel_read(kernel, css, MEMBER_CSS_FLAGS, &flags) ||
        !kernel_enumerator(kernel, ENUMERATOR_CSS_ONLINE, &online))
        return UNKNOWN;
    return amount_of((flags & (uint64_t)online) != 0, 0);
}

/* Its own; in upstream's 3.10 that of its css, apart. */
static struct amount read_id(const struct kernel *kernel, uint64_t memcg, uint64_t css)
{
    uint64_t id;
    if (kernel_has(kernel, MEMBER_MEMCG_ID) || !kernel_has(kernel, MEMBER_CSS_ID_NUMBER) ||
        !kernel_pointer(kernel, css, MEMBER_CSS_ID, &id))
        return kernel_amount(kernel, memcg, MEMBER_MEMCG_ID, 1);
    return kernel_amount(kernel, id, MEMBER_CSS_ID_NUMBER, 1);
}

static void add(struct reader *reader, uint64_t memcg)
{
    struct memcg_tree *tree = reader->tree;
    uint64_t css;
    if (tree->count >= LIMIT_MEMCGS || memcg_tree_find(tree, memcg) != MEMCG_NONE ||
        !kernel_place(reader->kernel, memcg, MEMBER_MEMCG_CSS, &css))
        return;
    struct memcg_entry *entry = arena_allocate(tree->arena, sizeof *entry);
    *entry = (struct memcg_entry){.address = memcg, .index = tree->count};
    HASH_ADD(hh, tree->by_address, address, sizeof entry->address, entry);
    struct memcg *group = ARENA_PUSH(tree->arena, tree->groups, tree->count);
    *group = (struct memcg){.address = memcg, .css = css, .parent = MEMCG_NONE};
    group->id = read_id(reader->kernel, memcg, css);
    group->online = read_online(reader->kernel, css);
    group->path = read_path(reader, css);
}

static void add_css(struct reader *reader, uint64_t css)
{
    uint64_t memcg;
    if (kernel_container(reader->kernel, css, MEMBER_MEMCG_CSS, &memcg))
        add(reader, memcg);
}

/* The list of a css's children: their css's, or in RHEL 7 their cgroups, each with its css. */
static void add_children(struct reader *reader, uint64_t css)
{
    const struct kernel *kernel = reader->kernel;
    struct memcg_tree *tree = reader->tree;
    bool has_list = kernel_has(kernel, MEMBER_CSS_CHILDREN);
    uint64_t owner = css, head, entry, child;
    int64_t id = 0;
    if (!has_list && (!kernel_pointer(kernel, css, MEMBER_CSS_CGROUP, &owner) ||
                      !kernel_enumerator(kernel, ENUMERATOR_MEMORY_SUBSYSTEM_ID, &id)))
        return;
    if (!kernel_place(kernel, owner, has_list ? MEMBER_CSS_CHILDREN : MEMBER_CGROUP_CHILDREN,
                      &head))
        return;
    struct list_walk walk = list_walk(
        kernel, head, has_list ? MEMBER_CSS_SIBLING : MEMBER_CGROUP_SIBLING, LIMIT_MEMCGS);
    while (list_walk_next(&walk, &entry)) {
        if (has_list)
            add_css(reader, entry);
        else if (kernel_read_element(kernel, entry, MEMBER_CGROUP_SUBSYS, (uint64_t)id, &child) &&
                 child)
            add_css(reader, child);
    }
    if (!tree->trouble[0])
        list_walk_trouble(&walk, tree->trouble, sizeof tree->trouble);
}

static bool add_of_id(void *context, uint64_t id, uint64_t entry)
{
    (void)id;
    if (!(entry & 3)) /* no value, no internal node */
        add(context, entry);
    return true;
}

/* Those that the tree does not have any more. */
static void add_by_id(struct reader *reader)
{
    const struct kernel *kernel = reader->kernel;
    struct memcg_tree *tree = reader->tree;
    enum walk_end end = WALK_UNREADABLE;
    uint64_t table;
    if (kernel_symbol(kernel, SYMBOL_MEMCG_IDS, &table))
        end = xarray_walk(kernel, table, LIMIT_MEMCGS, add_of_id, reader);
    else if (kernel_symbol(kernel, SYMBOL_MEMCG_IDR, &table))
        end = idr_walk(kernel, table, LIMIT_MEMCGS, add_of_id, reader);
    if (end != WALK_DONE && !tree->trouble[0])
        strcpy(tree->trouble,
               "the table of ids cannot be read whole, so dying ones may be missing");
}

/* v1 without use_hierarchy has children whose charges go nowhere else: the counters know. */
static void find_parents(struct memcg_tree *tree, const struct kernel *kernel)
{
    for (int i = 0; i < tree->count; i++) {
        uint64_t counter, parent, memcg;
        if (kernel_place(kernel, tree->groups[i].address, MEMBER_MEMCG_MEMORY, &counter) &&
            kernel_pointer(kernel, counter, MEMBER_COUNTER_PARENT, &parent) &&
            kernel_container(kernel, parent, MEMBER_MEMCG_MEMORY, &memcg))
            tree->groups[i].parent = memcg_tree_find(tree, memcg);
    }
}

/* Is the memory controller on the unified hierarchy? */
static int read_version(const struct kernel *kernel)
{
    uint64_t subsystem, root, unified;
    if (!kernel_symbol(kernel, SYMBOL_MEMORY_SUBSYSTEM, &subsystem) ||
        !kernel_read(kernel, subsystem, MEMBER_CGROUP_SUBSYS_ROOT, &root))
        return 0;
    return kernel_symbol(kernel, SYMBOL_DEFAULT_CGROUP_ROOT, &unified) && root == unified ? 2 : 1;
}

void memcg_tree_init(struct memcg_tree *tree, const struct kernel *kernel)
{
    *tree = (struct memcg_tree){.arena = arena_create(), .version = read_version(kernel)};
    struct reader reader = {tree, kernel};
    uint64_t root;
    if (!kernel_variable(kernel, SYMBOL_ROOT_MEM_CGROUP, sizeof root, &root) || !root) {
        strcpy(tree->trouble, "root_mem_cgroup is not known");
        return;
    }
    add(&reader, root);
    for (int i = 0; i < tree->count; i++) /* breadth first: what was added is the queue */
        add_children(&reader, tree->groups[i].css);
    add_by_id(&reader);
    find_parents(tree, kernel);
}

void memcg_tree_deinit(struct memcg_tree *tree)
{
    HASH_CLEAR(hh, tree->by_address);
    arena_destroy(tree->arena);
}

int memcg_tree_find(const struct memcg_tree *tree, uint64_t address)
{
    struct memcg_entry *entry;
    HASH_FIND(hh, tree->by_address, &address, sizeof address, entry);
    return entry ? entry->index : MEMCG_NONE;
}

bool memcg_node(const struct kernel *kernel, const struct memcg *group, unsigned node,
                uint64_t *ret)
{
    uint64_t nodes;
    return kernel_place(kernel, group->address, MEMBER_MEMCG_NODEINFO, &nodes) &&
           memory_read_number(kernel->memory, nodes + node * sizeof nodes, sizeof nodes, ret) &&
           *ret;
}

unsigned memcg_node_limit(const struct kernel *kernel)
{
    uint64_t count;
    bool is_known = kernel_variable(kernel, SYMBOL_NR_NODE_IDS, sizeof(uint32_t), &count);
    return is_known && count > 0 && count <= LIMIT_NODES ? (unsigned)count : 1;
}
