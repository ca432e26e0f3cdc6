/* Dumps of real kernels that the lab took (tests/lab): what their logs tell is what the same guests
 * wrote to their consoles. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "parsers/kernel/dump.h"
#include "parsers/log/log.h"

enum { TOLD_MAX = 64 * 1024 };

/* The incidents of one stream, a line each. */
struct told {
    struct log_reader *reader;
    char incidents[TOLD_MAX], failure[1024];
    size_t used;
};

__attribute__((format(printf, 2, 3))) static void say(struct told *told, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(told->incidents + told->used, TOLD_MAX - told->used, format, arguments);
    va_end(arguments);
    told->used += (size_t)length;
    assert_true(told->used < TOLD_MAX);
}

static void take_incident(void *context, struct incident *incident)
{
    struct told *told = context;
    say(told, "at %lld us, asked by %.*s (%lld), killed:", (long long)incident->time.monotonic_us,
        SLICE_ARG(incident->trigger.comm), (long long)incident->trigger.pid.value);
    for (size_t i = 0; i < incident->victims_count; i++)
        say(told, " %.*s (%lld)", SLICE_ARG(incident->victims[i].comm),
            (long long)incident->victims[i].pid.value);
    say(told, "\n");
    incident_destroy(incident);
}

static bool begin(void *context, const char *path, enum source_kind kind)
{
    struct told *told = context;
    told->reader = log_reader_create(path, kind, 0, take_incident, told);
    return true;
}

static bool data(void *context, const char *bytes, size_t length)
{
    log_reader_feed(((struct told *)context)->reader, bytes, length);
    return true;
}

static void end(void *context)
{
    struct told *told = context;
    log_reader_finish(told->reader);
    log_reader_destroy(told->reader);
}

static void failed(void *context, const char *path, struct error *error)
{
    struct told *told = context;
    snprintf(told->failure, sizeof told->failure, "%s: %s", path, error_message(error));
    error_destroy(error);
}

static void note(void *context, const char *path, const char *what)
{
    (void)context;
    (void)path;
    (void)what;
}

static void read_console(struct told *told, const char *path)
{
    char buffer[4096];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    begin(told, path, SOURCE_LOG);
    for (size_t got; (got = fread(buffer, 1, sizeof buffer, file)) > 0;)
        data(told, buffer, got);
    end(told);
    fclose(file);
}

static void expect_same(const char *dump)
{
    static atomic_bool stop = false;
    static struct told of_dump, of_console;
    char console[1024];
    of_dump = of_console = (struct told){0};
    const struct source_visitor visitor = {.context = &of_dump,
                                           .begin = begin,
                                           .data = data,
                                           .end = end,
                                           .failed = failed,
                                           .note = note};
    int folder = (int)(strrchr(dump, '/') - dump);
    snprintf(console, sizeof console, "%.*s/console.log", folder, dump);
    read_console(&of_console, console);
    dump_deliver(dump, &(struct dump_request){.wants_log = true, .stop = &stop}, &visitor);
    print_message("# %s\n", dump);
    assert_string_equal(of_dump.failure, "");
    assert_string_equal(of_dump.incidents, of_console.incidents);
    assert_true(of_console.used > 0);
}

/* The snapshot of a guest that saves a dump by itself was taken before it panicked. */
static bool is_of_the_end(const char *dump)
{
    char own[1024];
    snprintf(own, sizeof own, "%.*s/vmcore", (int)(strrchr(dump, '/') - dump), dump);
    return strcmp(own, dump) == 0 || access(own, F_OK) != 0;
}

static void expect_all_same(const char *pattern)
{
    glob_t found;
    size_t examined = 0;
    if (glob(pattern, 0, NULL, &found) != 0)
        found.gl_pathc = 0;
    for (size_t i = 0; i < found.gl_pathc; i++)
        if (access(found.gl_pathv[i], R_OK) == 0 && is_of_the_end(found.gl_pathv[i])) {
            expect_same(found.gl_pathv[i]);
            examined++;
        }
    if (found.gl_pathc)
        globfree(&found);
    if (examined == 0) {
        print_message("# no readable %s: the lab was not run here (tests/lab/README.md)\n",
                      pattern);
        skip();
    }
}

static void test_lab__a_kdump_tells_what_the_console_told(void **state)
{
    (void)state;
    expect_all_same("build/lab/*/kdump/vmcore");
}

static void test_lab__an_elf_dump_without_vmcoreinfo_tells_it(void **state)
{
    (void)state;
    expect_all_same("build/lab/*/*/vmcore.elf");
}

static void test_lab__an_elf_dump_with_vmcoreinfo_tells_it(void **state)
{
    (void)state;
    expect_all_same("build/lab/*/*/vmcore-note.elf");
}

static void test_lab__a_flattened_dump_tells_it(void **state)
{
    (void)state;
    expect_all_same("build/lab/*/*/vmcore.zlib");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lab__a_kdump_tells_what_the_console_told),
        cmocka_unit_test(test_lab__an_elf_dump_without_vmcoreinfo_tells_it),
        cmocka_unit_test(test_lab__an_elf_dump_with_vmcoreinfo_tells_it),
        cmocka_unit_test(test_lab__a_flattened_dump_tells_it),
    };
    return cmocka_run_group_tests_name("vmcore_lab", tests, NULL, NULL);
}
