/*
 * The path of a control group under the mount point of its hierarchy, from its directory's names.
 *
 * Kernel: fs/kernfs/dir.c kernfs_path() since 3.15; cgroup_path() over cgroup.name in RHEL 7.
 */
#ifndef WHYOOM_PARSERS_KERNEL_CGROUP_PATH_H
#define WHYOOM_PARSERS_KERNEL_CGROUP_PATH_H

#include "analyzer/base/arena.h"
#include "parsers/kernel/kernel.h"

/** "/" for the root, "/a/b" below it; names are as they are, unescaped. Empty: unknown. In
 * @p arena. */
struct slice cgroup_path(const struct kernel *kernel, struct arena *arena, uint64_t cgroup);

#endif
