/* Symbol tables as scripts/kallsyms.c writes them, and those of real kernels against the symbols of
 * their vmlinux as nm lists them. */
#define _GNU_SOURCE /* popen */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyzer/base/arena.h"
#include "parsers/types/kallsyms.h"
#include "parsers/vmcore/image.h"
#include "parsers/vmcore/vmcoreinfo.h"

#define BASE UINT64_C(0xffffffff81000000)
#define KASLR UINT64_C(0x200000)

enum { SIZE = 3 * 1024 * 1024, TABLES = 2 * 1024 * 1024, NAMES = 1000, PAGE = 4096 };

/* ---- a kernel's read-only data */

struct image_of_tables {
    unsigned char *bytes;
    uint64_t end, absent; /* offsets; of a page that is not there, or 0 */
    char info[2048];
    struct memory memory;
};

static bool read_bytes(void *context, uint64_t address, void *buffer, size_t length)
{
    const struct image_of_tables *image = context;
    uint64_t at = address - BASE;
    if (at > SIZE || length > SIZE - at ||
        (image->absent && at < image->absent + PAGE && at + length > image->absent))
        return false;
    memcpy(buffer, image->bytes + at, length);
    return true;
}

static uint64_t put(struct image_of_tables *image, uint64_t number, size_t size)
{
    uint64_t at = image->end;
    for (size_t i = 0; i < size; i++, number >>= 8)
        image->bytes[image->end++] = (unsigned char)number;
    return at;
}

static void align(struct image_of_tables *image) /* ALGN: .balign 8 */
{
    image->end = (image->end + 7) / 8 * 8;
}

static void name_of(size_t i, char *name, size_t size)
{
    snprintf(name, size, "Tsymbol_number_%zu", i);
}

/* A per-CPU one, then code: scripts/kallsyms.c write_src(), by form. */
static uint64_t address_of(size_t i)
{
    return i == 0 ? 0x1f40 : BASE + 0x1000 + i * 16;
}

static uint64_t put_names(struct image_of_tables *image, uint64_t *markers, size_t *markers_count)
{
    align(image);
    uint64_t start = image->end;
    for (size_t i = 0; i < NAMES; i++) {
        char name[64];
        name_of(i, name, sizeof name);
        if (i % 256 == 0)
            markers[(*markers_count)++] = image->end - start;
        put(image, strlen(name), 1);
        for (const char *c = name; *c; c++)
            put(image, (unsigned char)*c, 1);
    }
    return start;
}

static void put_tokens(struct image_of_tables *image, uint64_t *table, uint64_t *index)
{
    uint64_t starts[256];
    align(image);
    *table = image->end;
    for (int c = 0; c < 256; c++) {
        starts[c] = image->end - *table;
        if (c > ' ' && c < 127)
            put(image, (uint64_t)c, 1);
        put(image, 0, 1);
    }
    align(image);
    *index = image->end;
    for (int c = 0; c < 256; c++)
        put(image, starts[c], 2);
}

/* Up to 6.3: addresses, [base], count, names, markers, tokens. */
static struct image_of_tables *tables_create(enum kallsyms_form form, size_t marker_size,
                                             bool is_named)
{
    struct image_of_tables *image = calloc(1, sizeof *image);
    uint64_t markers[NAMES / 256 + 1], base = 0, addresses, count, names, table, index;
    size_t markers_count = 0;
    image->bytes = calloc(1, SIZE);
    image->memory = (struct memory){image, read_bytes};
    image->end = TABLES;
    addresses = image->end;
    for (size_t i = 0; i < NAMES; i++) {
        uint64_t address = address_of(i);
        if (form == KALLSYMS_ABSOLUTE)
            put(image, address, 8);
        else if (form == KALLSYMS_RELATIVE)
            put(image, address < BASE ? address : BASE - 1 - address, 4);
        else
            put(image, address - (BASE + image->end), 4);
    }
    align(image);
    if (form == KALLSYMS_RELATIVE)
        base = put(image, BASE, 8);
    count = put(image, NAMES, 8);
    names = put_names(image, markers, &markers_count);
    align(image);
    for (size_t i = 0; i < markers_count; i++)
        put(image, markers[i], marker_size);
    put_tokens(image, &table, &index);
    snprintf(image->info, sizeof image->info,
             "SYMBOL(_stext)=%lx\nSYMBOL(init_uts_ns)=%lx\nKERNELOFFSET=200000\n", BASE,
             BASE + SIZE - PAGE * 10);
    if (is_named)
        snprintf(image->info + strlen(image->info), 1024,
                 "SYMBOL(kallsyms_names)=%lx\nSYMBOL(kallsyms_num_syms)=%lx\n"
                 "SYMBOL(kallsyms_token_table)=%lx\nSYMBOL(kallsyms_token_index)=%lx\n"
                 "SYMBOL(%s)=%lx\n",
                 BASE + names, BASE + count, BASE + table, BASE + index,
                 form == KALLSYMS_ABSOLUTE ? "kallsyms_addresses" : "kallsyms_offsets",
                 BASE + addresses);
    if (is_named && base)
        snprintf(image->info + strlen(image->info), 100, "SYMBOL(kallsyms_relative_base)=%lx\n",
                 BASE + base);
    return image;
}

static void tables_destroy(struct image_of_tables *image)
{
    free(image->bytes);
    free(image);
}

static struct symbols *read_tables(const struct image_of_tables *image)
{
    static const atomic_bool stop = false;
    struct symbols *symbols = NULL;
    struct error *error =
        kallsyms_read(&image->memory, slice_from_string(image->info), KASLR, &stop, &symbols);
    if (error)
        print_message("# %s\n", error_message(error));
    error_destroy(error);
    return symbols;
}

static void expect_symbols(enum kallsyms_form form, size_t marker_size, bool is_named,
                           bool has_per_cpu)
{
    struct image_of_tables *image = tables_create(form, marker_size, is_named);
    struct symbols *symbols = read_tables(image);
    assert_non_null(symbols);
    assert_int_equal(symbols_count(symbols), NAMES);
    for (size_t i = has_per_cpu ? 0 : 1; i < NAMES; i++) {
        char name[64];
        uint64_t address, size;
        name_of(i, name, sizeof name);
        assert_true(symbols_find(symbols, slice_from_string(name + 1), &address, &size));
        assert_int_equal(address, i == 0 ? address_of(0) : address_of(i) - KASLR);
        assert_int_equal(symbols_runtime(address, KASLR), address_of(i));
        if (i > 0)
            assert_int_equal(size, i + 1 < NAMES ? 16 : 0);
    }
    symbols_destroy(symbols);
    tables_destroy(image);
}

static void test_kallsyms__reads_relative_offsets_and_per_cpu_symbols(void **state)
{
    (void)state;
    expect_symbols(KALLSYMS_RELATIVE, 4, true, true);
}

static void test_kallsyms__reads_absolute_addresses(void **state)
{
    (void)state;
    expect_symbols(KALLSYMS_ABSOLUTE, 4, true, true);
}

static void test_kallsyms__reads_offsets_to_their_own_place(void **state)
{
    (void)state;
    expect_symbols(KALLSYMS_TO_SELF, 4, true, false);
}

static void test_kallsyms__finds_tables_that_nothing_names(void **state)
{
    (void)state;
    expect_symbols(KALLSYMS_RELATIVE, 4, false, true);
}

static void test_kallsyms__finds_tables_with_markers_of_64_bits(void **state)
{
    (void)state;
    expect_symbols(KALLSYMS_RELATIVE, 8, false, true);
    expect_symbols(KALLSYMS_ABSOLUTE, 8, false, true);
}

static void test_kallsyms__keeps_the_names_before_a_missing_page(void **state)
{
    (void)state;
    struct image_of_tables *image = tables_create(KALLSYMS_RELATIVE, 4, true);
    uint64_t names, address;
    assert_true(vmcoreinfo_symbol(slice_from_string(image->info), "kallsyms_names", &names));
    image->absent = (names - BASE) / PAGE * PAGE + 2 * PAGE;
    struct symbols *cut = read_tables(image);
    assert_non_null(cut);
    assert_in_range(symbols_count(cut), PAGE / 32, 2 * PAGE / 16); /* names of 16 to 32 bytes */
    assert_true(symbols_find(cut, SLICE("symbol_number_99"), &address, NULL));
    assert_int_equal(address, address_of(99) - KASLR);
    assert_false(symbols_find(cut, SLICE("symbol_number_999"), &address, NULL));
    symbols_destroy(cut);
    tables_destroy(image);
}

static void test_kallsyms__refuses_counts_that_no_kernel_has(void **state)
{
    (void)state;
    static const uint32_t counts[] = {0, 5 * 1000 * 1000, UINT32_MAX};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct image_of_tables *image = tables_create(KALLSYMS_RELATIVE, 4, true);
        uint64_t count;
        assert_true(vmcoreinfo_symbol(slice_from_string(image->info), "kallsyms_num_syms", &count));
        memcpy(image->bytes + (count - BASE), &counts[i], 4);
        assert_null(read_tables(image));
        tables_destroy(image);
    }
}

static void test_kallsyms__finds_nothing_in_zeros_and_noise(void **state)
{
    (void)state;
    struct image_of_tables *image = tables_create(KALLSYMS_RELATIVE, 4, false);
    memset(image->bytes, 0, SIZE);
    assert_null(read_tables(image));
    for (size_t i = 0; i < SIZE; i++)
        image->bytes[i] = (unsigned char)(i * 2654435761u >> 13);
    assert_null(read_tables(image));
    for (size_t i = 0; i + 2 < SIZE; i += 2) { /* tokens without end */
        image->bytes[i] = (unsigned char)('0' + i / 2 % 10);
        image->bytes[i + 1] = 0;
    }
    assert_null(read_tables(image));
    tables_destroy(image);
}

/* ---- real kernels */

/* Lines of one address in what nm -n prints, or a System.map: in the order of addresses. */
struct map_reader {
    const struct symbols *symbols;
    uint64_t address;
    size_t lines, agreed;
    bool is_agreed;
};

/* scripts/kallsyms.c is_ignored_symbol(), and constants of assembler files. */
static bool is_left_out(char type, const char *name)
{
    static const char *const prefixes[] = {"__crc_", "__kstrtab", ".L"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return type == 'a' || type == 'A';
}

static void take_map_line(struct map_reader *reader, const char *line)
{
    unsigned long address;
    char type, name[512];
    uint64_t offset;
    if (sscanf(line, "%lx %c %511s", &address, &type, name) != 3 || is_left_out(type, name))
        return;
    if (address != reader->address || reader->lines == 0) {
        reader->agreed += reader->is_agreed;
        reader->is_agreed = false;
        reader->lines++;
        reader->address = address;
    }
    struct slice found = symbols_at(reader->symbols, address, &offset);
    reader->is_agreed =
        reader->is_agreed || (offset == 0 && slice_equal(found, slice_from_string(name)));
}

static void compare_with_nm(const struct symbols *symbols, const char *vmlinux)
{
    char line[1024];
    struct map_reader reader = {.symbols = symbols};
    snprintf(line, sizeof line, "nm -n '%s'", vmlinux);
    FILE *file = popen(line, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        take_map_line(&reader, line);
    assert_int_equal(pclose(file), 0);
    reader.agreed += reader.is_agreed;
    print_message("# %zu of %zu addresses agree\n", reader.agreed, reader.lines);
    assert_true(reader.lines > 50000);
    assert_true(reader.agreed >= reader.lines - reader.lines / 1000); /* marks of the linker */
}

static void compare_dump(const char *dump, const char *vmlinux)
{
    static const atomic_bool stop = false;
    struct image *image;
    struct symbols *symbols;
    uint64_t kaslr = 0;
    FILE *file = fopen(dump, "r");
    assert_non_null(file);
    const int files[] = {fileno(file)};
    print_message("# %s\n", dump);
    assert_null(image_open(files, 1, &stop, &image));
    struct slice offset = vmcoreinfo_value(image_vmcoreinfo(image), "KERNELOFFSET");
    slice_take_hex(&offset, &kaslr);
    assert_null(
        kallsyms_read(image_memory(image), image_vmcoreinfo(image), kaslr, &stop, &symbols));
    compare_with_nm(symbols, vmlinux);
    symbols_destroy(symbols);
    image_close(image);
    fclose(file);
}

static void test_kallsyms__of_real_dumps_are_those_of_the_vmlinux(void **state)
{
    (void)state;
    static const char *const kernels[] = {"5.10", "6.1", "6.12", "newest"};
    size_t examined = 0;
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        char dump[256], vmlinux[256];
        glob_t found;
        snprintf(dump, sizeof dump, "build/lab/%s/kdump/vmcore", kernels[i]);
        snprintf(vmlinux, sizeof vmlinux,
                 "build/lab/cache/debuginfo/%s/usr/lib/debug/boot/vmlinux-*", kernels[i]);
        if (access(dump, R_OK) != 0 || glob(vmlinux, 0, NULL, &found) != 0)
            continue;
        compare_dump(dump, found.gl_pathv[0]);
        globfree(&found);
        examined++;
    }
    if (examined == 0) {
        print_message("# no dumps with their vmlinux here (tests/lab/README.md)\n");
        skip();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kallsyms__reads_relative_offsets_and_per_cpu_symbols),
        cmocka_unit_test(test_kallsyms__reads_absolute_addresses),
        cmocka_unit_test(test_kallsyms__reads_offsets_to_their_own_place),
        cmocka_unit_test(test_kallsyms__finds_tables_that_nothing_names),
        cmocka_unit_test(test_kallsyms__finds_tables_with_markers_of_64_bits),
        cmocka_unit_test(test_kallsyms__keeps_the_names_before_a_missing_page),
        cmocka_unit_test(test_kallsyms__refuses_counts_that_no_kernel_has),
        cmocka_unit_test(test_kallsyms__finds_nothing_in_zeros_and_noise),
        cmocka_unit_test(test_kallsyms__of_real_dumps_are_those_of_the_vmlinux),
    };
    return cmocka_run_group_tests_name("kallsyms", tests, NULL, NULL);
}
