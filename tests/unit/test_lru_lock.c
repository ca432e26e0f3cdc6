#include "parsers/kernel/lru_lock.h"
#include "tests/unit/kernel_fixture.h"

enum {
    NODE = 0x100000,
    LOCK = 0x40,
    GROUP = 0x101000,
    PART = 0x102000,
    NODES_OF_GROUP = 0x80,
    LRUVEC = 8
};

/* CPU 2 is last in the queue (its number plus one, from bit 18 on), another waits at its head
 * (bit 8), a third holds the lock (bits 0 to 7). */
enum { HELD = 1, HELD_AND_TWO_WAIT = 3 << 18 | 1 << 8 | 1 };

struct seen {
    struct lru_lock last;
    unsigned count;
};

static void see(void *context, const struct lru_lock *lock)
{
    struct seen *seen = context;
    seen->last = *lock;
    seen->count++;
}

static void make(struct fixture *fixture)
{
    fixture_init(fixture);
    fixture_symbol(fixture, SYMBOL_CONTIG_PAGE_DATA, NODE);
}

static void test_the_lock_of_a_node_is_decoded(void **state)
{
    static struct fixture fixture;
    const struct memcg_tree none = {.count = 0};
    struct seen seen = {.count = 0};
    (void)state;
    make(&fixture);
    fixture_member(&fixture, MEMBER_NODE_LRU_LOCK, LOCK, 4, 1);
    fixture_word(&fixture, NODE + LOCK, HELD_AND_TWO_WAIT);
    assert_int_equal(lru_locks_visit(&fixture.kernel, &none, see, &seen), 1);
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.last.group, MEMCG_NONE);
    assert_true(seen.last.is_locked);
    assert_true(seen.last.is_pending);
    assert_true(seen.last.tail_cpu.known);
    assert_int_equal(seen.last.tail_cpu.value, 2);
}

static void test_a_free_lock_is_counted_and_not_told(void **state)
{
    static struct fixture fixture;
    const struct memcg_tree none = {.count = 0};
    struct seen seen = {.count = 0};
    (void)state;
    make(&fixture);
    fixture_member(&fixture, MEMBER_NODE_LRU_LOCK, LOCK, 4, 1);
    assert_int_equal(lru_locks_visit(&fixture.kernel, &none, see, &seen), 1);
    assert_int_equal(seen.count, 0);
}

/* Since 5.11; the node has none any more. */
static void test_the_lock_of_a_group_is_told_with_the_group(void **state)
{
    static struct fixture fixture;
    struct memcg group = {.address = GROUP};
    const struct memcg_tree groups = {.groups = &group, .count = 1};
    struct seen seen = {.count = 0};
    (void)state;
    make(&fixture);
    fixture_member(&fixture, MEMBER_MEMCG_NODEINFO, NODES_OF_GROUP, 8, 0);
    fixture_member(&fixture, MEMBER_PER_NODE_LRUVEC, LRUVEC, 0x200, 1);
    fixture_member(&fixture, MEMBER_LRUVEC_LOCK, LOCK, 4, 1);
    fixture_word(&fixture, GROUP + NODES_OF_GROUP, PART);
    fixture_word(&fixture, PART + LRUVEC + LOCK, HELD);
    assert_int_equal(lru_locks_visit(&fixture.kernel, &groups, see, &seen), 1);
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.last.group, 0);
    assert_true(seen.last.is_locked);
    assert_false(seen.last.is_pending);
    assert_false(seen.last.tail_cpu.known);
}

static void test_without_types_no_lock_is_looked_at(void **state)
{
    static struct fixture fixture;
    const struct memcg_tree none = {.count = 0};
    struct seen seen = {.count = 0};
    (void)state;
    make(&fixture);
    assert_int_equal(lru_locks_visit(&fixture.kernel, &none, see, &seen), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_lock_of_a_node_is_decoded),
        cmocka_unit_test(test_a_free_lock_is_counted_and_not_told),
        cmocka_unit_test(test_the_lock_of_a_group_is_told_with_the_group),
        cmocka_unit_test(test_without_types_no_lock_is_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
