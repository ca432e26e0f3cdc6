#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyzer/base/arena.h"

static int setup(void **state)
{
    *state = arena_create();
    return 0;
}

static int teardown(void **state)
{
    arena_destroy(*state);
    return 0;
}

static void test_arena__hands_out_zeroed_aligned_memory(void **state)
{
    for (size_t size = 1; size < 5000; size += 37) {
        unsigned char *memory = arena_allocate(*state, size);
        assert_int_equal((uintptr_t)memory % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        memset(memory, 0xa5, size); /* what the next one gets must be zeroed all the same */
        arena_copy(*state, SLICE("odd"));
    }
}

static void test_arena__copies_stay_apart_and_are_terminated(void **state)
{
    struct slice first = arena_copy(*state, SLICE("java"));
    struct slice second = arena_copy(*state, slice_of("a\0b", 3));
    assert_string_equal(first.data, "java");
    assert_int_equal(second.length, 3);
    assert_memory_equal(second.data, "a\0b", 4);
    assert_int_equal(arena_copy(*state, slice_of(NULL, 0)).length, 0);
}

static void test_arena__formats_text_of_any_length(void **state)
{
    struct slice text = arena_format(*state, "%*d", 100000, 7);
    assert_int_equal(text.length, 100000);
    assert_int_equal(text.data[99999], '7');
    assert_int_equal(text.data[100000], '\0');
}

static void test_arena__serves_one_piece_larger_than_its_blocks(void **state)
{
    unsigned char *large = arena_allocate(*state, 5 * 1024 * 1024);
    large[0] = large[5 * 1024 * 1024 - 1] = 1;
    assert_true(arena_used(*state) >= 5 * 1024 * 1024);
}

static void test_arena__folded_comes_back_at_its_addresses(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct slice text = arena_copy(arena, SLICE("java"));
    unsigned char *large = arena_allocate(arena, 3 * 1024 * 1024);
    memset(large, 0xa5, 3 * 1024 * 1024);
    size_t used = arena_used(arena);
    for (int turn = 0; turn < 3; turn++) {
        arena_fold(arena);
        arena_unfold(arena);
        assert_string_equal(text.data, "java");
        for (size_t i = 0; i < 3 * 1024 * 1024; i += 4096)
            assert_int_equal(large[i], 0xa5);
    }
    assert_int_equal(arena_used(arena), used);
    arena_destroy(arena);
}

static void test_arena__folded_again_forgets_what_was_added(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    char *kept = arena_allocate(arena, 8);
    memcpy(kept, "kept", 5);
    size_t used = arena_used(arena);
    arena_fold(arena);
    arena_unfold(arena);
    memcpy(kept, "gone", 5);
    arena_allocate(arena, 5 * 1024 * 1024);
    arena_fold(arena);
    arena_unfold(arena);
    assert_string_equal(kept, "kept");
    assert_int_equal(arena_used(arena), used);
    assert_int_equal(((char *)arena_allocate(arena, 100))[99], 0);
    arena_destroy(arena);
}

static void test_arena__folded_can_be_freed(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    arena_fold(arena); /* nothing in it */
    arena_unfold(arena);
    arena_copy(arena, SLICE("java"));
    arena_fold(arena);
    arena_destroy(arena);
}

static void test_arena__grown_array_keeps_its_elements(void **state)
{
    struct {
        uint32_t *items;
        size_t count;
    } list = {0};
    for (uint32_t i = 0; i < 100000; i++) {
        uint32_t *item = ARENA_PUSH((struct arena *)*state, list.items, list.count);
        assert_int_equal(*item, 0);
        *item = i;
    }
    for (uint32_t i = 0; i < 100000; i++)
        assert_int_equal(list.items[i], i);
}

static void test_arena__growth_costs_at_most_four_times_the_array(void **state)
{
    struct {
        uint64_t *items;
        size_t count;
    } list = {0};
    for (uint64_t i = 0; i < 65536; i++)
        *ARENA_PUSH((struct arena *)*state, list.items, list.count) = i;
    assert_true(arena_used(*state) <= 4 * 65536 * sizeof *list.items);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_arena__hands_out_zeroed_aligned_memory),
        CASE(test_arena__copies_stay_apart_and_are_terminated),
        CASE(test_arena__formats_text_of_any_length),
        CASE(test_arena__serves_one_piece_larger_than_its_blocks),
        CASE(test_arena__folded_comes_back_at_its_addresses),
        CASE(test_arena__folded_again_forgets_what_was_added),
        CASE(test_arena__folded_can_be_freed),
        CASE(test_arena__grown_array_keeps_its_elements),
        CASE(test_arena__growth_costs_at_most_four_times_the_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
