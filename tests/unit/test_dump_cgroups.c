#include "parsers/kernel/memcg_stat.h"
#include "parsers/kernel/page_counter.h"
#include "tests/unit/kernel_fixture.h"

/* Three groups: the root, /a and its child with an id but no place in the tree any more. What is
 * where in a group, and in what belongs to it: */
enum {
    ROOT = 0x100000,
    A = 0x101000,
    GONE = 0x102000,
    VARIABLE = 0x109000, /* root_mem_cgroup */
    IDS = 0x109100,
    MAP = 0x109200, /* mem_cgroup_stats_index[] */
    CGROUP = 0x300, /* offsets from a group */
    KERNFS = 0x400,
    NAME = 0x480,
    VMSTATS = 0x500,
    PERCPU = 0x600, /* CPU 0's; CPU 1's is NEXT_CPU behind */
    NEXT_CPU = 0x100,
    CSS_CHILDREN = 0x10, /* offsets of members */
    CSS_SIBLING = 0x20,
    CSS_FLAGS = 0x30,
    MEMORY = 0x40,
    PARENT = 0x20,
    STAT = 0x100,
    PERCPU_POINTER = 0x180,
};

enum { ITEM_ANON = 0, ITEM_FILE = 1, ITEM_SHMEM = 2, ITEMS = 3 };

static void add_group(struct fixture *fixture, uint64_t group, uint64_t parent, const char *name,
                      bool is_online)
{
    fixture_word(fixture, group, group + CGROUP);
    fixture_word(fixture, group + CSS_FLAGS, is_online ? 2 : 0);
    fixture_list(fixture, group + CSS_CHILDREN, (const uint64_t[]){0});
    fixture_word(fixture, group + CGROUP, group + KERNFS);
    fixture_word(fixture, group + KERNFS, parent ? parent + KERNFS : 0);
    fixture_word(fixture, group + KERNFS + 8, group + NAME);
    fixture_text(fixture, group + NAME, name);
    fixture_word(fixture, group + MEMORY + PARENT, parent ? parent + MEMORY : 0);
    fixture_word(fixture, group + PERCPU_POINTER, group + PERCPU);
}

static void make_groups(struct fixture *fixture)
{
    fixture_init(fixture);
    fixture->cpus[1] = NEXT_CPU;
    fixture->kernel.cpus = fixture->cpus;
    fixture->kernel.cpus_count = 2;
    fixture_symbol(fixture, SYMBOL_ROOT_MEM_CGROUP, VARIABLE);
    fixture_word(fixture, VARIABLE, ROOT);
    fixture_symbol(fixture, SYMBOL_MEMCG_IDS, IDS);
    fixture_member(fixture, MEMBER_XARRAY_HEAD, 0, 8, 1);
    fixture_member(fixture, MEMBER_XA_NODE_SLOTS, 0x28, 8, 64);
    fixture_word(fixture, IDS, GONE); /* an xarray of one entry, at index 0: no node */
    fixture_member(fixture, MEMBER_LIST_NEXT, 0, 8, 1);
    fixture_member(fixture, MEMBER_LIST_PREV, 8, 8, 1);
    fixture_member(fixture, MEMBER_MEMCG_CSS, 0, 0x40, 1);
    fixture_member(fixture, MEMBER_CSS_CGROUP, 0, 8, 1);
    fixture_member(fixture, MEMBER_CSS_CHILDREN, CSS_CHILDREN, 16, 1);
    fixture_member(fixture, MEMBER_CSS_SIBLING, CSS_SIBLING, 16, 1);
    fixture_member(fixture, MEMBER_CSS_FLAGS, CSS_FLAGS, 4, 1);
    fixture_enumerator(fixture, ENUMERATOR_CSS_ONLINE, 2);
    fixture_member(fixture, MEMBER_CGROUP_KERNFS, 0, 8, 1);
    fixture_member(fixture, MEMBER_KERNFS_PARENT, 0, 8, 1);
    fixture_member(fixture, MEMBER_KERNFS_NAME, 8, 8, 1);
    fixture_member(fixture, MEMBER_MEMCG_MEMORY, MEMORY, 0x40, 1);
    fixture_member(fixture, MEMBER_COUNTER_USAGE, 0, 8, 1);
    fixture_member(fixture, MEMBER_COUNTER_LIMIT, 8, 8, 1);
    fixture_member(fixture, MEMBER_COUNTER_FAILCNT, 16, 8, 1);
    fixture_member(fixture, MEMBER_COUNTER_PARENT, PARENT, 8, 1);
    fixture_enumerator(fixture, ENUMERATOR_STAT_ANON, ITEM_ANON);
    fixture_enumerator(fixture, ENUMERATOR_STAT_FILE, ITEM_FILE);
    fixture_enumerator(fixture, ENUMERATOR_STAT_SHMEM, ITEM_SHMEM);
    fixture_enumerator(fixture, ENUMERATOR_STAT_INACTIVE_ANON, ITEM_ANON);
    add_group(fixture, ROOT, 0, "", true);
    add_group(fixture, A, ROOT, "a", true);
    add_group(fixture, GONE, A, "gone", false);
    fixture_list(fixture, ROOT + CSS_CHILDREN, (const uint64_t[]){A + CSS_SIBLING, 0});
}

static void test_the_tree_and_the_ids_give_every_group_once(void **state)
{
    (void)state;
    static struct fixture fixture;
    make_groups(&fixture);
    struct memcg_tree tree;
    memcg_tree_init(&tree, &fixture.kernel);
    assert_int_equal(tree.count, 3);
    assert_string_equal(tree.groups[0].path.data, "/");
    assert_string_equal(tree.groups[1].path.data, "/a");
    assert_string_equal(tree.groups[2].path.data, "/a/gone");
    assert_int_equal(tree.groups[1].online.value, 1);
    assert_true(tree.groups[2].online.known);
    assert_int_equal(tree.groups[2].online.value, 0);
    assert_int_equal(tree.groups[2].parent, memcg_tree_find(&tree, A));
    assert_string_equal(tree.trouble, "");
    memcg_tree_deinit(&tree);
}

static void test_a_broken_list_of_children_ends_with_a_word(void **state)
{
    (void)state;
    static struct fixture fixture;
    make_groups(&fixture);
    fixture_word(&fixture, A + CSS_SIBLING, A + CSS_SIBLING); /* next points to itself */
    struct memcg_tree tree;
    memcg_tree_init(&tree, &fixture.kernel);
    assert_int_equal(tree.count, 3);
    assert_true(strlen(tree.trouble) > 0);
    memcg_tree_deinit(&tree);
}

static void test_ids_that_cannot_be_read_are_said_to_be_missing(void **state)
{
    (void)state;
    static struct fixture fixture;
    make_groups(&fixture);
    fixture_symbol(&fixture, SYMBOL_MEMCG_IDS, 0x900000);
    struct memcg_tree tree;
    memcg_tree_init(&tree, &fixture.kernel);
    assert_int_equal(tree.count, 2);
    assert_non_null(strstr(tree.trouble, "dying ones may be missing"));
    memcg_tree_deinit(&tree);
}

static void test_a_path_that_leads_in_a_circle_is_unknown(void **state)
{
    (void)state;
    static struct fixture fixture;
    make_groups(&fixture);
    fixture_word(&fixture, A + KERNFS, A + KERNFS); /* its own parent */
    struct memcg_tree tree;
    memcg_tree_init(&tree, &fixture.kernel);
    assert_int_equal(tree.groups[1].path.length, 0);
    memcg_tree_deinit(&tree);
}

static struct amount stat_of(struct fixture *fixture, uint64_t group, const char *name)
{
    struct memcg_tree tree;
    memcg_tree_init(&tree, &fixture->kernel);
    const struct amount *all = memcg_stat_read(&fixture->kernel, &tree);
    struct amount found = memcg_stat_of(all, memcg_tree_find(&tree, group), name);
    memcg_tree_deinit(&tree);
    return found;
}

static void set_items(struct fixture *fixture, uint64_t array, uint64_t anon, uint64_t file)
{
    fixture_word(fixture, array + 8 * ITEM_ANON, anon);
    fixture_word(fixture, array + 8 * ITEM_FILE, file);
}

/* 5.10: vmstats[] holds the subtree, but for what lies with the CPUs of each group in it. */
static void test_batches_of_all_cpus_below_are_added(void **state)
{
    (void)state;
    static struct fixture fixture;
    make_groups(&fixture);
    fixture_member(&fixture, MEMBER_MEMCG_VMSTATS, STAT, 8, ITEMS);
    fixture_member(&fixture, MEMBER_MEMCG_PERCPU, PERCPU_POINTER, 8, 1);
    fixture_member(&fixture, MEMBER_PERCPU_STATE, 0, 8, ITEMS);
    set_items(&fixture, ROOT + STAT, 100, 50);
    set_items(&fixture, A + STAT, 60, 20);
    set_items(&fixture, A + PERCPU, 3, (uint64_t)-2);
    set_items(&fixture, A + PERCPU + NEXT_CPU, 4, 0);
    set_items(&fixture, GONE + PERCPU, 1, 0);
    assert_int_equal(stat_of(&fixture, A, "anon_bytes").value, (60 + 3 + 4 + 1) * 4096);
    assert_int_equal(stat_of(&fixture, A, "file_bytes").value, (20 - 2) * 4096);
    assert_int_equal(stat_of(&fixture, ROOT, "anon_bytes").value, (100 + 3 + 4 + 1) * 4096);
    assert_int_equal(stat_of(&fixture, GONE, "anon_bytes").value, 1 * 4096);
    assert_false(stat_of(&fixture, A, "kernel_bytes").known);
}

/* 6.12: state[] behind a pointer, reduced to the items that a map names; deltas are what a CPU has
 * less what it had at the last flush, and children's sums that wait. */
static void make_reduced(struct fixture *fixture)
{
    enum { PENDING = 0x20, PREVIOUS = 0x20, ANON_AT = 0, SHMEM_AT = 1, REDUCED = 2 };
    make_groups(fixture);
    fixture_member(fixture, MEMBER_MEMCG_VMSTATS, STAT, 8, 1);
    fixture_member(fixture, MEMBER_VMSTATS_STATE, 0, 8, REDUCED);
    fixture_member(fixture, MEMBER_VMSTATS_STATE_PENDING, PENDING, 8, REDUCED);
    fixture_member(fixture, MEMBER_MEMCG_PERCPU, PERCPU_POINTER, 8, 1);
    fixture_member(fixture, MEMBER_PERCPU_STATE, 0, 8, REDUCED);
    fixture_member(fixture, MEMBER_PERCPU_STATE_PREV, PREVIOUS, 8, REDUCED);
    fixture_enumerator(fixture, ENUMERATOR_MEMCG_NR_STAT, ITEMS);
    fixture_symbol(fixture, SYMBOL_MEMCG_STATS_INDEX, MAP);
    fixture->bytes[MAP - FIXTURE_START + ITEM_ANON] = ANON_AT;
    fixture->bytes[MAP - FIXTURE_START + ITEM_FILE] = 0xff; /* not counted for groups */
    fixture->bytes[MAP - FIXTURE_START + ITEM_SHMEM] = SHMEM_AT;
    for (uint64_t group = ROOT; group <= GONE; group += A - ROOT)
        fixture_word(fixture, group + STAT, group + VMSTATS);
    fixture_word(fixture, A + VMSTATS + 8 * SHMEM_AT, 10);
    fixture_word(fixture, A + VMSTATS + PENDING + 8 * SHMEM_AT, 5);
    fixture_word(fixture, A + PERCPU + 8 * SHMEM_AT, 9);
    fixture_word(fixture, A + PERCPU + PREVIOUS + 8 * SHMEM_AT, 7);
}

static void test_what_no_flush_has_carried_up_is_added(void **state)
{
    (void)state;
    static struct fixture fixture;
    make_reduced(&fixture);
    assert_int_equal(stat_of(&fixture, A, "shmem_bytes").value, (10 + 5 + 9 - 7) * 4096);
    assert_int_equal(stat_of(&fixture, ROOT, "shmem_bytes").value, (5 + 9 - 7) * 4096);
    assert_true(stat_of(&fixture, A, "anon_bytes").known);
    assert_false(stat_of(&fixture, A, "file_bytes").known);
}

/* 6.10 counted the map's numbers from 1, with 0 for what is not counted. */
static void test_a_map_that_counts_from_one_is_known_by_its_first_item(void **state)
{
    (void)state;
    static struct fixture fixture;
    make_reduced(&fixture);
    fixture.bytes[MAP - FIXTURE_START + ITEM_ANON] = 1;
    fixture.bytes[MAP - FIXTURE_START + ITEM_FILE] = 0;
    fixture.bytes[MAP - FIXTURE_START + ITEM_SHMEM] = 2;
    assert_int_equal(stat_of(&fixture, A, "shmem_bytes").value, (10 + 5 + 9 - 7) * 4096);
    assert_false(stat_of(&fixture, A, "file_bytes").known);
}

/* 4.18: stat[] and its CPUs' rest are of one group alone; sums are made over the tree. */
static void test_local_counts_are_added_up_the_tree(void **state)
{
    (void)state;
    static struct fixture fixture;
    make_groups(&fixture);
    fixture_member(&fixture, MEMBER_MEMCG_OLD_STAT, STAT, 8, ITEMS);
    fixture_member(&fixture, MEMBER_MEMCG_PERCPU, PERCPU_POINTER, 8, 1);
    fixture_member(&fixture, MEMBER_PERCPU_STATE, 0, 8, ITEMS);
    set_items(&fixture, ROOT + STAT, 1, 0);
    set_items(&fixture, A + STAT, 10, 0);
    set_items(&fixture, GONE + STAT, 100, 0);
    set_items(&fixture, GONE + PERCPU + NEXT_CPU, 1000, 0);
    assert_int_equal(stat_of(&fixture, ROOT, "anon_bytes").value, 1111 * 4096);
    assert_int_equal(stat_of(&fixture, A, "anon_bytes").value, 1110 * 4096);
}

static void test_counts_that_the_dump_lacks_are_unknown_not_zero(void **state)
{
    (void)state;
    static struct fixture fixture;
    make_reduced(&fixture);
    fixture_word(&fixture, GONE + PERCPU_POINTER, 0x900000);
    assert_false(stat_of(&fixture, GONE, "shmem_bytes").known);
    assert_false(stat_of(&fixture, A, "shmem_bytes").known); /* its sum has a hole */
}

static void test_a_limit_of_max_is_no_limit(void **state)
{
    (void)state;
    static struct fixture fixture;
    make_groups(&fixture);
    fixture_word(&fixture, A + MEMORY, 5);
    fixture_word(&fixture, A + MEMORY + 8, INT64_MAX / 4096);
    fixture_word(&fixture, A + MEMORY + 16, 7);
    struct page_counter counter = page_counter_read(&fixture.kernel, A, MEMBER_MEMCG_MEMORY);
    assert_int_equal(counter.usage.value, 5 * 4096);
    assert_false(counter.limit.known);
    assert_int_equal(counter.failcnt.value, 7);
    assert_false(counter.high.known);
    fixture_word(&fixture, A + MEMORY + 8, 512);
    counter = page_counter_read(&fixture.kernel, A, MEMBER_MEMCG_MEMORY);
    assert_int_equal(counter.limit.value, 512 * 4096);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_tree_and_the_ids_give_every_group_once),
        cmocka_unit_test(test_a_broken_list_of_children_ends_with_a_word),
        cmocka_unit_test(test_ids_that_cannot_be_read_are_said_to_be_missing),
        cmocka_unit_test(test_a_path_that_leads_in_a_circle_is_unknown),
        cmocka_unit_test(test_batches_of_all_cpus_below_are_added),
        cmocka_unit_test(test_what_no_flush_has_carried_up_is_added),
        cmocka_unit_test(test_a_map_that_counts_from_one_is_known_by_its_first_item),
        cmocka_unit_test(test_local_counts_are_added_up_the_tree),
        cmocka_unit_test(test_counts_that_the_dump_lacks_are_unknown_not_zero),
        cmocka_unit_test(test_a_limit_of_max_is_no_limit),
    };
    return cmocka_run_group_tests_name("dump_cgroups", tests, NULL, NULL);
}
