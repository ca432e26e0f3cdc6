/* File systems, their files and the pages of these; mounts and names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/synthetic/common.h"

enum { MOUNTS_MAX = 8, FILES_MAX = 16, SLOT_BITS = 6 };

struct mounted {
    char path[64];
    bool is_shmem;
    struct super_block *super;
    struct mount *mount;
};

static struct mounted mounts[MOUNTS_MAX];
static int mounts_count, files_count;
static struct {
    char name[64];
    struct file *file;
} files[FILES_MAX];

struct list_head super_blocks;
struct vfsmount *shm_mnt;
struct nsproxy init_nsproxy;
static int namespace;

static struct mounted *find_mount(const char *path)
{
    for (int i = 0; i < mounts_count; i++)
        if (strcmp(mounts[i].path, path) == 0)
            return &mounts[i];
    fprintf(stderr, "no mount %s\n", path);
    exit(1);
}

struct file *find_file(const char *name)
{
    for (int i = 0; i < files_count; i++)
        if (strcmp(files[i].name, name) == 0)
            return files[i].file;
    fprintf(stderr, "no file %s\n", name);
    exit(1);
}

/* ---- names */

static struct dentry *add_dentry(const char *name, struct dentry *parent, struct super_block *super)
{
    struct dentry *dentry = NEW(struct dentry);
    dentry->d_name.name = text(name);
    dentry->d_parent = K(parent ? parent : dentry);
    dentry->d_sb = K(super);
    return dentry;
}

static void give_name(struct inode *inode, struct dentry *dentry)
{
    dentry->d_inode = K(inode);
    inode->i_dentry.first = K(&dentry->D_ALIAS);
}

/* The directory of the root file system that @p path is: its names, one below the other. */
static struct dentry *add_directory(const char *path)
{
    char names[64];
    struct dentry *at = H(mounts[0].super->s_root);
    snprintf(names, sizeof names, "%s", path);
    for (char *name = strtok(names, "/"); name; name = strtok(NULL, "/"))
        at = add_dentry(name, at, mounts[0].super);
    return at;
}

/* ---- file systems */

static void add_super(struct mounted *mounted, const char *line)
{
    struct super_block *super = NEW(struct super_block);
    struct file_system_type *type = NEW(struct file_system_type);
    struct shmem_sb_info *info = NEW(struct shmem_sb_info);
    type->name = text(word(line, "type"));
    info->max_blocks = (unsigned long)number(line, "limit");
    super->s_type = K(type);
    super->s_fs_info = K(info);
    super->s_root = K(add_dentry("/", NULL, super));
    list_init(&super->s_mounts);
    list_init(&super->s_inodes);
    list_add_tail(&super->s_list, &super_blocks);
    mounted->super = super;
    mounted->is_shmem = strcmp(word(line, "type"), "tmpfs") == 0;
}

static void add_mount(const char *line)
{
    struct mounted *mounted = &mounts[mounts_count++];
    struct mount *mount = mounted->mount = NEW(struct mount);
    bool is_root = mounted == mounts;
    snprintf(mounted->path, sizeof mounted->path, "%s", word(line, "path"));
    add_super(mounted, line);
    mount->mnt.mnt_root = mounted->super->s_root;
    mount->mnt.mnt_sb = K(mounted->super);
    list_add_tail(&mount->mnt_instance, &mounted->super->s_mounts);
    if (strcmp(mounted->path, "none") == 0) { /* inside the kernel alone */
        mount->mnt_parent = K(mount);
        shm_mnt = K(&mount->mnt);
        return;
    }
    mount->mnt_ns = K(&namespace);
    mount->mnt_parent = K(mounts[0].mount);
    mount->mnt_mountpoint = is_root ? mount->mnt.mnt_root : K(add_directory(mounted->path));
}

/* ---- files */

/* A tree of one level, the first slots empty. */
#ifdef HAS_HEIGHT_TREES
static void add_to_tree(struct address_space *mapping, struct page *page)
{
    struct radix_tree_node *top = NEW(struct radix_tree_node), *leaf = NEW(struct radix_tree_node);
    top->height = 2;
    leaf->height = 1;
    top->slots[1] = K(leaf);
    leaf->slots[5] = K(page);
    mapping->page_tree.height = 2;
    mapping->page_tree.rnode = (struct radix_tree_node *)((char *)K(top) + 1); /* indirect */
}
#else
static void add_to_tree(struct address_space *mapping, struct page *page)
{
    struct xa_node *top = NEW(struct xa_node), *leaf = NEW(struct xa_node);
    top->shift = SLOT_BITS;
    top->slots[1] = (char *)K(leaf) + 2;
    leaf->slots[5] = K(page);
    mapping->i_pages.xa_head = (char *)K(top) + 2;
}
#endif

static void open_file(const char *line, struct inode *inode)
{
    struct file *file = NEW(struct file);
    file->f_inode = K(inode);
    file->f_path.dentry =
        (struct dentry *)((char *)inode->i_dentry.first - offsetof(struct dentry, D_ALIAS));
    snprintf(files[files_count].name, sizeof files[0].name, "%s", word(line, "name"));
    files[files_count++].file = file;
}

static void add_file_pages(const char *line, struct mounted *mounted, struct inode *inode)
{
    long active = number(line, "active"), inactive = number(line, "inactive");
    unsigned list = mounted->is_shmem ? 0 : 2, zone = find_zone("DMA32");
    unsigned flags = mounted->is_shmem ? 1U << PG_swapbacked : 0;
    struct mem_cgroup *memcg = find_memcg(word(line, "memcg"));
    struct page *last = add_pages(memcg, zone, list + 1, active, K(&inode->i_data), flags);
    struct page *other = add_pages(memcg, zone, list, inactive, K(&inode->i_data), flags);
    add_to_tree(&inode->i_data, other ? other : last);
    charge_up(word(line, "memcg"), STAT_FILE, active + inactive);
    if (mounted->is_shmem)
        charge_up(word(line, "memcg"), STAT_SHMEM, active + inactive);
    inode->i_data.nrpages = (unsigned long)(active + inactive);
}

static void add_file(const char *line)
{
    struct mounted *mounted = find_mount(word(line, "mount"));
    struct shmem_inode_info *info = NEW(struct shmem_inode_info);
    struct inode *inode = &info->vfs_inode;
    bool is_placeless = strcmp(mounted->path, "none") == 0;
    info->swapped = (unsigned long)number(line, "swapped");
    info->alloced =
        (unsigned long)(number(line, "active") + number(line, "inactive")) + info->swapped;
    inode->i_sb = K(mounted->super);
    inode->i_mapping = K(&inode->i_data);
    inode->i_data.host = K(inode);
    inode->i_ino = (unsigned long)(100 + files_count);
    inode->i_nlink = !number(line, "unlinked");
    list_add_tail(&inode->i_sb_list, &mounted->super->s_inodes);
    give_name(inode, add_dentry(word(line, "name"), is_placeless ? NULL : H(mounted->super->s_root),
                                mounted->super));
    add_file_pages(line, mounted, inode);
    open_file(line, inode);
}

void files_build(void)
{
    list_init(&super_blocks);
    init_nsproxy.mnt_ns = K(&namespace);
    for (const char *line = NULL; (line = description_next(line, "mount"));)
        add_mount(line);
    for (const char *line = NULL; (line = description_next(line, "file"));)
        add_file(line);
}
