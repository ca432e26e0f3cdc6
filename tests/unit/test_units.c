#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyzer/base/units.h"

struct row {
    int64_t value;
    const char *printed;
};

static void check(struct slice (*print)(struct arena *, int64_t), const struct row *rows,
                  size_t count)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < count; i++) {
        struct slice text = print(arena, rows[i].value);
        assert_int_equal(text.length, strlen(rows[i].printed));
        assert_memory_equal(text.data, rows[i].printed, text.length);
    }
    arena_destroy(arena);
}

#define CHECK(print, ...)                               \
    do {                                                \
        static const struct row rows[] = {__VA_ARGS__}; \
        check(print, rows, sizeof rows / sizeof *rows); \
    } while (0)

/* 35651584 kB, the seed reports' memory+swap limit, are 34 * 1048576 kB. */
static void test_units__bytes_in_the_largest_unit_with_a_digit_before_the_point(void **state)
{
    (void)state;
    CHECK(bytes_print, {0, "0 B"}, {17, "17 B"}, {1023, "1023 B"}, {1024, "1 KiB"},
          {512 * 1024, "512 KiB"}, {1536, "1.5 KiB"}, {INT64_C(35651584) * 1024, "34.0 GiB"},
          {INT64_C(28013264) * 1024, "26.7 GiB"}, {INT64_C(1) << 40, "1.0 TiB"});
}

static void test_units__bytes_never_round_up_to_1024_of_a_unit(void **state)
{
    (void)state;
    CHECK(bytes_print, {1024 * 1024 - 1, "1.0 MiB"}, {INT64_C(1024) * 1024 * 1024 - 1, "1.0 GiB"});
}

static void test_units__bytes_may_be_negative_or_as_large_as_they_get(void **state)
{
    (void)state;
    CHECK(bytes_print, {-4 * 1024 * 1024, "-4.0 MiB"}, {-17, "-17 B"}, {INT64_MAX, "8.0 EiB"},
          {INT64_MIN, "-8.0 EiB"});
}

static void test_units__counts_have_commas_at_thousands(void **state)
{
    (void)state;
    CHECK(count_print, {0, "0"}, {999, "999"}, {1000, "1,000"}, {24892068, "24,892,068"},
          {-1000, "-1,000"}, {-999, "-999"}, {INT64_MIN, "-9,223,372,036,854,775,808"});
}

static void test_units__shares_are_percent_with_a_tenth_below_one(void **state)
{
    (void)state;
    CHECK(permille_print, {0, "0 %"}, {4, "0.4 %"}, {10, "1 %"}, {863, "86 %"}, {865, "87 %"},
          {994, "99 %"}, {995, "99.5 %"}, {999, "99.9 %"}, {1000, "100 %"}, {1004, "100 %"},
          {-4, "-0.4 %"}, {-865, "-87 %"});
}

static void test_units__durations_use_two_units_at_most(void **state)
{
    (void)state;
    CHECK(duration_print, {0, "0.0 s"}, {200000, "0.2 s"}, {42 * 1000000, "42 s"},
          {INT64_C(200) * 1000000, "3 min 20 s"}, {INT64_C(7500) * 1000000, "2 h 05 min"},
          {INT64_C(356400) * 1000000, "4 d 3 h"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_units__bytes_in_the_largest_unit_with_a_digit_before_the_point),
        cmocka_unit_test(test_units__bytes_never_round_up_to_1024_of_a_unit),
        cmocka_unit_test(test_units__bytes_may_be_negative_or_as_large_as_they_get),
        cmocka_unit_test(test_units__counts_have_commas_at_thousands),
        cmocka_unit_test(test_units__shares_are_percent_with_a_tenth_below_one),
        cmocka_unit_test(test_units__durations_use_two_units_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
