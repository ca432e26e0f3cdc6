#include "parsers/kernel/inode_path.h"

#include <stdio.h>
#include <string.h>

#include "parsers/kernel/list.h"

enum { DEPTH_MAX = 256, MOUNT_DEPTH_MAX = 64, MOUNTS_MAX = 100 * 1000, NAME_SIZE = 256 };

/* Text that grows at its front. */
struct text {
    char *buffer;
    size_t start;
    bool is_full;
};

static struct text text_in(char *buffer)
{
    buffer[INODE_PATH_SIZE - 1] = '\0';
    return (struct text){.buffer = buffer, .start = INODE_PATH_SIZE - 1};
}

static void prepend(struct text *text, const char *piece)
{
    size_t length = strlen(piece);
    if (text->is_full)
        return;
    if (length + sizeof "..." > text->start) {
        piece = "...";
        length = 3;
        text->is_full = true;
    }
    text->start -= length;
    memcpy(text->buffer + text->start, piece, length);
}

/* ---- dentries */

/* Prepend the names from @p dentry up to, without, @p top or the root that it ends at. A file
 * without a place in a directory (memfd, SysV) is its own root, with a name. */
static bool prepend_names(const struct kernel *kernel, struct text *text, uint64_t dentry,
                          uint64_t top)
{
    char name[NAME_SIZE];
    uint64_t parent;
    for (int depth = 0; depth < DEPTH_MAX && dentry != top; depth++) {
        if (!kernel_pointer(kernel, dentry, MEMBER_DENTRY_PARENT, &parent) ||
            !kernel_read_string(kernel, dentry, MEMBER_DENTRY_NAME, name, sizeof name))
            return false;
        if (parent == dentry && strcmp(name, "/") == 0)
            return top == 0;
        prepend(text, name);
        prepend(text, "/");
        if (parent == dentry)
            return top == 0;
        dentry = parent;
    }
    return dentry == top;
}

/* ---- mounts */

/* The mounts of a file system: a list up to 6.17, a chain of pointers since. */
struct mount_walk {
    const struct kernel *kernel;
    struct list_walk list;
    uint64_t next;
    unsigned steps;
    bool is_chain;
};

static struct mount_walk mount_walk(const struct kernel *kernel, uint64_t super)
{
    struct mount_walk walk = {.kernel = kernel, .is_chain = kernel_has(kernel, MEMBER_MOUNT_NEXT)};
    uint64_t head = 0;
    if (walk.is_chain)
        kernel_pointer(kernel, super, MEMBER_SUPER_MOUNTS, &walk.next);
    else if (kernel_place(kernel, super, MEMBER_SUPER_MOUNTS, &head))
        walk.list = list_walk(kernel, head, MEMBER_MOUNT_LINK, MOUNTS_MAX);
    else
        walk.list.end = WALK_UNREADABLE;
    return walk;
}

static bool mount_walk_next(struct mount_walk *walk, uint64_t *mount)
{
    if (!walk->is_chain)
        return list_walk_next(&walk->list, mount);
    *mount = walk->next;
    if (!walk->next || walk->steps++ == MOUNTS_MAX)
        return false;
    if (!kernel_pointer(walk->kernel, *mount, MEMBER_MOUNT_NEXT, &walk->next))
        walk->next = 0;
    return true;
}

/* The whole file system rather than a part of it, in the first namespace rather than in a
 * container's. Mounts inside the kernel have no namespace: they are no place. */
static bool choose_mount(const struct kernel *kernel, uint64_t super, uint64_t *ret)
{
    uint64_t mount, proxy, first = 0, space, top, root = 0;
    int best = 0;
    if (kernel_symbol(kernel, SYMBOL_INIT_NSPROXY, &proxy))
        kernel_pointer(kernel, proxy, MEMBER_NSPROXY_MOUNTS, &first);
    kernel_pointer(kernel, super, MEMBER_SUPER_ROOT, &root);
    for (struct mount_walk walk = mount_walk(kernel, super); mount_walk_next(&walk, &mount);) {
        if (!kernel_pointer(kernel, mount, MEMBER_MOUNT_NAMESPACE, &space) ||
            !kernel_pointer(kernel, mount, MEMBER_MOUNT_ROOT, &top))
            continue;
        int value = 1 + 2 * (top == root) + (space == first);
        if (value > best) {
            best = value;
            *ret = mount;
        }
    }
    return best > 0;
}

static bool prepend_mount(const struct kernel *kernel, struct text *text, uint64_t mount)
{
    for (int depth = 0; depth < MOUNT_DEPTH_MAX; depth++) {
        uint64_t parent, point, top;
        if (!kernel_pointer(kernel, mount, MEMBER_MOUNT_PARENT, &parent))
            return false;
        if (parent == mount)
            return true;
        if (!kernel_pointer(kernel, mount, MEMBER_MOUNT_POINT, &point) ||
            !kernel_pointer(kernel, parent, MEMBER_MOUNT_ROOT, &top) ||
            !prepend_names(kernel, text, point, top))
            return false;
        mount = parent;
    }
    return false;
}

const char *super_mount_point(const struct kernel *kernel, uint64_t super,
                              char buffer[INODE_PATH_SIZE])
{
    struct text text = text_in(buffer);
    uint64_t mount;
    if (!choose_mount(kernel, super, &mount) || !prepend_mount(kernel, &text, mount))
        return NULL;
    if (!buffer[text.start])
        prepend(&text, "/");
    return buffer + text.start;
}

/* ---- inodes */

void super_type_name(const struct kernel *kernel, uint64_t super,
                     char buffer[FILE_SYSTEM_NAME_SIZE])
{
    uint64_t type;
    buffer[0] = '\0';
    if (kernel_pointer(kernel, super, MEMBER_SUPER_TYPE, &type) &&
        !kernel_read_string(kernel, type, MEMBER_FILE_SYSTEM_NAME, buffer, FILE_SYSTEM_NAME_SIZE))
        buffer[0] = '\0';
}

static bool first_dentry(const struct kernel *kernel, uint64_t inode, uint64_t *dentry)
{
    uint64_t head, node;
    return kernel_place(kernel, inode, MEMBER_INODE_ALIASES, &head) &&
           kernel_pointer(kernel, head, MEMBER_HLIST_FIRST, &node) &&
           kernel_container(kernel, node, MEMBER_DENTRY_ALIAS, dentry);
}

/* Below the mount that was chosen; or, where the file lies outside of it, by the file system's own
 * names. */
static bool prepend_place(const struct kernel *kernel, struct text *text, uint64_t super,
                          uint64_t dentry)
{
    struct text start = *text;
    uint64_t mount, top;
    char type[FILE_SYSTEM_NAME_SIZE];
    if (choose_mount(kernel, super, &mount) &&
        kernel_pointer(kernel, mount, MEMBER_MOUNT_ROOT, &top) &&
        prepend_names(kernel, text, dentry, top) && prepend_mount(kernel, text, mount))
        return true;
    *text = start;
    if (!prepend_names(kernel, text, dentry, 0))
        return false;
    uint64_t parent;
    bool is_placeless =
        kernel_pointer(kernel, dentry, MEMBER_DENTRY_PARENT, &parent) && parent == dentry;
    super_type_name(kernel, super, type);
    if (!is_placeless && type[0]) {
        prepend(text, ":");
        prepend(text, type);
    }
    return true;
}

const char *inode_path(const struct kernel *kernel, uint64_t inode, char buffer[INODE_PATH_SIZE])
{
    struct text text = text_in(buffer);
    uint64_t dentry, super, links;
    if (!first_dentry(kernel, inode, &dentry) ||
        !kernel_pointer(kernel, inode, MEMBER_INODE_SUPER, &super))
        return NULL;
    if (kernel_read(kernel, inode, MEMBER_INODE_LINKS, &links) && links == 0)
        prepend(&text, " (deleted)");
    if (!prepend_place(kernel, &text, super, dentry))
        return NULL;
    return buffer[text.start] ? buffer + text.start : "/";
}

bool mapping_inode(const struct kernel *kernel, uint64_t word, uint64_t *inode)
{
    uint64_t own;
    if (!word || (word & 3) || !kernel_pointer(kernel, word, MEMBER_MAPPING_HOST, inode))
        return false;
    return kernel_pointer(kernel, *inode, MEMBER_INODE_MAPPING, &own) &&
           (own == word || word - *inode < (1 << 12));
}
