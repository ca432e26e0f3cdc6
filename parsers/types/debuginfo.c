#define _GNU_SOURCE /* O_CLOEXEC */
#include "parsers/types/debuginfo.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/arena.h"
#include "parsers/types/btf.h"
#include "parsers/types/debuginfod.h"
#include "parsers/types/dwarf.h"
#include "parsers/types/layout_file.h"
#include "parsers/types/vmlinux.h"
#include "parsers/vmcore/vmcoreinfo.h"

enum { LAYOUT_MAX = 1024 * 1024 };

/* ---- is it of this kernel? */

static struct error *check_id(const char *found, const struct debuginfo_wish *wish)
{
    if (!found[0] || !wish->build_id[0] || strcmp(found, wish->build_id) == 0)
        return NULL;
    return error_create(ERROR_INPUT, "it is of another kernel: its build-id is %s, the dump's %s",
                        found, wish->build_id);
}

/* What every VMCOREINFO names; kernels that differ in anything differ in one of these. */
static struct error *check_symbols(const struct symbols *symbols, const struct debuginfo_wish *wish)
{
    static const char *const names[] = {"init_uts_ns", "swapper_pg_dir", "_stext", "node_data"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        uint64_t linked, running;
        if (vmcoreinfo_symbol(wish->vmcoreinfo, names[i], &running) &&
            symbols_find(symbols, slice_from_string(names[i]), &linked, NULL) &&
            symbols_runtime(linked, wish->kaslr_offset) != running)
            return error_create(ERROR_INPUT, "it is of another kernel: its %s lies elsewhere",
                                names[i]);
    }
    return NULL;
}

/* ---- a vmlinux */

static struct error *fill_from_btf(struct object *object, struct layout *layout,
                                   const struct symbols *symbols)
{
    struct btf_types *types;
    struct slice bytes;
    size_t index;
    if (!object_find(object, ".BTF", &index) || !object_bytes(object, index, &bytes))
        return error_create(ERROR_INPUT, "it has no debug information, neither DWARF nor BTF");
    struct error *error = btf_types_create(bytes, &types);
    if (error)
        return error;
    struct type_source source = btf_types_source(types);
    layout_fill(layout, &source, symbols);
    layout->origin = LAYOUT_BTF;
    btf_types_destroy(types);
    return NULL;
}

static struct error *fill_from_object(struct object *object, struct layout *layout,
                                      const struct symbols *symbols)
{
    struct dwarf_types *types;
    size_t index;
    if (!object_find(object, ".debug_info", &index))
        return fill_from_btf(object, layout, symbols);
    struct error *error = dwarf_types_create(object, &types);
    if (error)
        return error;
    struct type_source source = dwarf_types_source(types);
    layout_fill(layout, &source, symbols);
    layout->origin = LAYOUT_DWARF;
    dwarf_types_destroy(types);
    return NULL;
}

/* Where the dump's own are known and the build-id has said which kernel it is, nobody looks at
 * them.
 */
static bool needs_symbols(const struct object *object, const struct debuginfo_wish *wish)
{
    return !wish->has_symbols || !wish->build_id[0] || !object_build_id(object)[0];
}

static struct error *load_object(struct object *object, const struct debuginfo_wish *wish,
                                 struct layout *layout, struct symbols **symbols)
{
    struct error *error = check_id(object_build_id(object), wish);
    if (!error && needs_symbols(object, wish)) {
        struct error *none = vmlinux_symbols(object, symbols);
        error = none ? NULL : check_symbols(*symbols, wish);
        error_destroy(none); /* stripped: the dump may have its own */
    }
    if (!error)
        error = fill_from_object(object, layout, *symbols);
    if (!error && !layout->build_id[0])
        snprintf(layout->build_id, sizeof layout->build_id, "%s", object_build_id(object));
    return error;
}

/* ---- a layout file */

static struct error *load_layout(struct slice text, const struct debuginfo_wish *wish,
                                 struct layout *layout)
{
    struct layout *read = must_allocate(sizeof *read);
    struct error *error = layout_parse(text, read, NULL);
    if (!error)
        error = check_id(read->build_id, wish);
    if (!error && wish->release[0] && read->release[0] && !wish->build_id[0] &&
        strcmp(read->release, wish->release) != 0)
        error = error_create(ERROR_INPUT, "it is of another kernel: %s, and the dump of %s",
                             read->release, wish->release);
    if (!error) {
        *layout = *read;
        layout->origin = LAYOUT_FILE;
    }
    free(read);
    return error;
}

/* The text of a file that begins as a layout does; NULL: it does not. */
static char *read_layout(const char *path, size_t *length)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    FILE *stream = file >= 0 ? fdopen(file, "r") : NULL;
    if (!stream && file >= 0)
        close(file);
    if (!stream)
        return NULL;
    char *text = must_allocate(LAYOUT_MAX);
    *length = fread(text, 1, LAYOUT_MAX, stream);
    fclose(stream);
    if (is_layout_text(slice_of(text, *length)))
        return text;
    free(text);
    return NULL;
}

bool is_debuginfo(const char *path)
{
    Elf64_Ehdr head = {0};
    size_t length;
    char *text = read_layout(path, &length);
    int file = text ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool is_elf = file >= 0 && read(file, &head, sizeof head) == sizeof head &&
                  memcmp(head.e_ident, ELFMAG, SELFMAG) == 0;
    if (file >= 0)
        close(file);
    bool is_layout = text;
    free(text);
    return is_layout || (is_elf && head.e_type != ET_CORE);
}

/* ---- one place */

static struct error *load_file(const char *path, const struct debuginfo_wish *wish,
                               struct layout *layout, struct symbols **symbols)
{
    struct object *object;
    size_t length;
    *symbols = NULL;
    char *text = read_layout(path, &length);
    if (text) {
        struct error *error = load_layout(slice_of(text, length), wish, layout);
        free(text);
        return error;
    }
    struct error *error = object_open(path, &object);
    if (error)
        return error;
    error = load_object(object, wish, layout, symbols);
    object_close(object);
    if (!error)
        return NULL;
    symbols_destroy(*symbols);
    *symbols = NULL;
    return error;
}

static void tell(const struct debuginfo_wish *wish, const char *place, const char *outcome)
{
    if (wish->tried)
        wish->tried(wish->context, place, outcome);
}

static bool try_file(const char *path, const struct debuginfo_wish *wish, struct layout *layout,
                     struct symbols **symbols)
{
    struct error *error = load_file(path, wish, layout, symbols);
    tell(wish, path, error ? error_message(error) : "taken");
    error_destroy(error);
    return !error;
}

/* ---- all places */

/* "%b" is the build-id's first byte, "%i" its rest, "%B" all of it, "%r" the release. */
static const char *const system_places[] = {
    "/usr/lib/debug/.build-id/%b/%i.debug",
    "/usr/lib/debug/boot/vmlinux-%r",
    "/usr/lib/debug/lib/modules/%r/vmlinux",
    "/usr/lib/debug/boot/vmlinux-%r.debug",
    "/lib/modules/%r/vmlinux",
    "/lib/modules/%r/build/vmlinux",
    "/boot/vmlinux-%r",
};

static const char *const places_in_folder[] = {
    "%B.layout",
    "%r.layout",
    "vmlinux-%r",
    "vmlinux-%r.debug",
    "vmlinux",
    "boot/vmlinux-%r",
    "%r/vmlinux",
    "lib/modules/%r/vmlinux",
    ".build-id/%b/%i.debug",
};

/* False: what stands in @p place is unknown, or may not be part of a path. */
static bool expand(const char *place, const struct debuginfo_wish *wish, char *path, size_t size)
{
    size_t used = 0;
    for (; *place && used + 1 < size; place++) {
        struct slice word = slice_of(place, 1), id = slice_from_string(wish->build_id);
        if (*place == '%') {
            char which = *++place;
            word = which == 'r' ? slice_from_string(wish->release) : id;
            word = which == 'b' ? slice_take(id, 2) : which == 'i' ? slice_skip(id, 2) : word;
            if (word.length == 0 || slice_find_byte(word, '/') != SLICE_NOT_FOUND)
                return false;
        }
        if (word.length >= size - used)
            return false;
        memcpy(path + used, word.data, word.length);
        used += word.length;
    }
    path[used] = '\0';
    return *place == '\0';
}

static bool try_places(const char *const *places, size_t count, const char *folder,
                       const struct debuginfo_wish *wish, struct layout *layout,
                       struct symbols **symbols)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s", folder);
    for (size_t i = 0; i < count && length >= 0 && (size_t)length < sizeof path; i++)
        if (expand(places[i], wish, path + length, sizeof path - (size_t)length) &&
            try_file(path, wish, layout, symbols))
            return true;
    return false;
}

struct error *debuginfo_load(const char *path, const struct debuginfo_wish *wish,
                             struct layout *layout, struct symbols **symbols)
{
    enum { PLACES = sizeof places_in_folder / sizeof *places_in_folder };
    char folder[PATH_MAX];
    struct stat status;
    *symbols = NULL;
    if (stat(path, &status) < 0)
        return error_create(ERROR_SYSTEM, "%s: %s", path, strerror(errno));
    if (!S_ISDIR(status.st_mode)) {
        struct error *error = load_file(path, wish, layout, symbols);
        tell(wish, path, error ? error_message(error) : "taken");
        return error ? error_context(error, "%s", path) : NULL;
    }
    snprintf(folder, sizeof folder, "%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/");
    if (try_places(places_in_folder, PLACES, folder, wish, layout, symbols))
        return NULL;
    return error_create(ERROR_INPUT,
                        "%s: nothing of this kernel (%s, build-id %s) in this directory; -v shows "
                        "what was looked for",
                        path, wish->release[0] ? wish->release : "release unknown",
                        wish->build_id[0] ? wish->build_id : "unknown");
}

bool debuginfo_search(const struct debuginfo_wish *wish, struct layout *layout,
                      struct symbols **symbols)
{
    enum { PLACES = sizeof system_places / sizeof *system_places };
    char path[PATH_MAX];
    if (try_places(system_places, PLACES, "", wish, layout, symbols))
        return true;
    if (debuginfod_cached(wish->build_id, path, sizeof path) &&
        try_file(path, wish, layout, symbols))
        return true;
    const char *trouble = debuginfod_fetch(wish->build_id, path, sizeof path);
    if (!trouble)
        return try_file(path, wish, layout, symbols);
    tell(wish, "debuginfod", trouble);
    return false;
}
