/* Large files by windows, and pages that are gone when they are touched. */
#include "tests/unit/source_record.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "parsers/source/truncation.h"
#include "parsers/source/window.h"

enum { LENGTH = 40 * 1024 * 1024 + 17 };

static int open_log(char **ret)
{
    *ret = make_log(LENGTH);
    write_file("log", *ret, LENGTH);
    return open("log", O_RDWR);
}

/* The clock chooses from the ninth window on. */
static void windows_of_both_ways_hold_the_bytes_of_the_file(void **state)
{
    (void)state;
    char *log;
    int file = open_log(&log);
    struct window *window = window_create();
    unsigned copied = 0, mapped = 0;
    for (size_t at = 0; at < LENGTH;) {
        struct slice bytes;
        assert_true(window_take(window, file, at, LENGTH - at, &bytes));
        assert_in_range(bytes.length, 1, LENGTH - at);
        assert_memory_equal(bytes.data, log + at, bytes.length);
        assert_true(window_is_whole(window));
        at += bytes.length;
        *(bytes.length > WINDOW_COPIED ? &mapped : &copied) += 1;
    }
    assert_in_range(copied, 4, 80);
    assert_in_range(mapped, 4, 80);
    window_destroy(window);
    close(file);
    free(log);
}

static struct slice take_mapped(struct window *window, int file)
{
    struct slice bytes;
    assert_true(window_take(window, file, 0, WINDOW_COPIED, &bytes));
    assert_true(window_take(window, file, WINDOW_COPIED, LENGTH - WINDOW_COPIED, &bytes));
    assert_true(bytes.length > WINDOW_COPIED);
    return bytes;
}

static void a_window_that_was_cut_is_not_whole(void **state)
{
    (void)state;
    enum { LEFT = 4096 };
    char *log;
    int file = open_log(&log);
    struct window *window = window_create();
    struct slice bytes = take_mapped(window, file);
    truncation_survive();
    assert_int_equal(ftruncate(file, WINDOW_COPIED + LEFT), 0);
    assert_memory_equal(bytes.data, log + WINDOW_COPIED, LEFT);
    assert_true(window_is_whole(window));
    assert_int_equal(bytes.data[bytes.length - 1], 0);
    assert_false(window_is_whole(window));
    assert_false(window_is_whole(window));
    assert_true(window_take(window, file, 0, LEFT, &bytes));
    assert_true(window_is_whole(window));
    window_destroy(window);
    close(file);
    free(log);
}

static void a_window_of_which_nothing_is_left_is_not_whole(void **state)
{
    (void)state;
    char *log;
    int file = open_log(&log);
    struct window *window = window_create();
    struct slice bytes = take_mapped(window, file);
    truncation_survive();
    assert_int_equal(ftruncate(file, 0), 0);
    for (size_t at = 0; at < bytes.length; at += 512)
        assert_int_equal(bytes.data[at], 0);
    assert_false(window_is_whole(window));
    window_destroy(window);
    close(file);
    free(log);
}

static void what_cannot_be_read_is_an_error(void **state)
{
    (void)state;
    int directory = open(".", O_RDONLY);
    struct window *window = window_create();
    struct slice bytes;
    assert_false(window_take(window, directory, 0, WINDOW_COPIED, &bytes));
    assert_int_equal(errno, EISDIR);
    assert_int_equal(bytes.length, 0);
    window_destroy(window);
    close(directory);
}

static void behind_the_end_is_nothing(void **state)
{
    (void)state;
    char *log;
    int file = open_log(&log);
    struct window *window = window_create();
    struct slice bytes;
    assert_true(window_take(window, file, LENGTH, 1, &bytes));
    assert_int_equal(bytes.length, 0);
    window_destroy(window);
    close(file);
    free(log);
}

static void a_page_behind_the_end_reads_as_zeros(void **state)
{
    (void)state;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    int file = open("file", O_RDWR | O_CREAT, 0600);
    assert_int_equal(ftruncate(file, (off_t)(2 * page)), 0);
    volatile char *map = mmap(NULL, 2 * page, PROT_READ, MAP_SHARED, file, 0);
    assert_ptr_not_equal(map, MAP_FAILED);
    assert_int_equal(ftruncate(file, (off_t)page), 0);
    truncation_survive();
    assert_int_equal(map[page + 5], 0);
    assert_int_equal(map[2 * page - 1], 0);
    munmap((void *)map, 2 * page);
    close(file);
}

static void another_bus_error_still_ends_the_program(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        truncation_survive();
        raise(SIGBUS);
        raise(SIGBUS);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_room(windows_of_both_ways_hold_the_bytes_of_the_file),
        in_room(a_window_that_was_cut_is_not_whole),
        in_room(a_window_of_which_nothing_is_left_is_not_whole),
        in_room(what_cannot_be_read_is_an_error),
        in_room(behind_the_end_is_nothing),
        in_room(a_page_behind_the_end_reads_as_zeros),
        in_room(another_bus_error_still_ends_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
