/*
 * From an opened image to a kernel whose structures can be read: symbols and types found by
 * themselves.
 *
 * In this order, the first that has what is asked for: --debuginfo (a vmlinux, a layout file or a
 * directory of either), the cached layout of the same build-id, BTF and kallsyms inside the dump,
 * /usr/lib/debug by build-id and by release, debuginfod's cache, its servers where $DEBUGINFOD_URLS
 * names some. A vmlinux of another build-id is refused. Without any of these the kernel has no
 * types: members are unknown, and every view says so.
 */
#ifndef WHYOOM_PARSERS_KERNEL_OPEN_H
#define WHYOOM_PARSERS_KERNEL_OPEN_H

#include "analyzer/base/error.h"
#include "parsers/kernel/kernel.h"
#include "parsers/vmcore/image.h"

struct kernel_options {
    const char *debuginfo; /* a file or directory, NULL: none named */
    bool has_no_cache;     /* neither read nor write cached layouts */
    /** Told of each place that was tried and what came of it (-v); may be NULL. */
    void (*tried)(void *context, const char *place, const char *outcome);
    void *context;
    const atomic_bool *stop;
};

/**
 * @p image stays the caller's and open as long as the kernel.
 * @return an error only for what the user named and cannot be used (--debuginfo of another kernel)
 */
struct error *kernel_open(struct image *image, const struct kernel_options *options,
                          struct kernel **ret) __attribute__((warn_unused_result));

/** Free; NULL is fine. */
void kernel_close(struct kernel *kernel);

#endif
