#define _GNU_SOURCE /* pread */
#include "parsers/vmcore/image.h"

#include <libkdumpfile/kdumpfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "analyzer/base/arena.h"
#include "parsers/vmcore/extent.h"
#include "parsers/vmcore/flattened.h"
#include "parsers/vmcore/page_cache.h"
#include "parsers/vmcore/page_table.h"
#include "parsers/vmcore/segments.h"
#include "parsers/vmcore/vmcoreinfo.h"

/* arch/x86/include/asm/page_64_types.h: where the kernel's own image is mapped, linearly. */
#define KERNEL_IMAGE_START UINT64_C(0xffffffff80000000)
#define KERNEL_IMAGE_SIZE UINT64_C(0x40000000)

enum {
    PAGE_MAX = 64 * 1024,
    POINTER_SIZE = 8,
    LIBRARY_PAGES = 16, /* that the library keeps: it looks through all of them each time */
};

struct image {
    kdump_ctx_t *dump;
    const int *files; /* the caller's */
    size_t files_count;
    int unpacked;  /* the true form of a flattened dump, else -1 */
    bool is_cut;   /* the file ends before its dump does */
    char cut[160]; /* in words */
    char *info;    /* VMCOREINFO */
    size_t info_length;
    bool has_linear_image; /* x86_64, and phys_base is known */
    uint64_t phys_base;
    struct segments *segments; /* of an ELF dump */
    struct page_table tables;  /* of x86_64 */
    struct page_cache *cache, *tables_cache;
    struct memory memory, physical, tables_memory;
    struct frames frames;
    kdump_bmp_t *held; /* frames whose pages the file holds; NULL: unknown */
    uint64_t page_size;
    char trouble[256];
};

/* ---- reading */

static bool read_space(struct image *image, kdump_addrspace_t space, uint64_t address, void *buffer,
                       size_t length)
{
    size_t got = length;
    kdump_status status = kdump_read(image->dump, space, address, buffer, &got);
    if (status != KDUMP_OK && !image->trouble[0])
        snprintf(image->trouble, sizeof image->trouble, "%s", kdump_get_err(image->dump));
    if (status != KDUMP_OK)
        kdump_clear_err(image->dump);
    return status == KDUMP_OK && got == length;
}

/* libkdumpfile 0.5.1 never gets back the place in its cache of a page that is not there: when it
 * has been asked for as many as it keeps, it reads nothing more. So it is asked for what is there
 * alone. */
static bool is_held(const struct image *image, uint64_t address, size_t length)
{
    if (!image->held)
        return true;
    for (uint64_t frame = address / image->page_size;
         frame <= (address + length - 1) / image->page_size; frame++) {
        kdump_addr_t at = frame;
        if (kdump_bmp_find_set(image->held, &at) != KDUMP_OK || at != frame)
            return false;
    }
    return true;
}

/* What lies behind the end of an ELF file the library gives as zeros, so it is not asked then. */
static bool read_physical(void *context, uint64_t address, void *buffer, size_t length)
{
    struct image *image = context;
    return segments_read(image->segments, address, buffer, length) ||
           (!segments_are_cut(image->segments) && is_held(image, address, length) &&
            read_space(image, KDUMP_MACHPHYSADDR, address, buffer, length));
}

static bool read_by_tables(struct image *image, uint64_t address, void *buffer, size_t length)
{
    unsigned char *rest = buffer;
    uint64_t physical, mapped;
    while (length) {
        if (!page_table_translate(&image->tables, address, &physical, &mapped))
            return false;
        size_t piece = mapped < length ? (size_t)mapped : length;
        if (!read_physical(image, physical, rest, piece))
            return false;
        address += piece;
        rest += piece;
        length -= piece;
    }
    return true;
}

/* May the library read what was not read by the page tables? Not when these say where it lies. */
static bool may_know_better(const struct image *image, uint64_t address)
{
    uint64_t physical, mapped;
    return !image->tables.root ||
           (!segments_are_cut(image->segments) &&
            !page_table_translate(&image->tables, address, &physical, &mapped));
}

/* The kernel's image is translated here: libkdumpfile up to 0.5.5 cuts that mapping to one page
 * where KASLR put the kernel above 0xffffffffa0000000, and then needs page tables, which a filtered
 * dump may lack. */
static bool read_virtual(void *context, uint64_t address, void *buffer, size_t length)
{
    struct image *image = context;
    uint64_t offset = address - KERNEL_IMAGE_START;
    if (image->has_linear_image && offset < KERNEL_IMAGE_SIZE &&
        read_physical(image, offset + image->phys_base, buffer, length))
        return true;
    return read_by_tables(image, address, buffer, length) ||
           (may_know_better(image, address) &&
            read_space(image, KDUMP_KVADDR, address, buffer, length));
}

/* ---- page frames */

static bool next_stretch(struct image *image, const char *attribute, uint64_t *first, uint64_t *end)
{
    kdump_attr_t map = {.type = KDUMP_BITMAP};
    kdump_addr_t at = *first;
    if (kdump_get_typed_attr(image->dump, attribute, &map) != KDUMP_OK) {
        kdump_clear_err(image->dump);
        return false;
    }
    bool is_found = kdump_bmp_find_set(map.val.bitmap, &at) == KDUMP_OK;
    *first = at;
    is_found = is_found && kdump_bmp_find_clear(map.val.bitmap, &at) == KDUMP_OK && at > *first;
    *end = at;
    return is_found;
}

static bool next_memory(void *context, uint64_t *first, uint64_t *end)
{
    return next_stretch(context, "memory.pagemap", first, end);
}

static bool next_held(void *context, uint64_t *first, uint64_t *end)
{
    return next_stretch(context, "file.pagemap", first, end);
}

static void learn_held(struct image *image)
{
    kdump_attr_t map = {.type = KDUMP_BITMAP};
    kdump_num_t size = 0;
    bool is_known = kdump_get_number_attr(image->dump, "arch.page_size", &size) == KDUMP_OK &&
                    size && kdump_get_typed_attr(image->dump, "file.pagemap", &map) == KDUMP_OK;
    kdump_clear_err(image->dump);
    image->page_size = size;
    if (is_known && kdump_bmp_incref(map.val.bitmap))
        image->held = map.val.bitmap;
}

/* ---- registers */

static bool read_register(const struct image *image, unsigned cpu, const char *name, uint64_t *ret)
{
    char attribute[64];
    kdump_num_t value;
    snprintf(attribute, sizeof attribute, "cpu.%u.reg.%s", cpu, name);
    bool is_there = kdump_get_number_attr(image->dump, attribute, &value) == KDUMP_OK;
    if (!is_there)
        kdump_clear_err(image->dump);
    *ret = is_there ? value : 0;
    return is_there;
}

bool image_registers(const struct image *image, unsigned index, struct registers *ret)
{
    ret->cpu = index;
    return read_register(image, index, "rip", &ret->ip) &&
           read_register(image, index, "rsp", &ret->sp) &&
           read_register(image, index, "rbp", &ret->bp);
}

/* ---- what kind of machine */

/* kdump-compressed headers begin with a signature of 8 bytes, a version and the utsname; QEMU fills
 * in the machine's name alone, which is too little for the library. */
static const char *machine_of(int file)
{
    enum { UTSNAME = 12, UTS_FIELD = 65, MACHINE = UTSNAME + 4 * UTS_FIELD };
    char machine[UTS_FIELD] = "";
    if (pread(file, machine, sizeof machine - 1, MACHINE) > 0 && strcmp(machine, "aarch64") == 0)
        return "aarch64";
    return "x86_64";
}

static struct error *refuse(struct image *image, const char *doing)
{
    return error_create(ERROR_INPUT, "a memory dump that cannot be %s: %s", doing,
                        kdump_get_err(image->dump));
}

static struct error *set_machine(struct image *image, int file)
{
    const char *arch;
    kdump_num_t order, pointer;
    if (kdump_set_string_attr(image->dump, "addrxlat.ostype", "linux") != KDUMP_OK)
        return refuse(image, "read as Linux's");
    if (kdump_get_string_attr(image->dump, "arch.name", &arch) != KDUMP_OK &&
        kdump_set_string_attr(image->dump, "arch.name", machine_of(file)) != KDUMP_OK)
        return refuse(image, "given an architecture");
    bool is_known = kdump_get_number_attr(image->dump, "arch.byte_order", &order) == KDUMP_OK &&
                    kdump_get_number_attr(image->dump, "arch.ptr_size", &pointer) == KDUMP_OK;
    if (!is_known || order != KDUMP_LITTLE_ENDIAN || pointer != POINTER_SIZE)
        return error_create(ERROR_INPUT, "a memory dump of a machine that is not little-endian "
                                         "with 64 bits, which this version does not read");
    return NULL;
}

/* ---- VMCOREINFO */

static void keep_info(struct image *image, struct slice text)
{
    image->info = must_allocate(text.length + 1);
    memcpy(image->info, text.data, text.length);
    image->info_length = text.length;
}

static bool take_note(struct image *image)
{
    kdump_attr_t attribute = {.type = KDUMP_BLOB};
    if (kdump_get_typed_attr(image->dump, "linux.vmcoreinfo.raw", &attribute) != KDUMP_OK)
        return false;
    struct slice text = {kdump_blob_pin(attribute.val.blob), kdump_blob_size(attribute.val.blob)};
    keep_info(image, text);
    kdump_blob_unpin(attribute.val.blob);
    return true;
}

static bool give_to_library(struct image *image)
{
    kdump_attr_t attribute = {.type = KDUMP_BLOB};
    attribute.val.blob = kdump_blob_new_dup(image->info, image->info_length);
    return attribute.val.blob &&
           kdump_set_attr(image->dump, "linux.vmcoreinfo.raw", &attribute) == KDUMP_OK;
}

/* A capture kernel, a page cache full of kernel images: only the text of the kernel whose own name
 * stands where the text says is the right one. Where that cannot be looked up the text is believed.
 */
static bool is_of_this_kernel(struct image *image, struct slice info)
{
    enum { EXAMINED = 512, UTS_FIELD = 65 }; /* struct uts_namespace: a counter, then the names */
    char names[EXAMINED];
    int64_t phys_base;
    uint64_t symbol, offset;
    if (!vmcoreinfo_symbol(info, "init_uts_ns", &symbol) ||
        !vmcoreinfo_number(info, "phys_base", &phys_base))
        return true;
    offset = symbol - KERNEL_IMAGE_START;
    if (offset >= KERNEL_IMAGE_SIZE ||
        !read_physical(image, offset + (uint64_t)phys_base, names, sizeof names))
        return true;
    struct slice text = slice_of(names, sizeof names);
    size_t at = slice_find(text, SLICE("Linux\0"));
    return at != SLICE_NOT_FOUND &&
           slice_starts(slice_skip(text, at + 2 * UTS_FIELD), vmcoreinfo_value(info, "OSRELEASE"));
}

static bool try_page(struct image *image, uint64_t address, char *page, size_t size)
{
    struct slice start = SLICE("OSRELEASE=");
    if (!read_physical(image, address, page, start.length) ||
        memcmp(page, start.data, start.length) != 0 || !read_physical(image, address, page, size))
        return false;
    struct slice info = slice_of(page, strnlen(page, size));
    if (!is_vmcoreinfo(info) || !is_of_this_kernel(image, info))
        return false;
    keep_info(image, info);
    return true;
}

/* The next page that the dump may hold, by its address. What the heads of an ELF file claim beyond
 * the file is without bounds; no page of it can be read. */
static bool next_page(const struct image *image, kdump_bmp_t *map, uint64_t size, uint64_t *address)
{
    if (segments_exist(image->segments))
        return segments_next_page(image->segments, address, size);
    kdump_addr_t frame = *address / size;
    bool is_set = kdump_bmp_find_set(map, &frame) == KDUMP_OK;
    *address = frame * size;
    return is_set;
}

static bool search_pages(struct image *image, const atomic_bool *stop)
{
    kdump_attr_t map = {.type = KDUMP_BITMAP};
    kdump_num_t size;
    if (kdump_get_typed_attr(image->dump, "memory.pagemap", &map) != KDUMP_OK ||
        kdump_get_number_attr(image->dump, "arch.page_size", &size) != KDUMP_OK || size == 0 ||
        size > PAGE_MAX)
        return false;
    char *page = must_allocate(size);
    bool is_found = false;
    for (uint64_t address = 0;
         !is_found && !*stop && next_page(image, map.val.bitmap, size, &address); address += size)
        is_found = try_page(image, address, page, size);
    image->trouble[0] = '\0'; /* holes are no news */
    free(page);
    return is_found;
}

static struct error *find_info(struct image *image, const atomic_bool *stop)
{
    bool is_known = image->info; /* the dump was opened before */
    if (!is_known && take_note(image))
        return NULL;
    kdump_clear_err(image->dump);
    if (!is_known && !search_pages(image, stop))
        return error_create(
            ERROR_INPUT, *stop ? "interrupted"
                               : "a memory dump with no VMCOREINFO, neither in its notes nor in "
                                 "the memory it holds, so the kernel's log cannot be found in it");
    if (!give_to_library(image))
        return refuse(image, "given the VMCOREINFO that was found in its memory");
    return NULL;
}

static void learn_addresses(struct image *image)
{
    const char *arch;
    int64_t phys_base;
    bool is_x86 = kdump_get_string_attr(image->dump, "arch.name", &arch) == KDUMP_OK &&
                  strcmp(arch, "x86_64") == 0;
    image->has_linear_image =
        is_x86 && vmcoreinfo_number(image_vmcoreinfo(image), "phys_base", &phys_base);
    if (!image->has_linear_image)
        return;
    image->phys_base = (uint64_t)phys_base;
    image->tables =
        page_table_find(image_vmcoreinfo(image), &image->tables_memory, image->phys_base);
}

/* ---- opening */

/* Of a flattened dump only the end mark is missing: how long it was is not known. */
static void say_cut(struct image *image, uint64_t present, uint64_t promised)
{
    int used = snprintf(image->cut, sizeof image->cut, "the file ends before its dump does");
    image->is_cut = true;
    if (promised > present)
        snprintf(image->cut + used, sizeof image->cut - (size_t)used,
                 ": %llu of at least %llu bytes are there", (unsigned long long)present,
                 (unsigned long long)promised);
}

static void find_cut(struct image *image, int file)
{
    for (size_t i = 0; i < image->files_count && !image->is_cut; i++) {
        struct extent extent = extent_of(image->files_count > 1 ? image->files[i] : file);
        if (extent_is_cut(&extent))
            say_cut(image, extent.present, extent.promised);
        else if (segments_are_cut(image->segments))
            say_cut(image, extent.present, segments_promised(image->segments));
    }
}

static struct error *find_file(struct image *image, const atomic_bool *stop)
{
    int file = image->files[0];
    bool is_cut = false;
    struct error *error =
        is_flattened(file) ? flattened_unpack(file, stop, &image->unpacked, &is_cut) : NULL;
    if (is_cut)
        say_cut(image, 0, 0);
    return error;
}

/* The library wants this order: file, system, architecture, VMCOREINFO. */
static struct error *open_dump(struct image *image, const atomic_bool *stop)
{
    size_t count = image->files_count;
    int file = image->unpacked >= 0 ? image->unpacked : image->files[0];
    image->segments = segments_create(file);
    find_cut(image, file);
    kdump_set_number_attr(image->dump, "file.mmap_policy", KDUMP_MMAP_NEVER); /* else all of it */
    kdump_set_number_attr(image->dump, "cache.size", LIBRARY_PAGES);
    if (kdump_open_fdset(image->dump, (unsigned)count, count > 1 ? image->files : &file) !=
        KDUMP_OK)
        return refuse(image, "opened");
    struct error *error = set_machine(image, file);
    if (!error)
        learn_held(image);
    if (!error)
        error = find_info(image, stop);
    if (!error)
        learn_addresses(image);
    return error;
}

static struct image *create(const int *files, size_t count)
{
    struct image *image = must_allocate(sizeof *image);
    *image =
        (struct image){.files = files,
                       .files_count = count,
                       .unpacked = -1,
                       .cache = page_cache_create((struct memory){image, read_virtual}),
                       .tables_cache = page_cache_create((struct memory){image, read_physical}),
                       .physical = {image, read_physical},
                       .frames = {image, next_memory, next_held}};
    image->memory = page_cache_memory(image->cache);
    image->tables_memory = page_cache_memory(image->tables_cache);
    image->dump = kdump_new();
    if (!image->dump)
        die_out_of_memory();
    return image;
}

struct error *image_open(const int *files, size_t count, const atomic_bool *stop,
                         struct image **ret)
{
    struct image *image = create(files, count);
    struct error *error = find_file(image, stop);
    if (!error)
        error = open_dump(image, stop);
    if (!error) {
        *ret = image;
        return NULL;
    }
    if (image->is_cut)
        error = error_context(error, "%s", image->cut);
    image_close(image);
    return error;
}

struct error *image_open_again(struct image *image, const atomic_bool *stop, struct image **ret)
{
    struct image *again = create(image->files, image->files_count);
    again->unpacked = image->unpacked >= 0 ? dup(image->unpacked) : -1;
    keep_info(again, image_vmcoreinfo(image));
    struct error *error = open_dump(again, stop);
    if (error)
        image_close(again);
    else
        *ret = again;
    return error;
}

void image_close(struct image *image)
{
    if (!image)
        return;
    if (image->held)
        kdump_bmp_decref(image->held);
    kdump_free(image->dump);
    if (image->unpacked >= 0)
        close(image->unpacked);
    segments_destroy(image->segments);
    page_cache_destroy(image->cache);
    page_cache_destroy(image->tables_cache);
    free(image->info);
    free(image);
}

struct slice image_vmcoreinfo(const struct image *image)
{
    return slice_of(image->info, image->info_length);
}

const char *image_cut(const struct image *image)
{
    return image->is_cut ? image->cut : NULL;
}

const struct memory *image_memory(const struct image *image)
{
    return &image->memory;
}

const struct memory *image_physical(const struct image *image)
{
    return &image->physical;
}

const struct frames *image_frames(const struct image *image)
{
    return &image->frames;
}

const char *image_trouble(const struct image *image)
{
    return image->trouble;
}
