#include "parsers/kernel/module_types.h"

#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "parsers/kernel/list.h"

enum { MODULES_MAX = 4096, BTF_MAX = 16 * 1024 * 1024, NAME_SIZE = 56 /* MODULE_NAME_LEN */ };

/* A module, and a row that is known when its types are. */
static const struct {
    struct slice name;
    enum member_id row;
} wanted_modules[] = {
    {SLICE_INIT("zsmalloc"), MEMBER_ZSMALLOC_PAGES},
    {SLICE_INIT("zram"), MEMBER_ZRAM_STORED_PAGES},
};

static bool is_wanted(const struct kernel *kernel, struct slice name)
{
    for (size_t i = 0; i < sizeof wanted_modules / sizeof *wanted_modules; i++)
        if (slice_equal(name, wanted_modules[i].name))
            return !kernel_has(kernel, wanted_modules[i].row);
    return false;
}

static struct list_walk modules_walk(const struct kernel *kernel)
{
    uint64_t head;
    if (!kernel_symbol(kernel, SYMBOL_BTF_MODULES, &head))
        return (struct list_walk){.kernel = kernel, .end = WALK_UNREADABLE};
    return list_walk(kernel, head, MEMBER_BTF_MODULE_LINK, MODULES_MAX);
}

/* The next one whose types are wanted. */
static bool next_wanted(struct list_walk *walk, uint64_t *entry)
{
    char name[NAME_SIZE];
    uint64_t module;
    while (list_walk_next(walk, entry))
        if (kernel_pointer(walk->kernel, *entry, MEMBER_BTF_MODULE_MODULE, &module) &&
            kernel_read_string(walk->kernel, module, MEMBER_MODULE_NAME, name, sizeof name) &&
            is_wanted(walk->kernel, slice_from_string(name)))
            return true;
    return false;
}

bool module_types_are_wanted(const struct kernel *kernel)
{
    uint64_t entry;
    struct list_walk walk = modules_walk(kernel);
    return next_wanted(&walk, &entry);
}

static void fill_from(const struct kernel *kernel, uint64_t entry, const struct btf_types *base,
                      struct layout *layout)
{
    uint64_t btf, data, size;
    struct btf_types *types = NULL;
    if (!kernel_pointer(kernel, entry, MEMBER_BTF_MODULE_BTF, &btf) ||
        !kernel_pointer(kernel, btf, MEMBER_BTF_DATA, &data) ||
        !kernel_read(kernel, btf, MEMBER_BTF_DATA_SIZE, &size) || size == 0 || size > BTF_MAX)
        return;
    char *bytes = must_allocate(size);
    struct error *error = memory_read(kernel->memory, data, bytes, size)
                              ? btf_types_create_split(slice_of(bytes, size), base, &types)
                              : NULL;
    error_destroy(error); /* its rows stay unknown */
    if (types) {
        struct type_source source = btf_types_source(types);
        layout_fill(layout, &source, NULL);
    }
    btf_types_destroy(types);
    free(bytes);
}

void module_types_fill(const struct kernel *kernel, const struct btf_types *base,
                       struct layout *layout)
{
    uint64_t entry;
    struct list_walk walk = modules_walk(kernel);
    while (next_wanted(&walk, &entry))
        fill_from(kernel, entry, base, layout);
}
