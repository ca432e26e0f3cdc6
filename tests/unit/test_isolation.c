/* What a dump's reader, in its own process, does to itself: one failure, in words that are true. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyzer/base/arena.h"
#include "parsers/vmcore/isolation.h"

struct heard {
    char notes[80], failure[300];
};

static void take_failure(void *context, const char *path, struct error *error)
{
    struct heard *heard = context;
    assert_string_equal(path, "samples");
    assert_string_equal(heard->failure, "");
    snprintf(heard->failure, sizeof heard->failure, "%s", error_message(error));
    error_destroy(error);
}

static void take_note(void *context, const char *path, const char *what)
{
    struct heard *heard = context;
    (void)path;
    snprintf(heard->notes, sizeof heard->notes, "%s", what);
}

static struct heard hear(isolated_reader *read)
{
    static const atomic_bool never = false;
    struct heard heard = {.failure = ""};
    const struct source_visitor visitor = {
        .context = &heard, .failed = take_failure, .note = take_note};
    isolate("samples", &visitor, read, NULL, &never);
    return heard;
}

static void read_well(const char *path, const struct source_visitor *visitor, void *context)
{
    (void)context;
    visitor->note(visitor->context, path, "read");
}

static void read_and_exit(const char *path, const struct source_visitor *visitor, void *context)
{
    read_well(path, visitor, context);
    isolated_doing(visitor, "the log was read");
    _exit(99);
}

static void read_and_swell(const char *path, const struct source_visitor *visitor, void *context)
{
    (void)path, (void)context;
    isolated_doing(visitor, "the log was read");
    die_out_of_memory();
}

static void read_and_crash(const char *path, const struct source_visitor *visitor, void *context)
{
    (void)path, (void)visitor, (void)context;
    raise(SIGSEGV);
}

static void test_isolation__of_a_sound_reader_fails_nothing(void **state)
{
    (void)state;
    struct heard heard = hear(read_well);
    assert_string_equal(heard.notes, "read");
    assert_string_equal(heard.failure, "");
}

static void test_isolation__names_what_ended_the_reader(void **state)
{
    (void)state;
    struct heard heard = hear(read_and_exit);
    assert_string_equal(heard.notes, "read");
    assert_non_null(strstr(heard.failure, "status 99 after the log was read"));
    assert_null(strstr(heard.failure, "GiB"));
    heard = hear(read_and_swell);
    assert_non_null(strstr(heard.failure, "more than 2 GiB of memory while the log was read"));
    heard = hear(read_and_crash);
    assert_non_null(strstr(heard.failure, "crashed (signal 11"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_isolation__of_a_sound_reader_fails_nothing),
        cmocka_unit_test(test_isolation__names_what_ended_the_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
