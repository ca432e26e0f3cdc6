/*
 * The path of a file from its inode, as /proc/PID/maps would show it.
 *
 * Names come from the inode's first dentry upwards, then from the mount point of its file system;
 * of several mounts one in the first mount namespace is taken, that of a container where there is
 * none. Names are as they are, unescaped. Kernel: fs/d_path.c prepend_path(), fs/namespace.c.
 */
#ifndef WHYOOM_PARSERS_KERNEL_INODE_PATH_H
#define WHYOOM_PARSERS_KERNEL_INODE_PATH_H

#include "parsers/kernel/kernel.h"

enum { INODE_PATH_SIZE = 4096 /* PATH_MAX */, FILE_SYSTEM_NAME_SIZE = 64 };

/**
 * "/box-tmp/data", "/gone/file (deleted)", "/memfd:name (deleted)"; a file system that nobody has
 * mounted gives "tmpfs:/data". What is too long loses its front, which becomes "...".
 * @return the text, inside @p buffer; NULL: no name is left, or not in the dump
 */
const char *inode_path(const struct kernel *kernel, uint64_t inode, char buffer[INODE_PATH_SIZE]);

/** The mount point of the file system @p super; NULL: it has none. */
const char *super_mount_point(const struct kernel *kernel, uint64_t super,
                              char buffer[INODE_PATH_SIZE]);

/** "tmpfs", "ext4"; empty: unknown. */
void super_type_name(const struct kernel *kernel, uint64_t super,
                     char buffer[FILE_SYSTEM_NAME_SIZE]);

/** The inode that page->mapping @p word means. False: it is no file's, or does not fit to it. */
bool mapping_inode(const struct kernel *kernel, uint64_t word, uint64_t *inode);

#endif
