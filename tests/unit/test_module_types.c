/* A module's structures are known by the BTF that the kernel keeps of it. */
#include <bpf/btf.h>

#include "parsers/kernel/module_types.h"
#include "tests/unit/kernel_fixture.h"

enum {
    HEAD = 0x100, /* btf_modules, then two entries: a list_head, the module, its struct btf */
    ENTRY = 0x200,
    OTHER = 0x240,
    MODULE = 0x300,
    OTHER_MODULE = 0x380,
    BTF = 0x400, /* data, then its size */
    DATA = 0x1000,
};

static uint64_t at(unsigned offset)
{
    return FIXTURE_START + offset;
}

static void known_kernel(struct fixture *fixture)
{
    fixture_init(fixture);
    fixture_member(fixture, MEMBER_LIST_NEXT, 0, 8, 1);
    fixture_member(fixture, MEMBER_LIST_PREV, 8, 8, 1);
    fixture_member(fixture, MEMBER_BTF_MODULE_LINK, 0, 16, 1);
    fixture_member(fixture, MEMBER_BTF_MODULE_MODULE, 16, 8, 1);
    fixture_member(fixture, MEMBER_BTF_MODULE_BTF, 24, 8, 1);
    fixture_member(fixture, MEMBER_MODULE_NAME, 8, 1, 56);
    fixture_member(fixture, MEMBER_BTF_DATA, 0, 8, 1);
    fixture_member(fixture, MEMBER_BTF_DATA_SIZE, 8, 4, 1);
    fixture_symbol(fixture, SYMBOL_BTF_MODULES, at(HEAD));
    fixture_list(fixture, at(HEAD), (const uint64_t[]){at(OTHER), at(ENTRY), 0});
    fixture_word(fixture, at(ENTRY + 16), at(MODULE));
    fixture_word(fixture, at(ENTRY + 24), at(BTF));
    fixture_word(fixture, at(OTHER + 16), at(OTHER_MODULE));
    fixture_text(fixture, at(MODULE + 8), "zsmalloc");
    fixture_text(fixture, at(OTHER_MODULE + 8), "zsmalloc2");
}

/* A kernel that knows numbers, and a module with a structure made of them. */
static struct btf_types *write_btf(struct fixture *fixture)
{
    struct btf_types *types = NULL;
    struct btf *base = btf__new_empty();
    uint32_t size;
    int word = btf__add_int(base, "long int", 8, BTF_INT_SIGNED);
    struct btf *split = btf__new_empty_split(base);
    assert_true(btf__add_struct(split, "zs_pool", 24) > word);
    assert_int_equal(btf__add_field(split, "name", word, 0, 0), 0);
    assert_int_equal(btf__add_field(split, "pages_allocated", word, 128, 0), 0);
    const void *bytes = btf__raw_data(base, &size);
    assert_null(btf_types_create(slice_of(bytes, size), &types));
    bytes = btf__raw_data(split, &size);
    memcpy(fixture->bytes + DATA, bytes, size);
    fixture_word(fixture, at(BTF), at(DATA));
    fixture_word(fixture, at(BTF + 8), size);
    btf__free(split);
    btf__free(base);
    return types;
}

static void test_module_types__fill_what_the_kernel_does_not_know(void **state)
{
    struct fixture fixture;
    const struct layout_member *row = &fixture.layout.members[MEMBER_ZSMALLOC_PAGES];
    (void)state;
    known_kernel(&fixture);
    struct btf_types *base = write_btf(&fixture);
    assert_true(module_types_are_wanted(&fixture.kernel));
    module_types_fill(&fixture.kernel, base, &fixture.layout);
    assert_true(row->is_known);
    assert_int_equal(row->place.offset, 16);
    assert_int_equal(row->place.size, 8);
    assert_false(module_types_are_wanted(&fixture.kernel));
    btf_types_destroy(base);
}

static void test_module_types__broken_ones_leave_rows_unknown(void **state)
{
    struct fixture fixture;
    (void)state;
    known_kernel(&fixture);
    struct btf_types *base = write_btf(&fixture);
    fixture_word(&fixture, at(BTF + 8), 20); /* half of its head */
    module_types_fill(&fixture.kernel, base, &fixture.layout);
    fixture_word(&fixture, at(BTF + 8), UINT32_MAX);
    module_types_fill(&fixture.kernel, base, &fixture.layout);
    fixture_word(&fixture, at(BTF), 0x10);
    module_types_fill(&fixture.kernel, base, &fixture.layout);
    assert_false(fixture.layout.members[MEMBER_ZSMALLOC_PAGES].is_known);
    btf_types_destroy(base);
}

static void test_module_types__nobody_asks_where_no_such_module_is_loaded(void **state)
{
    struct fixture fixture;
    (void)state;
    known_kernel(&fixture);
    fixture_text(&fixture, at(MODULE + 8), "zstd");
    assert_false(module_types_are_wanted(&fixture.kernel));
    fixture_init(&fixture);
    assert_false(module_types_are_wanted(&fixture.kernel));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_module_types__fill_what_the_kernel_does_not_know),
        cmocka_unit_test(test_module_types__broken_ones_leave_rows_unknown),
        cmocka_unit_test(test_module_types__nobody_asks_where_no_such_module_is_loaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
