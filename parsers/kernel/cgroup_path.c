#include "parsers/kernel/cgroup_path.h"

enum {
    PATH_SIZE = 4096, /* PATH_MAX: no longer path can be opened */
    NAME_SIZE = 256,  /* NAME_MAX and its NUL */
};

/* One step of the way up: the name of the directory @p at, and its parent, 0 for the topmost. */
typedef bool step_up(const struct kernel *kernel, uint64_t at, char *name, uint64_t *parent);

static bool kernfs_step(const struct kernel *kernel, uint64_t at, char *name, uint64_t *parent)
{
    return kernel_read_string(kernel, at, MEMBER_KERNFS_NAME, name, NAME_SIZE) &&
           kernel_read(kernel, at, MEMBER_KERNFS_PARENT, parent);
}

static bool cgroup_step(const struct kernel *kernel, uint64_t at, char *name, uint64_t *parent)
{
    uint64_t text;
    return kernel_pointer(kernel, at, MEMBER_CGROUP_NAME, &text) &&
           kernel_read_string(kernel, text, MEMBER_CGROUP_NAME_TEXT, name, NAME_SIZE) &&
           kernel_read(kernel, at, MEMBER_CGROUP_PARENT, parent);
}

struct slice cgroup_path(const struct kernel *kernel, struct arena *arena, uint64_t cgroup)
{
    char path[PATH_SIZE], name[NAME_SIZE];
    size_t start = sizeof path;
    uint64_t at = cgroup, parent;
    bool is_kernfs = kernel_pointer(kernel, cgroup, MEMBER_CGROUP_KERNFS, &at);
    step_up *step = is_kernfs ? kernfs_step : cgroup_step;
    for (;; at = parent) {
        if (!step(kernel, at, name, &parent))
            return SLICE("");
        if (!parent)
            break; /* the topmost has no name of its own */
        size_t length = strlen(name);
        if (!length || length + 1 > start)
            return SLICE("");
        start -= length;
        memcpy(path + start, name, length);
        path[--start] = '/';
    }
    if (start == sizeof path)
        path[--start] = '/';
    return arena_copy(arena, slice_of(path + start, sizeof path - start));
}
