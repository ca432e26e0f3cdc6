/* BTF and DWARF of the same structures, and what the compiler itself knows of them. */
#define _GNU_SOURCE /* mkdtemp */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "parsers/types/btf.h"
#include "parsers/types/dwarf.h"
#include "parsers/types/layout.h"
#include "tests/unit/miniature.h"

/* ---- compiled here */

struct compiled {
    char folder[64], file[128];
    struct object *object;
    struct dwarf_types *dwarf;
    struct btf_types *btf;
    struct type_source source;
};

/* False: this compiler cannot. */
static bool compile(struct compiled *compiled, const char *flags)
{
    char command[512];
    *compiled = (struct compiled){.folder = "/tmp/whyoom-types-XXXXXX"};
    assert_non_null(mkdtemp(compiled->folder));
    snprintf(compiled->file, sizeof compiled->file, "%s/miniature", compiled->folder);
    snprintf(command, sizeof command,
             "printf '#include \"tests/unit/miniature.h\"\\nstruct page page; struct zone zone; "
             "struct task_struct task; enum pageflags flags; int css = CSS_ONLINE;' | "
             "gcc -I. -shared -fPIC -fno-eliminate-unused-debug-types -nostdlib %s -x c - -o %s "
             "2>/dev/null",
             flags, compiled->file);
    return system(command) == 0;
}

static void open_dwarf(struct compiled *compiled)
{
    assert_null(object_open(compiled->file, &compiled->object));
    assert_null(dwarf_types_create(compiled->object, &compiled->dwarf));
    compiled->source = dwarf_types_source(compiled->dwarf);
}

static void open_btf(struct compiled *compiled)
{
    struct slice bytes;
    size_t index;
    assert_null(object_open(compiled->file, &compiled->object));
    assert_true(object_find(compiled->object, ".BTF", &index));
    assert_true(object_bytes(compiled->object, index, &bytes));
    assert_null(btf_types_create(bytes, &compiled->btf));
    compiled->source = btf_types_source(compiled->btf);
}

static void remove_compiled(struct compiled *compiled)
{
    dwarf_types_destroy(compiled->dwarf);
    btf_types_destroy(compiled->btf);
    object_close(compiled->object);
    unlink(compiled->file);
    rmdir(compiled->folder);
}

/* ---- what it must say */

static struct member member(const struct compiled *compiled, const char *type, const char *path)
{
    struct member found;
    print_message("# %s.%s\n", type, path);
    assert_true(compiled->source.member(compiled->source.context, slice_from_string(type),
                                        slice_from_string(path), &found));
    return found;
}

static void expect(const struct compiled *compiled, const char *type, const char *path,
                   size_t offset, size_t element_size, size_t count, bool is_signed)
{
    struct member found = member(compiled, type, path);
    assert_int_equal(found.offset, offset);
    assert_int_equal(found.element_size, element_size);
    assert_int_equal(found.count, count);
    assert_int_equal(found.size, element_size * count);
    assert_int_equal(found.is_signed, is_signed);
    assert_int_equal(found.bit_size, 0);
}

/* Bit fields have no offsetof(): their place is what a store of all ones changes. */
static void expect_bits(const struct compiled *compiled, const char *type, const char *path,
                        const void *filled, size_t size)
{
    const unsigned char *bytes = filled;
    struct member found = member(compiled, type, path);
    assert_true(found.bit_size > 0);
    for (size_t bit = 0; bit < size * 8; bit++) {
        size_t first = found.offset * 8u + found.bit_offset;
        bool is_inside = bit >= first && bit < first + found.bit_size;
        assert_int_equal(bytes[bit / 8] >> bit % 8 & 1, is_inside);
    }
}

static void expect_members(const struct compiled *compiled)
{
    expect(compiled, "page", "flags", 0, sizeof(long), 1, false);
    expect(compiled, "page", "flags.f", 0, sizeof(long), 1, false);
    expect(compiled, "page", "lru", offsetof(struct page, lru), 16, 1, false);
    expect(compiled, "page", "lru.prev", offsetof(struct page, lru.prev), 8, 1, false);
    expect(compiled, "page", "mapping", offsetof(struct page, mapping), 8, 1, false);
    expect(compiled, "page", "_refcount", offsetof(struct page, _refcount), 4, 1, true);
    expect(compiled, "page", "_refcount.refs.counter", offsetof(struct page, _refcount), 4, 1,
           true);
    expect(compiled, "page", "_mapcount", offsetof(struct page, _mapcount), 4, 1, true);
    expect(compiled, "page", "private", offsetof(struct page, private), 8, 1, true);
    expect(compiled, "zone", "vm_stat_diff", 0, 1, 7, true);
    expect(compiled, "zone", "order", offsetof(struct zone, order), 2, 1, true);
    expect(compiled, "zone", "lists", offsetof(struct zone, lists), 8, 30, false);
    expect(compiled, "zone", "free_area", offsetof(struct zone, free_area), 72, 11, false);
    expect(compiled, "zone", "free_area.nr_free", offsetof(struct zone, free_area[0].nr_free), 8, 1,
           false);
    expect(compiled, "zone", "direction", offsetof(struct zone, direction), 4, 1, true);
    expect(compiled, "zone", "flexible", offsetof(struct zone, flexible), 8, 0, true);
    expect(compiled, "task_struct", "comm", offsetof(struct task_struct, comm), 1, 16, false);
    expect(compiled, "task_struct", "is_idle", offsetof(struct task_struct, is_idle), 1, 1, false);
    expect(compiled, "task_struct", "load", offsetof(struct task_struct, load), 8, 1, false);
}

static void expect_fields(const struct compiled *compiled)
{
    const struct page inuse = {.inuse = 0xffff}, objects = {.objects = 0x7fff};
    const struct page frozen = {.frozen = 1};
    expect_bits(compiled, "page", "inuse", &inuse, sizeof inuse);
    expect_bits(compiled, "page", "objects", &objects, sizeof objects);
    expect_bits(compiled, "page", "frozen", &frozen, sizeof frozen);
    const struct task_struct execve = {.in_execve = -1}, wide = {.wide = 0xffffffffff};
    expect_bits(compiled, "task_struct", "in_execve", &execve, sizeof execve);
    expect_bits(compiled, "task_struct", "wide", &wide, sizeof wide);
}

static void expect_enumerator(const struct compiled *compiled, const char *name, int64_t value)
{
    int64_t found;
    assert_true(
        compiled->source.enumerator(compiled->source.context, slice_from_string(name), &found));
    assert_int_equal(found, value);
}

static void expect_rest(const struct compiled *compiled)
{
    const struct type_source *source = &compiled->source;
    struct member found;
    uint64_t size;
    int64_t value;
    assert_true(source->size(source->context, SLICE("zone"), &size));
    assert_int_equal(size, sizeof(struct zone));
    assert_false(source->size(source->context, SLICE("no_such"), &size));
    assert_false(source->member(source->context, SLICE("page"), SLICE("no_such"), &found));
    assert_false(source->member(source->context, SLICE("page"), SLICE("lru.next.next"), &found));
    assert_false(source->member(source->context, SLICE("page"), SLICE(""), &found));
    expect_enumerator(compiled, "PG_lru", 5);
    expect_enumerator(compiled, "CSS_ONLINE", 2);
    assert_false(source->enumerator(source->context, SLICE("PG_no_such"), &value));
}

static void expect_all(const struct compiled *compiled)
{
    expect_members(compiled);
    expect_fields(compiled);
    expect_rest(compiled);
}

static void expect_dwarf(const char *flags)
{
    struct compiled compiled;
    if (!compile(&compiled, flags)) {
        remove_compiled(&compiled);
        print_message("# this gcc does not know %s\n", flags);
        skip();
    }
    open_dwarf(&compiled);
    expect_all(&compiled);
    remove_compiled(&compiled);
}

static void test_type_source__dwarf_5_says_what_the_compiler_knows(void **state)
{
    (void)state;
    expect_dwarf("-gdwarf-5");
}

static void test_type_source__dwarf_4_says_it(void **state)
{
    (void)state;
    expect_dwarf("-gdwarf-4");
}

static void test_type_source__dwarf_2_says_it(void **state)
{
    (void)state;
    expect_dwarf("-gdwarf-2 -gstrict-dwarf");
}

static void test_type_source__compressed_dwarf_says_it(void **state)
{
    (void)state;
    expect_dwarf("-gdwarf-5 -gz=zlib");
}

static void test_type_source__dwarf_in_old_compression_says_it(void **state)
{
    (void)state;
    expect_dwarf("-gdwarf-4 -gz=zlib-gnu");
}

static void test_type_source__btf_says_it(void **state)
{
    (void)state;
    struct compiled compiled;
    if (!compile(&compiled, "-gbtf")) {
        remove_compiled(&compiled);
        print_message("# this gcc does not know -gbtf\n");
        skip();
    }
    open_btf(&compiled);
    expect_all(&compiled);
    remove_compiled(&compiled);
}

/* ---- real kernels */

static void expect_equal_layouts(const struct layout *dwarf, const struct layout *btf)
{
    size_t known = 0;
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if (memcmp(&dwarf->members[i], &btf->members[i], sizeof dwarf->members[i]) != 0)
            fail_msg("%s differs", layout_member_rows()[i].name);
        known += dwarf->members[i].is_known;
    }
    for (size_t i = 0; i < STRUCT_COUNT; i++)
        if (memcmp(&dwarf->sizes[i], &btf->sizes[i], sizeof dwarf->sizes[i]) != 0)
            fail_msg("%s differs", layout_struct_rows()[i].name);
    for (size_t i = 0; i < ENUMERATOR_COUNT; i++)
        if (memcmp(&dwarf->enumerators[i], &btf->enumerators[i], sizeof *dwarf->enumerators) != 0)
            fail_msg("%s differs", layout_enumerator_rows()[i].name);
    assert_true(known > 100); /* of 300; no kernel has all */
}

static void compare_vmlinux(const char *path)
{
    struct compiled of_file = {0};
    struct layout *dwarf = calloc(1, sizeof *dwarf), *btf = calloc(1, sizeof *btf);
    print_message("# %s\n", path);
    snprintf(of_file.file, sizeof of_file.file, "%s", path);
    open_dwarf(&of_file);
    layout_fill(dwarf, &of_file.source, NULL);
    dwarf_types_destroy(of_file.dwarf);
    object_close(of_file.object);
    open_btf(&of_file);
    layout_fill(btf, &of_file.source, NULL);
    btf_types_destroy(of_file.btf);
    object_close(of_file.object);
    expect_equal_layouts(dwarf, btf);
    free(dwarf);
    free(btf);
}

static void test_type_source__dwarf_and_btf_of_real_kernels_give_the_same_layout(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "build/lab/cache/debuginfo/*/usr/lib/debug/boot/vmlinux-*",
        "/usr/lib/debug/boot/vmlinux-*"};
    size_t examined = 0;
    for (size_t p = 0; p < 2; p++) {
        glob_t found;
        if (glob(patterns[p], 0, NULL, &found) != 0)
            continue;
        for (size_t i = 0; i < found.gl_pathc; i++)
            if (access(found.gl_pathv[i], R_OK) == 0) {
                compare_vmlinux(found.gl_pathv[i]);
                examined++;
            }
        globfree(&found);
    }
    if (examined == 0) {
        print_message("# no vmlinux with debug information here (linux-image-*-dbg)\n");
        skip();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_type_source__dwarf_5_says_what_the_compiler_knows),
        cmocka_unit_test(test_type_source__dwarf_4_says_it),
        cmocka_unit_test(test_type_source__dwarf_2_says_it),
        cmocka_unit_test(test_type_source__compressed_dwarf_says_it),
        cmocka_unit_test(test_type_source__dwarf_in_old_compression_says_it),
        cmocka_unit_test(test_type_source__btf_says_it),
        cmocka_unit_test(test_type_source__dwarf_and_btf_of_real_kernels_give_the_same_layout),
    };
    return cmocka_run_group_tests_name("type_source", tests, NULL, NULL);
}
