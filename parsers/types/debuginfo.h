/*
 * The places where the types of a kernel may be found outside its dump, and whether what is there
 * is of this very kernel.
 *
 * A vmlinux gives DWARF, or BTF where it has no more; a layout file (layout_file.h) what it was
 * written from. Files of another kernel are refused: by the build-id where both have one, else by
 * where the symbols lie that VMCOREINFO names.
 */
#ifndef WHYOOM_PARSERS_TYPES_DEBUGINFO_H
#define WHYOOM_PARSERS_TYPES_DEBUGINFO_H

#include "analyzer/base/error.h"
#include "parsers/types/layout.h"
#include "parsers/types/symbols.h"

/** The kernel that is looked for. */
struct debuginfo_wish {
    struct slice vmcoreinfo;
    uint64_t kaslr_offset;
    const char *build_id, *release; /* empty: unknown */
    bool has_symbols;               /* the dump's own are known */
    /** Told of each place that was tried and what came of it; may be NULL. */
    void (*tried)(void *context, const char *place, const char *outcome);
    void *context;
};

/** Is @p path a file that types can come out of, and no dump? */
bool is_debuginfo(const char *path);

/**
 * Take the layout out of @p path: a vmlinux, a layout file, or a directory of either.
 * @param symbols  gets those of a vmlinux, which the caller destroys; NULL: there are none, or none
 *                 were needed
 */
struct error *debuginfo_load(const char *path, const struct debuginfo_wish *wish,
                             struct layout *layout, struct symbols **symbols)
    __attribute__((warn_unused_result));

/** Look where distributions put debug information, then where debuginfod keeps its own; then ask
 * its servers, which $DEBUGINFOD_URLS allows. */
bool debuginfo_search(const struct debuginfo_wish *wish, struct layout *layout,
                      struct symbols **symbols);

#endif
