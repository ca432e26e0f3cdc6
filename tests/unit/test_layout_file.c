/* Layouts as text: written, read, refused, kept in a cache. */
#define _GNU_SOURCE /* mkdtemp, open_memstream */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "parsers/types/debuginfo.h"
#include "parsers/types/layout_file.h"

static const char id[] = "0123456789abcdef0123456789abcdef01234567";

static struct layout *layout_create(void)
{
    struct layout *layout = calloc(1, sizeof *layout);
    layout->origin = LAYOUT_BTF;
    strcpy(layout->build_id, id);
    strcpy(layout->release, "6.1.0-test");
    layout->members[MEMBER_XA_NODE_SLOTS] = (struct layout_member){
        true, 1, {.offset = 40, .size = 512, .element_size = 8, .count = 64}};
    layout->members[MEMBER_TASK_COMM] = (struct layout_member){true,
                                                               0,
                                                               {.offset = 5,
                                                                .size = 3,
                                                                .element_size = 3,
                                                                .count = 1,
                                                                .bit_offset = 2,
                                                                .bit_size = 17,
                                                                .is_signed = true}};
    layout->sizes[STRUCT_LIST_HEAD] = (struct layout_number){true, 0, 16};
    layout->enumerators[0] = (struct layout_number){true, 0, -5};
    layout->symbols[SYMBOL_NR_CPU_IDS] =
        (struct layout_symbol){true, 0, UINT64_C(0xffffffff82221d48), 8};
    return layout;
}

static char *print(const struct layout *layout)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    layout_print(layout, stream);
    fclose(stream);
    return text;
}

static void test_layout_file__is_read_as_it_was_written(void **state)
{
    (void)state;
    bool is_current = false;
    struct layout *written = layout_create(), *read = calloc(1, sizeof *read);
    char *text = print(written);
    assert_null(layout_parse(slice_from_string(text), read, &is_current));
    assert_true(is_current);
    assert_memory_equal(read, written, sizeof *read);
    assert_non_null(strstr(text, "\nmember XA_NODE_SLOTS radix_tree_node.slots 40 512 8 64 0 0 "));
    assert_non_null(strstr(text, "\nsymbol NR_CPU_IDS nr_cpu_ids ffffffff82221d48 8\n"));
    assert_non_null(strstr(text, "\nunknown LIST_NEXT list_head.next\n"));
    free(text);
    free(read);
    free(written);
}

static void expect_refused(const char *text, const char *why)
{
    struct layout *layout = calloc(1, sizeof *layout);
    struct error *error = layout_parse(slice_from_string(text), layout, NULL);
    assert_non_null(error);
    if (!strstr(error_message(error), why))
        fail_msg("'%s' lacks '%s'", error_message(error), why);
    error_destroy(error);
    free(layout);
}

static void test_layout_file__names_the_line_that_is_damaged(void **state)
{
    (void)state;
    expect_refused("", "not a layout");
    expect_refused("whyoom layout 2\n", "not a layout");
    expect_refused("whyoom layout 1\nmember LIST_NEXT list_head.next 0 8\n", "line 2");
    expect_refused("whyoom layout 1\n\nmember LIST_NEXT list_head.next 0 8 8 2 0 0 unsigned\n",
                   "line 3"); /* two elements of 8 bytes are not 8 bytes */
    expect_refused("whyoom layout 1\nmember LIST_NEXT list_head.next 0 4 4 1 20 15 unsigned\n",
                   "line 2");
    expect_refused("whyoom layout 1\nmember LIST_NEXT list_head.next -8 8 8 1 0 0 unsigned\n",
                   "line 2");
    expect_refused("whyoom layout 1\nsymbol NR_CPU_IDS nr_cpu_ids pffff 8\n", "line 2");
    expect_refused("whyoom layout 1\nstruct LIST_HEAD list_head many\n", "line 2");
    expect_refused("whyoom layout 1\nstruct LIST_HEAD list_head 16\n", "is cut");
    expect_refused("whyoom layout 1\nstruct LIST_HEAD list_head 16\nend", "is cut");
}

static void test_layout_file__of_another_version_gives_what_both_know(void **state)
{
    (void)state;
    bool is_current = true;
    struct layout *layout = calloc(1, sizeof *layout);
    assert_null(
        layout_parse(SLICE("whyoom layout 1\nrows 1\nmember NO_SUCH a.b 0 8 8 1 0 0 x\n"
                           "member LIST_NEXT other.spelling 0 8 8 1 0 0 unsigned\n"
                           "colour blue\nmember LIST_PREV list_head.prev 8 8 8 1 0 0 u\nend\n"),
                     layout, &is_current));
    assert_false(is_current);
    assert_false(layout->members[MEMBER_LIST_NEXT].is_known);
    assert_true(layout->members[MEMBER_LIST_PREV].is_known);
    free(layout);
}

/* ---- the cache */

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void remove_folder(const char *folder)
{
    char command[300];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    assert_int_equal(system(command), 0);
}

static void test_layout_cache__gives_back_what_it_was_given(void **state)
{
    (void)state;
    char folder[] = "/tmp/whyoom-cache-XXXXXX", within[64];
    struct layout *layout = layout_create(), *found = calloc(1, sizeof *found);
    assert_non_null(mkdtemp(folder));
    setenv("XDG_CACHE_HOME", folder, 1);
    assert_false(layout_cache_load(id, found));
    layout_cache_store(layout);
    assert_true(layout_cache_load(id, found));
    assert_memory_equal(found, layout, sizeof *found);
    assert_false(layout_cache_load("../../etc/passwd", found));
    assert_false(layout_cache_load("", found));
    snprintf(within, sizeof within, "%s/whyoom", folder);
    char name[64];
    snprintf(name, sizeof name, "%s.layout", id);
    write_file(within, name, "whyoom layout 1\nrows 1\nbuild-id 0123\nend\n"); /* of other rows */
    assert_false(layout_cache_load(id, found));
    write_file(within, name, "\xff\xfe");
    assert_false(layout_cache_load(id, found));
    layout_cache_store(layout); /* made anew */
    assert_true(layout_cache_load(id, found));
    remove_folder(folder);
    free(layout);
    free(found);
}

/* ---- of which kernel? */

struct told {
    char places[2048];
};

static void tell(void *context, const char *place, const char *outcome)
{
    struct told *told = context;
    size_t used = strlen(told->places);
    snprintf(told->places + used, sizeof told->places - used, "%s: %s\n", place, outcome);
}

static void expect_wish(const char *path, const char *build_id, const char *release,
                        const char *trouble)
{
    struct told told = {""};
    struct layout *layout = calloc(1, sizeof *layout);
    struct symbols *symbols;
    const struct debuginfo_wish wish = {
        .build_id = build_id, .release = release, .tried = tell, .context = &told};
    struct error *error = debuginfo_load(path, &wish, layout, &symbols);
    if (!trouble) {
        assert_null(error);
        assert_int_equal(layout->origin, LAYOUT_FILE);
        assert_non_null(strstr(told.places, ": taken\n"));
    } else {
        assert_non_null(error);
        assert_non_null(strstr(error_message(error), trouble));
        assert_int_equal(layout->origin, LAYOUT_NONE);
    }
    assert_null(symbols);
    error_destroy(error);
    free(layout);
}

static void test_debuginfo__of_another_kernel_is_refused(void **state)
{
    (void)state;
    char folder[] = "/tmp/whyoom-debuginfo-XXXXXX", path[64];
    struct layout *layout = layout_create();
    char *text = print(layout);
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/6.1.0-test.layout", folder);
    write_file(folder, "6.1.0-test.layout", text);
    expect_wish(path, id, "6.1.0-test", NULL);
    expect_wish(path, "", "6.1.0-test", NULL);
    expect_wish(path, "00", "6.1.0-test", "of another kernel");
    expect_wish(path, "", "6.1.0-other", "of another kernel");
    expect_wish(folder, id, "6.1.0-test", NULL); /* found in the directory */
    expect_wish(folder, id, "../6.1.0-test", "nothing of this kernel");
    expect_wish("/no/such/file", id, "6.1.0-test", "No such file");
    expect_wish("/etc/passwd", id, "6.1.0-test", "no ELF file");
    expect_wish("/dev/null", id, "6.1.0-test", "not a file that can be read");
    expect_wish("/bin/true", "", "6.1.0-test", "debug information");
    remove_folder(folder);
    free(text);
    free(layout);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout_file__is_read_as_it_was_written),
        cmocka_unit_test(test_layout_file__names_the_line_that_is_damaged),
        cmocka_unit_test(test_layout_file__of_another_version_gives_what_both_know),
        cmocka_unit_test(test_layout_cache__gives_back_what_it_was_given),
        cmocka_unit_test(test_debuginfo__of_another_kernel_is_refused),
    };
    return cmocka_run_group_tests_name("layout_file", tests, NULL, NULL);
}
