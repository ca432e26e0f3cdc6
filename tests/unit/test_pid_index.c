#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsers/log/pid_index.h"

static void test_pid_index__finds_every_pid_where_it_was_put(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct pid_index index = {0};
    size_t place = 0;
    for (int64_t pid = 0; pid < INT64_C(1) << PID_BITS; pid += 4099)
        pid_index_add(arena, &index, pid, place++);
    place = 0;
    for (int64_t pid = 0; pid < INT64_C(1) << PID_BITS; pid += 4099) {
        assert_int_equal(pid_index_find(&index, pid), place++);
        assert_int_equal(pid_index_find(&index, pid + 1), SLICE_NOT_FOUND);
    }
    arena_destroy(arena);
}

static void test_pid_index__keeps_the_first_place_of_a_pid(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct pid_index index = {0};
    pid_index_add(arena, &index, 77, 5);
    pid_index_add(arena, &index, 77, 6);
    assert_int_equal(pid_index_find(&index, 77), 5);
    arena_destroy(arena);
}

static void test_pid_index__does_not_keep_what_is_no_pid(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct pid_index index = {0};
    static const int64_t numbers[] = {-1, INT64_MIN, INT64_MAX, INT64_C(1) << PID_BITS};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        pid_index_add(arena, &index, numbers[i], i);
        assert_int_equal(pid_index_find(&index, numbers[i]), SLICE_NOT_FOUND);
    }
    assert_null(index.root);
    assert_int_equal(pid_index_find(&index, 0), SLICE_NOT_FOUND);
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pid_index__finds_every_pid_where_it_was_put),
        cmocka_unit_test(test_pid_index__keeps_the_first_place_of_a_pid),
        cmocka_unit_test(test_pid_index__does_not_keep_what_is_no_pid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
