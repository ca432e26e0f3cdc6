#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/vmcore_fixture.h"

#define CPU UINT32_C(0x80000000)

static void expect_log(struct dead_kernel *kernel, const char *text, uint64_t unreadable,
                       uint64_t broken)
{
    assert_null(dead_log(kernel));
    assert_string_equal(kernel->text, text);
    assert_int_equal(kernel->account.unreadable, unreadable);
    assert_int_equal(kernel->account.broken, broken);
    dead_kernel_destroy(kernel);
}

static void expect_error(struct dead_kernel *kernel, const char *what)
{
    struct error *error = dead_log(kernel);
    assert_non_null(error);
    assert_non_null(strstr(error_message(error), what));
    error_destroy(error);
    dead_kernel_destroy(kernel);
}

/* ---- the ring since 5.10 */

static void test_ring__records_come_in_order_with_priority_time_and_caller(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_ring_create(7);
    dead_ring_add(kernel, 1, 6, 1, "booted");
    dead_ring_add(kernel, 12345678, 30, CPU | 3, "from user space");
    expect_log(kernel,
               "<6>[    1.000000][    T1] booted\n"
               "<30>[12345678.000000][    C3] from user space\n",
               0, 0);
}

static void test_ring__a_text_of_many_lines_repeats_the_prefix(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_ring_create(0);
    dead_ring_add(kernel, 2, 4, 1, "one\ntwo\n\nfour");
    expect_log(kernel,
               "<4>[    2.000000][    T1] one\n<4>[    2.000000][    T1] two\n"
               "<4>[    2.000000][    T1] \n<4>[    2.000000][    T1] four\n",
               0, 0);
}

static void test_ring__a_block_over_the_end_lies_at_the_start(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_ring_create(0);
    kernel->lpos = 5 * RING_SIZE - 16;
    dead_ring_add(kernel, 3, 4, 1, "does not fit into sixteen");
    assert_memory_equal(kernel->memory + DEAD_TEXTS + 8, "does not fit", 12);
    expect_log(kernel, "<4>[    3.000000][    T1] does not fit into sixteen\n", 0, 0);
}

/* Newer kernels fill the ring to its last byte: `next` is then the start of the following lap. */
static void test_ring__a_block_up_to_the_last_byte_lies_before_it(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_ring_create(0);
    uint64_t id = dead_ring_add(kernel, 3, 4, 1, "12345678");
    size_t last = RING_SIZE - 16;
    dead_put(kernel, dead_desc(id) + 8, last, 8);
    dead_put(kernel, dead_desc(id) + 16, RING_SIZE, 8);
    dead_put(kernel, DEAD_TEXTS + last, id, 8);
    memcpy(kernel->memory + DEAD_TEXTS + last + 8, "at  end.", 8);
    expect_log(kernel, "<4>[    3.000000][    T1] at  end.\n", 0, 0);
}

static void test_ring__ids_wrap_below_the_state_bits(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_ring_create(DEAD_ID_MASK);
    dead_ring_add(kernel, 1, 4, 1, "last");
    dead_ring_add(kernel, 2, 4, 1, "first");
    expect_log(kernel, "<4>[    1.000000][    T1] last\n<4>[    2.000000][    T1] first\n", 0, 0);
}

static void test_ring__what_is_reserved_or_reusable_is_no_record(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_ring_create(0);
    uint64_t reserved = dead_ring_add(kernel, 1, 4, 1, "being written");
    uint64_t reusable = dead_ring_add(kernel, 1, 4, 1, "gone");
    uint64_t committed = dead_ring_add(kernel, 1, 4, 1, "may be continued");
    dead_put(kernel, dead_desc(reserved), reserved, 8);
    dead_put(kernel, dead_desc(reusable), UINT64_C(3) << 62 | reusable, 8);
    dead_put(kernel, dead_desc(committed), UINT64_C(1) << 62 | committed, 8);
    expect_log(kernel, "<4>[    1.000000][    T1] may be continued\n", 0, 0);
}

static void test_ring__a_text_that_is_lost_or_overwritten_is_counted(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_ring_create(0);
    uint64_t lost = dead_ring_add(kernel, 1, 4, 1, "lost");
    uint64_t overwritten = dead_ring_add(kernel, 1, 4, 1, "overwritten");
    uint64_t longer = dead_ring_add(kernel, 1, 4, 1, "longer than its block");
    uint64_t foreign = dead_ring_add(kernel, 1, 4, 1, "descriptor of another lap");
    uint64_t empty = dead_ring_add(kernel, 1, 4, 1, "");
    dead_ring_add(kernel, 2, 4, 1, "good");
    dead_put(kernel, dead_desc(lost) + 8, 1, 8);
    dead_put(kernel, dead_desc(lost) + 16, 1, 8);
    dead_put(kernel, DEAD_TEXTS + 16, overwritten + RING_COUNT, 8);
    dead_put(kernel, dead_info(longer) + 16, 1000, 2);
    dead_put(kernel, dead_desc(foreign), UINT64_C(2) << 62 | (foreign + RING_COUNT), 8);
    dead_put(kernel, dead_desc(empty) + 8, 3, 8);
    dead_put(kernel, dead_desc(empty) + 16, 3, 8);
    expect_log(kernel, "<4>[    1.000000][    T1] \n<4>[    2.000000][    T1] good\n", 0, 4);
}

static void test_ring__a_tail_out_of_reach_gives_the_newest(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_ring_create(0);
    dead_ring_add(kernel, 1, 4, 1, "good");
    dead_put(kernel, DEAD_RING + 32, DEAD_ID_MASK / 2, 8);
    expect_log(kernel, "<4>[    1.000000][    T1] good\n", 0, 1);
}

static void test_ring__what_the_dump_does_not_hold_is_counted(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_ring_create(0);
    dead_ring_add(kernel, 1, 4, 1, "excluded");
    dead_ring_add(kernel, 2, 4, 1, "held");
    kernel->absent_from = DEAD_TEXTS;
    kernel->absent_to = DEAD_TEXTS + 8;
    expect_log(kernel, "<4>[    2.000000][    T1] held\n", 1, 0);
    kernel = dead_ring_create(0);
    dead_ring_add(kernel, 1, 4, 1, "no descriptors");
    kernel->absent_from = DEAD_DESCS;
    kernel->absent_to = DEAD_INFOS;
    expect_log(kernel, "", 1, 0);
}

static void test_ring__a_head_that_is_absent_or_absurd_is_an_error(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_ring_create(0);
    kernel->absent_from = DEAD_RING;
    kernel->absent_to = DEAD_RING + 8;
    expect_error(kernel, "head of its log buffer is not in it");
    kernel = dead_ring_create(0);
    dead_put(kernel, DEAD_RING, 63, 4);
    expect_error(kernel, "head of its log buffer is broken");
}

static void test_ring__a_text_with_a_nul_is_torn(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_ring_create(0);
    dead_ring_add(kernel, 1, 4, 1, "anon-rss:12345kB");
    memset(kernel->memory + DEAD_TEXTS + 8 + 11, 0, 5); /* a page that reads as zeros */
    expect_log(kernel, "", 0, 1);
}

static void test_ring__the_sink_can_end_it(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_ring_create(0);
    dead_ring_add(kernel, 1, 4, 1, "enough");
    dead_ring_add(kernel, 1, 4, 1, "too much");
    kernel->stop_after = 1;
    assert_null(dead_log(kernel));
    assert_null(strstr(kernel->text, "too much"));
    assert_int_equal(kernel->account.records, 1);
    dead_kernel_destroy(kernel);
}

/* ---- the records before */

static void test_records__come_in_order_and_over_the_end(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_records_create("printk_log", true);
    char text[200];
    for (size_t i = 0; i < 4; i++) {
        snprintf(text, sizeof text, "%0180zu", i);
        dead_records_add(kernel, 1, 6, 1, text);
    }
    kernel->memory[DEAD_LOG_BUF + 12] = 200; /* log_first_idx: the first was overwritten */
    snprintf(text, sizeof text, "%0100d", 4);
    dead_records_add(kernel, 2, 12, CPU | 1, text);
    dead_records_add(kernel, 2, 12, CPU | 1, text);
    assert_null(dead_log(kernel));
    assert_int_equal(kernel->account.records, 5);
    assert_int_equal(kernel->account.broken, 0);
    assert_memory_equal(kernel->text, "<6>[    1.000000][    T1] 000", 29);
    assert_non_null(strstr(kernel->text, "0003\n<12>[    2.000000][    C1] 000"));
    assert_string_equal(kernel->text + kernel->length - 4, "004\n");
    dead_kernel_destroy(kernel);
}

static void test_records__the_struct_of_3_10_has_no_caller(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_records_create("log", false);
    dead_records_add(kernel, 1, 6, 1, "one\ntwo");
    expect_log(kernel, "<6>[    1.000000] one\n<6>[    1.000000] two\n", 0, 0);
}

static void test_records__a_broken_length_ends_the_walk(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_records_create("printk_log", true);
    dead_records_add(kernel, 1, 6, 1, "good");
    size_t torn = dead_records_add(kernel, 1, 6, 1, "torn");
    dead_records_add(kernel, 1, 6, 1, "nobody finds it");
    dead_put(kernel, torn + 8, 3, 2);
    expect_log(kernel, "<6>[    1.000000][    T1] good\n", 0, 1);
}

static void test_records__a_walk_that_misses_the_end_ends(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_records_create("printk_log", true);
    dead_records_add(kernel, 1, 6, 1, "good");
    dead_put(kernel, DEAD_LOG_BUF + 16, 7, 4); /* in the middle of it */
    expect_log(kernel, "<6>[    1.000000][    T1] good\n", 0, 1);
}

static void test_records__an_empty_buffer_is_no_error(void **state)
{
    (void)state;
    expect_log(dead_records_create("printk_log", true), "", 0, 0);
}

/* ---- what says where */

static void test_layout__a_key_that_is_missing_is_named(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_ring_create(0);
    strstr(kernel->info, "OFFSET(prb_desc_ring.infos)")[0] = '#';
    expect_error(kernel, "lacks OFFSET(prb_desc_ring.infos)");
}

static void test_layout__no_log_buffer_is_an_error(void **state)
{
    (void)state;
    expect_error(dead_kernel_create(), "names no log buffer");
}

static void test_layout__a_member_outside_its_struct_is_an_error(void **state)
{
    (void)state;
    struct dead_kernel *kernel = dead_ring_create(0);
    memcpy(strstr(kernel->info, "SIZE(prb_desc)=24"), "SIZE(prb_desc)=16", 17);
    expect_error(kernel, "contradicts itself");
}

/* Every walk is bounded and stays inside: 2,000 flips of a byte of each shape. */
static void flip_and_read(struct dead_kernel *(*create)(void), size_t most)
{
    uint64_t random = 1;
    for (size_t i = 0; i < 2000; i++) {
        struct dead_kernel *kernel = create();
        size_t info = strlen(kernel->info), at = dead_random(&random) % (DEAD_INFO_PAGE + info);
        unsigned char flip = (unsigned char)(1 + dead_random(&random) % 255);
        if (at < DEAD_INFO_PAGE)
            kernel->memory[at] ^= flip;
        else
            kernel->info[at - DEAD_INFO_PAGE] ^= (char)flip;
        error_destroy(dead_log(kernel));
        assert_true(kernel->account.records <= most);
        dead_kernel_destroy(kernel);
    }
}

static struct dead_kernel *full_ring(void)
{
    struct dead_kernel *kernel = dead_ring_create(3);
    for (size_t i = 0; i < RING_COUNT; i++)
        dead_ring_add(kernel, i, 4, 1, "a line of the log");
    return kernel;
}

static struct dead_kernel *full_records(void)
{
    struct dead_kernel *kernel = dead_records_create("printk_log", true);
    for (size_t i = 0; i < 20; i++)
        dead_records_add(kernel, i, 4, 1, "a line of the log");
    return kernel;
}

static void test_hostile__flipped_bytes_end_in_fewer_records(void **state)
{
    (void)state;
    flip_and_read(full_ring, RING_COUNT);
    flip_and_read(full_records, RING_SIZE / RECORD_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ring__records_come_in_order_with_priority_time_and_caller),
        cmocka_unit_test(test_ring__a_text_of_many_lines_repeats_the_prefix),
        cmocka_unit_test(test_ring__a_block_over_the_end_lies_at_the_start),
        cmocka_unit_test(test_ring__a_block_up_to_the_last_byte_lies_before_it),
        cmocka_unit_test(test_ring__ids_wrap_below_the_state_bits),
        cmocka_unit_test(test_ring__what_is_reserved_or_reusable_is_no_record),
        cmocka_unit_test(test_ring__a_text_that_is_lost_or_overwritten_is_counted),
        cmocka_unit_test(test_ring__a_tail_out_of_reach_gives_the_newest),
        cmocka_unit_test(test_ring__what_the_dump_does_not_hold_is_counted),
        cmocka_unit_test(test_ring__a_head_that_is_absent_or_absurd_is_an_error),
        cmocka_unit_test(test_ring__a_text_with_a_nul_is_torn),
        cmocka_unit_test(test_ring__the_sink_can_end_it),
        cmocka_unit_test(test_records__come_in_order_and_over_the_end),
        cmocka_unit_test(test_records__the_struct_of_3_10_has_no_caller),
        cmocka_unit_test(test_records__a_broken_length_ends_the_walk),
        cmocka_unit_test(test_records__a_walk_that_misses_the_end_ends),
        cmocka_unit_test(test_records__an_empty_buffer_is_no_error),
        cmocka_unit_test(test_layout__a_key_that_is_missing_is_named),
        cmocka_unit_test(test_layout__no_log_buffer_is_an_error),
        cmocka_unit_test(test_layout__a_member_outside_its_struct_is_an_error),
        cmocka_unit_test(test_hostile__flipped_bytes_end_in_fewer_records),
    };
    return cmocka_run_group_tests_name("vmcore_printk", tests, NULL, NULL);
}
