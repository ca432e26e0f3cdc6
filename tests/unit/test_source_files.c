/* Descriptors: of directories that are listed, of temporary files. */
#include "tests/unit/source_record.h"

#include <sys/resource.h>

#include "parsers/source/names.h"
#include "parsers/source/temporary.h"

static void a_directory_is_listed_with_the_last_descriptor_there_is(void **state)
{
    (void)state;
    struct names names;
    struct rlimit before, tight;
    write_file("log", "", 0);
    int directory = open(".", O_RDONLY | O_DIRECTORY), next = dup(directory);
    close(next);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    tight = (struct rlimit){(rlim_t)next, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    struct error *error = names_read(directory, &names);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_null(error);
    assert_int_equal(names.count, 1);
    assert_string_equal(names.items[0], "log");
    assert_int_equal(fcntl(directory, F_GETFD), -1);
    names_free(&names);
}

static void what_is_no_directory_says_so_when_it_is_listed(void **state)
{
    (void)state;
    struct names names;
    write_file("log", "", 0);
    struct error *error = names_read(open("log", O_RDONLY), &names);
    assert_non_null(error);
    assert_string_equal(error_message(error), "cannot be listed: Not a directory");
    error_destroy(error);
    names_free(&names);
}

static void assert_begins(const char *tmpdir, const char *expected)
{
    char *path;
    setenv("TMPDIR", tmpdir, 1);
    int file = temporary_open_named(&path);
    unsetenv("TMPDIR");
    assert_true(file >= 0);
    assert_int_equal(unlink(path), 0);
    assert_memory_equal(path, expected, strlen(expected));
    close(file);
    free(path);
}

static void a_temporary_file_lies_where_tmpdir_says_or_in_var_tmp(void **state)
{
    (void)state;
    assert_begins("", "/var/tmp/whyoom-");
    assert_begins(".", "./whyoom-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_room(a_directory_is_listed_with_the_last_descriptor_there_is),
        in_room(what_is_no_directory_says_so_when_it_is_listed),
        in_room(a_temporary_file_lies_where_tmpdir_says_or_in_var_tmp),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
