/* Every view of a dead kernel whose memory the bytes spoil: the first byte chooses one of the
 * machines of tests/synthetic, the others are patches of its memory. Reading of dumps is another
 * affair: it happens once, before. */
#define _GNU_SOURCE /* O_CLOEXEC */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/base/arena.h"
#include "parsers/kernel/frames.h"
#include "parsers/kernel/open.h"
#include "parsers/kernel/view.h"
#include "parsers/vmcore/image.h"
#include "parsers/vmcore/vmcoreinfo.h"
#include "tests/fuzz/target.h"

#define IMAGE_START UINT64_C(0xffffffff80000000)

enum { PAGE = 4096, PATCHES_MAX = 64, PATCH_SIZE = 9, MACHINES = 5 };

struct machine {
    struct kernel *opened, kernel;
    struct memory memory, physical;
    unsigned char *bytes, *pristine;
    uint64_t first, size; /* physical; of the memory that the dump holds */
    uint64_t phys_base;
    uint64_t *words; /* offsets of all words that are not 0: what there is to spoil */
    size_t words_count;
    uint64_t missing; /* the offset of a page that is not in the dump; UINT64_MAX: none */
    uint64_t patched[PATCHES_MAX];
    size_t patched_count;
};

static bool read_physical(void *context, uint64_t address, void *buffer, size_t length)
{
    const struct machine *machine = context;
    uint64_t at = address - machine->first;
    if (at >= machine->size || length > machine->size - at ||
        (at < machine->missing + PAGE && at + length > machine->missing &&
         machine->missing < machine->size))
        return false;
    memcpy(buffer, machine->bytes + at, length);
    return true;
}

static bool read_virtual(void *context, uint64_t address, void *buffer, size_t length)
{
    const struct machine *machine = context;
    return read_physical(context, address - IMAGE_START + machine->phys_base, buffer, length);
}

/* ---- once */

_Noreturn static void fail(const char *path, const char *why)
{
    fprintf(stderr, "%s: %s (make check-build makes it; SYNTHETIC names its directory)\n", path,
            why);
    exit(1);
}

static void open_dump(struct machine *machine, const char *name)
{
    static const atomic_bool never = false;
    static char dump[256], vmlinux[256];
    const char *folder = getenv("SYNTHETIC") ? getenv("SYNTHETIC") : "build/synthetic";
    struct image *image;
    snprintf(dump, sizeof dump, "%s/%s.vmcore", folder, name);
    snprintf(vmlinux, sizeof vmlinux, "%s/%s.vmlinux", folder, name);
    int file = open(dump, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        fail(dump, "not there");
    struct error *error = image_open(&file, 1, &never, &image);
    const struct kernel_options options = {
        .debuginfo = vmlinux, .has_no_cache = true, .stop = &never};
    if (!error)
        error = kernel_open(image, &options, &machine->opened);
    if (error)
        fail(dump, error_message(error));
}

static void copy_memory(struct machine *machine)
{
    uint64_t first = 0, end;
    int64_t phys_base;
    const struct kernel *kernel = machine->opened;
    if (!kernel->frames->next_held(kernel->frames->context, &first, &end) ||
        !vmcoreinfo_number(kernel->vmcoreinfo, "phys_base", &phys_base))
        fail("its dump", "holds nothing");
    machine->first = first * PAGE;
    machine->size = (end - first) * PAGE;
    machine->phys_base = (uint64_t)phys_base;
    machine->bytes = must_allocate(machine->size);
    machine->pristine = must_allocate(machine->size);
    if (!memory_read(kernel->physical, machine->first, machine->pristine, machine->size))
        fail("its dump", "is not whole");
    memcpy(machine->bytes, machine->pristine, machine->size);
    machine->words = must_allocate(machine->size);
    for (uint64_t at = 0; at < machine->size; at += 8)
        if (memory_number(machine->pristine + at, 8))
            machine->words[machine->words_count++] = at;
}

static struct machine *find_machine(unsigned which)
{
    static const char *const names[MACHINES] = {"3.10", "rhel7", "4.18", "5.4", "5.15"};
    static struct machine machines[MACHINES];
    struct machine *machine = &machines[which % MACHINES];
    if (machine->opened)
        return machine;
    open_dump(machine, names[which % MACHINES]);
    copy_memory(machine);
    machine->memory = (struct memory){machine, read_virtual};
    machine->physical = (struct memory){machine, read_physical};
    machine->kernel = *machine->opened;
    machine->kernel.memory = &machine->memory;
    machine->kernel.physical = &machine->physical;
    machine->kernel.readers = NULL;
    return machine;
}

/* ---- each time */

/* What stands at @p at: a number of the patch's own, the address of another word, another word, or
 * no page at all. */
static void patch(struct machine *machine, uint64_t at, unsigned how, uint64_t number)
{
    uint64_t other = machine->words[number % machine->words_count], word = number;
    if (how % 8 == 7) {
        machine->missing = at / PAGE * PAGE;
        return;
    }
    if (how % 8 >= 4)
        word = IMAGE_START - machine->phys_base + machine->first + other + number % 3;
    else if (how % 8 >= 2)
        word = memory_number(machine->pristine + other, 8);
    for (unsigned i = 0; i < (how & 8 ? 4 : 8); i++)
        machine->bytes[at + i] = (unsigned char)(word >> 8 * i);
    machine->patched[machine->patched_count++] = at;
}

/* Three bytes say where, the top half byte of the third how, six bytes what: signed, so that
 * numbers near 2^64 are near. */
static void spoil(struct machine *machine, const uint8_t *data, size_t size)
{
    machine->missing = UINT64_MAX;
    machine->patched_count = 0;
    for (; size >= PATCH_SIZE && machine->patched_count < PATCHES_MAX;
         data += PATCH_SIZE, size -= PATCH_SIZE) {
        uint64_t where = memory_number(data, 3) & 0xfffff, what = memory_number(data + 3, 6);
        what |= what >> 47 ? UINT64_C(0xffff) << 48 : 0;
        patch(machine, machine->words[where % machine->words_count], data[2] >> 4, what);
    }
}

static void restore(struct machine *machine)
{
    for (size_t i = 0; i < machine->patched_count; i++)
        memcpy(machine->bytes + machine->patched[i], machine->pristine + machine->patched[i], 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t count;
    const struct view_row *rows = views_table(&count);
    if (size == 0)
        return 0;
    struct machine *machine = find_machine(data[0]);
    spoil(machine, data + 1, size - 1);
    for (size_t i = 0; i < count; i++)
        json_decref(view_make(&rows[i], &machine->kernel, rows[i].argument ? "4200" : NULL));
    restore(machine);
    return 0;
}
