#define _GNU_SOURCE /* fmemopen */
/* The key table is the only list of keys: the manual page says the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/keys.h"

static char *read_manual(void)
{
    enum { ROOM = 1024 * 1024 };
    FILE *file = fopen("analyzer/whyoom.1", "r");
    char *text = calloc(1, ROOM);
    assert_non_null(file);
    assert_true(fread(text, 1, ROOM - 1, file) > 0);
    fclose(file);
    return text;
}

/* As the manual writes it: '-' and '^' are escaped, and a '?' that is a word. */
static void write_roff(FILE *out, const char *text)
{
    for (; *text; text++)
        if (*text == '-')
            fputs("\\-", out);
        else if (*text == '^')
            fputs("\\(ha", out);
        else if (*text == '?')
            fputs("\\&?", out);
        else
            fputc(*text, out);
}

static void the_manual_lists_every_key_in_the_order_of_the_table(void **state)
{
    char *manual = read_manual(), *at = strstr(manual, ".Ss Keys of the browser\n");
    size_t count, listed = 0;
    const struct key_row *rows = keys_table(&count);
    (void)state;
    assert_non_null(at);
    for (size_t i = 0; i < count; i++) {
        char entry[512] = "";
        FILE *out = fmemopen(entry, sizeof entry, "w");
        fputs("\n.It Ic ", out);
        write_roff(out, rows[i].keys);
        fputc('\n', out);
        write_roff(out, rows[i].help);
        fputc('\n', out);
        fclose(out);
        char *found = strstr(at, entry);
        if (!found)
            fail_msg("not in the manual, or not in order:%s", entry);
        at = found + 1;
    }
    char *end = strstr(at, "\n.El\n");
    assert_non_null(end);
    for (at = strstr(manual, ".Ss Keys of the browser\n");
         (at = strstr(at, "\n.It Ic ")) && at < end; at++)
        listed++;
    assert_int_equal(listed, count);
    free(manual);
}

static void a_key_means_one_thing_at_one_place(void **state)
{
    size_t count;
    const struct key_row *rows = keys_table(&count);
    (void)state;
    for (size_t i = 0; i < count; i++)
        for (struct slice names = slice_from_string(rows[i].keys); names.length;) {
            struct slice name = slice_cut(&names, ' ');
            for (unsigned where = IN_LIST; where <= IN_HELP; where *= 2)
                if (rows[i].where & where)
                    assert_int_equal(key_action(name, where), rows[i].action);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_manual_lists_every_key_in_the_order_of_the_table),
        cmocka_unit_test(a_key_means_one_thing_at_one_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
