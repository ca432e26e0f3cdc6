#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "parsers/vmcore/isolation.h"

/* What arrived, in order. */
struct told {
    char text[1024];
    bool is_enough;
};

static void add(struct told *told, const char *what, const char *text, size_t length)
{
    size_t used = strlen(told->text);
    snprintf(told->text + used, sizeof told->text - used, "%s %.*s\n", what, (int)length, text);
}

static bool begin(void *context, const char *path, enum source_kind kind)
{
    add(context, kind == SOURCE_VMCORE ? "begin" : "begin?", path, strlen(path));
    return true;
}

static bool data(void *context, const char *bytes, size_t length)
{
    struct told *told = context;
    add(told, "data", bytes, length);
    return !told->is_enough;
}

static void end(void *context)
{
    add(context, "end", "", 0);
}

static void failed(void *context, const char *path, struct error *error)
{
    (void)path;
    const char *message = error_message(error);
    add(context, "failed", message, strcspn(message, ";"));
    error_destroy(error);
}

static void note(void *context, const char *path, const char *what)
{
    (void)path;
    add(context, "note", what, strlen(what));
}

static void run_until(struct told *told, isolated_reader *read, const atomic_bool *stop)
{
    const struct source_visitor visitor = {
        .context = told, .begin = begin, .data = data, .end = end, .failed = failed, .note = note};
    isolate("a dump", &visitor, read, NULL, stop);
}

static void run(struct told *told, isolated_reader *read)
{
    atomic_bool never = false;
    run_until(told, read, &never);
}

#define CRASHED(signal, doing) \
    "failed a memory dump whose reader crashed (signal " signal ") while " doing "\n"

static void tell_all(const char *path, const struct source_visitor *visitor, void *context)
{
    (void)context;
    visitor->note(visitor->context, path, "first");
    visitor->begin(visitor->context, path, SOURCE_VMCORE);
    visitor->data(visitor->context, "some", 4);
    visitor->data(visitor->context, "more", 4);
    visitor->end(visitor->context);
    visitor->failed(visitor->context, path, error_create(ERROR_INPUT, "last"));
}

static void test_isolation__what_is_told_arrives_in_order(void **state)
{
    (void)state;
    struct told told = {0};
    run(&told, tell_all);
    assert_string_equal(told.text,
                        "note first\nbegin a dump\ndata some\ndata more\nend \nfailed last\n");
}

static void die_in_the_middle(const char *path, const struct source_visitor *visitor, void *context)
{
    (void)context;
    visitor->begin(visitor->context, path, SOURCE_VMCORE);
    visitor->data(visitor->context, "some", 4);
    isolated_doing(visitor, "the log was read");
    abort();
}

static void test_isolation__a_death_ends_the_stream_and_is_a_failure(void **state)
{
    (void)state;
    struct told told = {0};
    run(&told, die_in_the_middle);
    assert_string_equal(
        told.text, "begin a dump\ndata some\nend \n" CRASHED("6, Aborted", "the log was read"));
}

static void ask_for_too_much(const char *path, const struct source_visitor *visitor, void *context)
{
    (void)context;
    void *memory = mmap(NULL, (size_t)3 << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    visitor->note(visitor->context, path, memory == MAP_FAILED ? "refused" : "given");
}

static void test_isolation__memory_beyond_any_need_is_refused(void **state)
{
    (void)state;
    struct told told = {0};
    run(&told, ask_for_too_much);
    assert_string_equal(told.text, "note refused\n");
}

static void test_isolation__enough_is_no_failure(void **state)
{
    (void)state;
    struct told told = {.is_enough = true};
    run(&told, tell_all);
    assert_string_equal(told.text, "note first\nbegin a dump\ndata some\nend \n");
}

static void be_silent(const char *path, const struct source_visitor *visitor, void *context)
{
    (void)path, (void)visitor, (void)context;
    for (;;)
        pause();
}

static void *stop_soon(void *context)
{
    usleep(50 * 1000);
    *(atomic_bool *)context = true;
    return NULL;
}

static void test_isolation__a_stop_ends_a_silent_child(void **state)
{
    (void)state;
    struct told told = {0};
    atomic_bool stop = false;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, stop_soon, &stop), 0);
    run_until(&told, be_silent, &stop);
    pthread_join(thread, NULL);
    assert_string_equal(told.text, ""); /* no failure: it was asked for */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_isolation__what_is_told_arrives_in_order),
        cmocka_unit_test(test_isolation__a_death_ends_the_stream_and_is_a_failure),
        cmocka_unit_test(test_isolation__memory_beyond_any_need_is_refused),
        cmocka_unit_test(test_isolation__enough_is_no_failure),
        cmocka_unit_test(test_isolation__a_stop_ends_a_silent_child),
    };
    return cmocka_run_group_tests_name("vmcore_isolation", tests, NULL, NULL);
}
