/* What types and symbols are read from: the first byte says as what the others are taken. */
#define _GNU_SOURCE /* memfd_create */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "analyzer/base/arena.h"
#include "parsers/types/btf.h"
#include "parsers/types/dwarf_units.h"
#include "parsers/types/kallsyms.h"
#include "parsers/types/layout_file.h"
#include "parsers/types/vmlinux.h"
#include "tests/fuzz/target.h"

#define BASE UINT64_C(0xffffffff81000000)

static void take_btf(struct slice bytes)
{
    struct btf_types *types = NULL;
    struct layout *layout = must_allocate(sizeof *layout);
    struct error *error = btf_types_create(bytes, &types);
    if (!error) {
        struct type_source source = btf_types_source(types);
        layout_fill(layout, &source, NULL);
    }
    error_destroy(error);
    btf_types_destroy(types);
    free(layout);
}

static void take_layout(struct slice text)
{
    struct layout *layout = must_allocate(sizeof *layout);
    error_destroy(layout_parse(text, layout, NULL));
    free(layout);
}

static void take_units(struct object *object)
{
    char *units = NULL;
    size_t length;
    dwarf_units_are_readable(object);
    dwarf_units_pick(object, &units, &length);
    free(units);
}

/* An ELF file with a symbol table and the heads of DWARF's units. */
static void take_object(struct slice bytes)
{
    char path[64];
    struct object *object = NULL;
    struct symbols *symbols = NULL;
    int file = memfd_create("object", 0);
    if (file < 0 || write(file, bytes.data, bytes.length) < 0)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    struct error *error = object_open(path, &object);
    for (size_t i = 0; !error && i < object_count(object); i++)
        object_bytes(object, i, &bytes);
    if (!error) {
        take_units(object);
        error = vmlinux_symbols(object, &symbols);
    }
    error_destroy(error);
    symbols_destroy(symbols);
    object_close(object);
    close(file);
}

static bool read_bytes(void *context, uint64_t address, void *buffer, size_t length)
{
    const struct slice *bytes = context;
    uint64_t at = address - BASE;
    if (at > bytes->length || length > bytes->length - at)
        return false;
    memcpy(buffer, bytes->data + at, length);
    return true;
}

/* VMCOREINFO up to an empty line, then the kernel's memory. */
static void take_kallsyms(struct slice bytes)
{
    const atomic_bool stop = false;
    struct symbols *symbols = NULL;
    size_t end = slice_find(bytes, SLICE("\n\n"));
    if (end == SLICE_NOT_FOUND)
        return;
    struct slice image = slice_skip(bytes, end + 2);
    const struct memory memory = {&image, read_bytes};
    error_destroy(kallsyms_read(&memory, slice_take(bytes, end + 1), 0, &stop, &symbols));
    if (symbols) {
        uint64_t offset;
        symbols_at(symbols, BASE, &offset);
    }
    symbols_destroy(symbols);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest = slice_of((const char *)data + 1, size ? size - 1 : 0);
    if (size == 0)
        return 0;
    if (data[0] == 'b')
        take_btf(rest);
    else if (data[0] == 'l')
        take_layout(rest);
    else if (data[0] == 'o')
        take_object(rest);
    else
        take_kallsyms(rest);
    return 0;
}
