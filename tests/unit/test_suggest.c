#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyzer/base/suggest.h"

static const char *const names[] = {"format", "fail-on", "memcg.memory.usage", "where"};

static const char *nearest(const char *word)
{
    return suggest(slice_from_string(word), names, sizeof names / sizeof *names);
}

static void test_suggest__finds_one_wrong_letter(void **state)
{
    (void)state;
    assert_string_equal(nearest("formet"), "format");
    assert_string_equal(nearest("memcg.memory.usgae"), "memcg.memory.usage");
}

static void test_suggest__counts_a_swap_as_one_step(void **state)
{
    (void)state;
    assert_string_equal(nearest("wehre"), "where"); /* two replacements would be too far */
}

static void test_suggest__says_nothing_for_another_word(void **state)
{
    (void)state;
    assert_null(nearest("zzzzzz"));
    assert_null(nearest(""));
}

static void test_suggest__survives_a_word_longer_than_its_table(void **state)
{
    (void)state;
    char word[1000];
    for (size_t i = 0; i < sizeof word; i++)
        word[i] = 'f';
    assert_null(suggest(slice_of(word, sizeof word), names, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_suggest__finds_one_wrong_letter),
        cmocka_unit_test(test_suggest__counts_a_swap_as_one_step),
        cmocka_unit_test(test_suggest__says_nothing_for_another_word),
        cmocka_unit_test(test_suggest__survives_a_word_longer_than_its_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
