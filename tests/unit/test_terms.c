#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyzer/terms.h"

static void test_terms__unknown_is_the_first_of_every_vocabulary(void **state)
{
    (void)state;
    for (int id = 0; id < VOCABULARY_COUNT; id++) {
        assert_string_equal(term_name((enum vocabulary_id)id, 0), "unknown");
        assert_int_equal(term_find((enum vocabulary_id)id, SLICE("unknown")), 0);
    }
}

static void test_terms__name_and_value_lead_to_each_other(void **state)
{
    (void)state;
    for (int id = 0; id < VOCABULARY_COUNT; id++) {
        const struct vocabulary *vocabulary = vocabulary_get((enum vocabulary_id)id);
        for (int value = 0; value < vocabulary->count; value++) {
            const char *name = term_name((enum vocabulary_id)id, value);
            assert_int_equal(term_find((enum vocabulary_id)id, slice_from_string(name)), value);
        }
    }
}

static void test_terms__out_of_range_reads_as_unknown(void **state)
{
    (void)state;
    assert_string_equal(term_name(VOCABULARY_KIND, -1), "unknown");
    assert_string_equal(term_name(VOCABULARY_KIND, KIND_COUNT), "unknown");
    assert_int_equal(term_find(VOCABULARY_KIND, SLICE("oom")), -1);
    assert_int_equal(term_find(VOCABULARY_KIND, SLICE("")), -1);
    assert_int_equal(term_find(VOCABULARY_KIND, SLICE("oom-kill2")), -1);
}

/* The words that records promise; a rename breaks every reader of them. */
static void test_terms__words_of_the_record_are_these(void **state)
{
    (void)state;
    static const struct {
        enum vocabulary_id id;
        int value;
        const char *word;
    } rows[] = {
        {VOCABULARY_KIND, KIND_OOM_NO_KILL, "oom-no-kill"},
        {VOCABULARY_KIND, KIND_CHARGE_STALL, "charge-stall"},
        {VOCABULARY_SCOPE, SCOPE_MEMPOLICY, "mempolicy"},
        {VOCABULARY_LIMIT, LIMIT_MEMSW, "memsw"},
        {VOCABULARY_CHARGE_PATH, CHARGE_SHMEM_FAULT, "shmem-fault"},
        {VOCABULARY_PART, PART_KERNEL_OTHER, "kernel-other"},
        {VOCABULARY_CLASS, CLASS_MEMCG_LIMIT, "memcg-limit"},
        {VOCABULARY_CONFIDENCE, CONFIDENCE_HIGH, "high"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(term_name(rows[i].id, rows[i].value), rows[i].word);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms__unknown_is_the_first_of_every_vocabulary),
        cmocka_unit_test(test_terms__name_and_value_lead_to_each_other),
        cmocka_unit_test(test_terms__out_of_range_reads_as_unknown),
        cmocka_unit_test(test_terms__words_of_the_record_are_these),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
