#include "parsers/kernel/open.h"

#include <stdio.h>
#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "parsers/kernel/module_types.h"
#include "parsers/types/btf.h"
#include "parsers/types/debuginfo.h"
#include "parsers/types/kallsyms.h"
#include "parsers/types/layout_file.h"
#include "parsers/vmcore/vmcoreinfo.h"

enum {
    CPUS_MAX = 8192, /* CONFIG_NR_CPUS of distributions */
    BTF_MAX = 64 * 1024 * 1024,
};

/* A kernel and what it owns. */
struct opened {
    struct kernel kernel; /* first: what the caller holds */
    struct layout layout;
    struct symbols *symbols;
    char build_id[sizeof(((struct layout *)0)->build_id)]; /* as the dump has it */
    struct image *image;
    struct kernel_readers readers;
};

struct opening {
    struct opened *opened;
    const struct kernel_options *options;
    const atomic_bool *stop;
};

static void tell(const struct opening *opening, const char *place, const char *outcome)
{
    if (opening->options->tried)
        opening->options->tried(opening->options->context, place, outcome);
}

static void tell_error(const struct opening *opening, const char *place, struct error *error)
{
    tell(opening, place, error_message(error));
    error_destroy(error);
}

/* ---- what the dump itself knows */

static void read_symbols(struct opening *opening)
{
    char outcome[64];
    struct opened *opened = opening->opened;
    struct kernel *kernel = &opened->kernel;
    struct error *error = kallsyms_read(kernel->memory, kernel->vmcoreinfo, kernel->kaslr_offset,
                                        opening->stop, &opened->symbols);
    if (error) {
        tell_error(opening, "the dump's kallsyms", error);
        return;
    }
    kernel->symbols = opened->symbols;
    snprintf(outcome, sizeof outcome, "%zu symbols", symbols_count(opened->symbols));
    tell(opening, "the dump's kallsyms", outcome);
}

/* Without CONFIG_KALLSYMS_ALL a kernel names its functions alone. */
static bool names_data(const struct symbols *symbols)
{
    uint64_t address;
    return symbols && symbols_find(symbols, SLICE("init_task"), &address, NULL);
}

static struct error *read_btf(struct opening *opening, struct btf_types **ret)
{
    const struct kernel *kernel = &opening->opened->kernel;
    uint64_t start, stop;
    if (!kernel->symbols || !symbols_find(kernel->symbols, SLICE("__start_BTF"), &start, NULL) ||
        !symbols_find(kernel->symbols, SLICE("__stop_BTF"), &stop, NULL))
        return error_create(ERROR_INPUT, names_data(kernel->symbols)
                                             ? "this kernel was built without BTF"
                                             : "its kallsyms do not name it: built without "
                                               "CONFIG_KALLSYMS_ALL, they name functions alone");
    if (stop <= start || stop - start > BTF_MAX)
        return error_create(ERROR_INPUT, "the symbols around it make no sense");
    char *bytes = must_allocate(stop - start);
    struct error *error = NULL;
    if (memory_read(kernel->memory, symbols_runtime(start, kernel->kaslr_offset), bytes,
                    stop - start))
        error = btf_types_create(slice_of(bytes, stop - start), ret);
    else
        error = error_create(ERROR_INPUT, "it is not in the dump");
    free(bytes);
    return error;
}

static bool fill_from_dump(struct opening *opening)
{
    struct opened *opened = opening->opened;
    struct btf_types *types = NULL;
    struct error *error = read_btf(opening, &types);
    if (error) {
        tell_error(opening, "the dump's BTF", error);
        return false;
    }
    struct type_source source = btf_types_source(types);
    layout_fill(&opened->layout, &source, NULL);
    opened->layout.origin = LAYOUT_BTF;
    btf_types_destroy(types);
    tell(opening, "the dump's BTF", "taken");
    return true;
}

static void fill_from_modules(struct opening *opening)
{
    struct opened *opened = opening->opened;
    struct btf_types *base = NULL;
    if (!module_types_are_wanted(&opened->kernel))
        return;
    struct error *error = read_btf(opening, &base);
    if (error) {
        tell_error(opening, "the BTF of the dump's modules", error);
        return;
    }
    module_types_fill(&opened->kernel, base, &opened->layout);
    btf_types_destroy(base);
    tell(opening, "the BTF of the dump's modules", "taken");
}

/* ---- what others know */

static struct debuginfo_wish wish_of(const struct opening *opening)
{
    const struct opened *opened = opening->opened;
    return (struct debuginfo_wish){
        .vmcoreinfo = opened->kernel.vmcoreinfo,
        .kaslr_offset = opened->kernel.kaslr_offset,
        .build_id = opened->build_id,
        .release = opened->layout.release,
        .has_symbols = names_data(opened->symbols),
        .tried = opening->options->tried,
        .context = opening->options->context,
    };
}

/* The dump's own symbols are those of the kernel that ran; a file's stand in for them. */
static void take_symbols(struct opened *opened, struct symbols *symbols)
{
    if (!symbols || names_data(opened->symbols)) {
        symbols_destroy(symbols);
        return;
    }
    symbols_destroy(opened->symbols);
    opened->symbols = symbols;
    opened->kernel.symbols = symbols;
}

static bool fill_from_cache(struct opening *opening)
{
    struct opened *opened = opening->opened;
    if (opening->options->has_no_cache || !opened->build_id[0])
        return false;
    bool is_found = layout_cache_load(opened->build_id, &opened->layout);
    tell(opening, "the cached layout", is_found ? "taken" : "none of this kernel");
    return is_found;
}

static struct error *fill_from_named(struct opening *opening)
{
    struct opened *opened = opening->opened;
    struct debuginfo_wish wish = wish_of(opening);
    struct symbols *symbols = NULL;
    struct error *error =
        debuginfo_load(opening->options->debuginfo, &wish, &opened->layout, &symbols);
    take_symbols(opened, symbols);
    return error;
}

static void fill_from_system(struct opening *opening)
{
    struct debuginfo_wish wish = wish_of(opening);
    struct symbols *symbols = NULL;
    if (debuginfo_search(&wish, &opening->opened->layout, &symbols))
        take_symbols(opening->opened, symbols);
}

static struct error *find_types(struct opening *opening)
{
    struct opened *opened = opening->opened;
    bool is_cached = false;
    struct error *error = NULL;
    if (opening->options->debuginfo)
        error = fill_from_named(opening);
    else if (!(is_cached = fill_from_cache(opening)) && !fill_from_dump(opening))
        fill_from_system(opening);
    if (error)
        return error;
    layout_fill(&opened->layout, NULL, opened->symbols);
    fill_from_modules(opening);
    if (!is_cached && !opening->options->has_no_cache && opened->build_id[0] &&
        opened->layout.origin != LAYOUT_NONE && opened->layout.origin != LAYOUT_FILE)
        layout_cache_store(&opened->layout);
    return NULL;
}

/* ---- CPUs */

static bool is_possible(const struct kernel *kernel, uint64_t mask, uint64_t cpu)
{
    uint64_t bits;
    return memory_read_number(kernel->memory, mask + cpu / 8, 1, &bits) && bits >> cpu % 8 & 1;
}

static void find_cpus(struct kernel *kernel)
{
    const struct layout_symbol *offsets = &kernel->layout->symbols[SYMBOL_PER_CPU_OFFSET];
    uint64_t count, mask, array;
    if (!kernel_symbol(kernel, SYMBOL_PER_CPU_OFFSET, &array) ||
        !kernel_symbol(kernel, SYMBOL_CPU_POSSIBLE_MASK, &mask))
        return;
    if (!kernel_variable(kernel, SYMBOL_NR_CPU_IDS, 4, &count))
        count = offsets->size / 8; /* a constant since 6.x with CONFIG_FORCE_NR_CPUS */
    count = count < CPUS_MAX ? count : CPUS_MAX;
    kernel->cpus = must_allocate(count * sizeof *kernel->cpus + 1);
    for (uint64_t cpu = 0; cpu < count; cpu++) {
        uint64_t offset;
        if (is_possible(kernel, mask, cpu) &&
            memory_read_number(kernel->memory, array + cpu * 8, 8, &offset))
            kernel->cpus[kernel->cpus_count++] = offset;
    }
}

static void find_registers(struct kernel *kernel, const struct image *image)
{
    struct registers registers;
    while (kernel->registers_count < REGISTERS_CPUS &&
           image_registers(image, (unsigned)kernel->registers_count, &registers))
        kernel->registers_count++;
    kernel->registers = must_allocate(kernel->registers_count * sizeof *kernel->registers + 1);
    for (size_t i = 0; i < kernel->registers_count; i++)
        image_registers(image, (unsigned)i, &kernel->registers[i]);
}

/* ---- more readers */

struct reader {
    struct kernel kernel; /* first: what the caller holds */
    struct image *image;
};

static struct kernel *open_reader(void *context)
{
    static const atomic_bool never = false;
    struct opened *opened = context;
    struct image *image;
    const struct kernel *kernel = &opened->kernel;
    struct error *error =
        image_open_again(opened->image, kernel->stop ? kernel->stop : &never, &image);
    if (error) {
        error_destroy(error);
        return NULL;
    }
    struct reader *reader = must_allocate(sizeof *reader);
    *reader = (struct reader){*kernel, image};
    reader->kernel.memory = image_memory(image);
    reader->kernel.physical = image_physical(image);
    reader->kernel.frames = image_frames(image);
    reader->kernel.readers = NULL;
    return &reader->kernel;
}

static void close_reader(struct kernel *kernel)
{
    struct reader *reader = (struct reader *)kernel;
    image_close(reader->image);
    free(reader);
}

/* ---- together */

static void copy_text(char *buffer, size_t size, struct slice text)
{
    snprintf(buffer, size, "%.*s", SLICE_ARG(slice_take(text, size - 1)));
}

static void read_vmcoreinfo(struct opened *opened)
{
    struct kernel *kernel = &opened->kernel;
    struct slice info = kernel->vmcoreinfo, offset = vmcoreinfo_value(info, "KERNELOFFSET");
    struct slice size = vmcoreinfo_value(info, "PAGESIZE");
    int64_t number;
    if (!slice_take_hex(&offset, &kernel->kaslr_offset))
        kernel->kaslr_offset = 0;
    kernel->page_size = slice_to_number(size, &number) && number > 0 ? (uint64_t)number : 4096;
    while (kernel->page_size >> kernel->page_shift > 1)
        kernel->page_shift++;
    copy_text(opened->build_id, sizeof opened->build_id, vmcoreinfo_value(info, "BUILD-ID"));
    copy_text(opened->layout.build_id, sizeof opened->layout.build_id,
              vmcoreinfo_value(info, "BUILD-ID"));
    copy_text(opened->layout.release, sizeof opened->layout.release,
              vmcoreinfo_value(info, "OSRELEASE"));
}

struct error *kernel_open(struct image *image, const struct kernel_options *options,
                          struct kernel **ret)
{
    static const atomic_bool never = false;
    struct opened *opened = must_allocate(sizeof *opened);
    struct opening opening = {opened, options, options->stop ? options->stop : &never};
    opened->kernel = (struct kernel){
        .memory = image_memory(image),
        .physical = image_physical(image),
        .layout = &opened->layout,
        .vmcoreinfo = image_vmcoreinfo(image),
        .stop = options->stop,
        .frames = image_frames(image),
        .readers = &opened->readers,
    };
    opened->image = image;
    opened->readers = (struct kernel_readers){opened, open_reader, close_reader};
    read_vmcoreinfo(opened);
    read_symbols(&opening);
    struct error *error = find_types(&opening);
    if (error) {
        kernel_close(&opened->kernel);
        return error;
    }
    find_cpus(&opened->kernel);
    find_registers(&opened->kernel, image);
    *ret = &opened->kernel;
    return NULL;
}

void kernel_close(struct kernel *kernel)
{
    if (!kernel)
        return;
    struct opened *opened = (struct opened *)kernel;
    symbols_destroy(opened->symbols);
    free(kernel->cpus);
    free(kernel->registers);
    free(opened);
}
