/* Files, directories, patterns, pipes and what is wrong with them. */
#include "tests/unit/source_record.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

/* ---- plain files */

static void a_small_file_arrives_byte_for_byte(void **state)
{
    (void)state;
    static const char text[] = "one\n\0two\n\xff three, no newline";
    struct record record;
    write_file("log", text, sizeof text - 1);
    record_walk(&record, "log");
    assert_only_stream(&record, text, sizeof text - 1);
    assert_string_equal(record.streams[0].path, "log");
    assert_int_equal(record.streams[0].kind, SOURCE_LOG);
    record_free(&record);
}

static void a_file_of_several_windows_arrives_byte_for_byte(void **state)
{
    (void)state;
    enum { LENGTH = 9 * 1024 * 1024 + 17 };
    char *log = make_log(LENGTH);
    struct record record;
    write_file("log", log, LENGTH);
    record_walk(&record, "log");
    assert_only_stream(&record, log, LENGTH);
    record_free(&record);
    free(log);
}

static void an_empty_file_is_an_empty_stream(void **state)
{
    (void)state;
    struct record record;
    write_text("log", "");
    record_walk(&record, "log");
    assert_only_stream(&record, "", 0);
    record_free(&record);
}

static void a_file_of_proc_is_read_though_its_size_is_0(void **state)
{
    (void)state;
    struct record record;
    record_walk(&record, "/proc/self/status");
    assert_int_equal(record.streams_count, 1);
    assert_says(record.streams[0].data, "VmRSS:");
    record_free(&record);
}

static bool refuse(void *context, const char *path, enum source_kind kind)
{
    (void)path;
    (void)kind;
    ++*(int *)context;
    return false;
}

static bool must_not_come(void *context, const char *data, size_t length)
{
    (void)context;
    (void)data;
    (void)length;
    fail_msg("data of a stream that was refused");
    return false;
}

static void a_refused_stream_brings_no_data(void **state)
{
    (void)state;
    int begun = 0;
    struct source_visitor visitor = {.context = &begun, .begin = refuse, .data = must_not_come};
    write_text("log", "text\n");
    source_walk("log", &visitor);
    assert_int_equal(begun, 1);
}

static bool enough(void *context, const char *data, size_t length)
{
    (void)data;
    (void)length;
    ++*(int *)context;
    return false;
}

static void a_visitor_that_has_enough_gets_no_more(void **state)
{
    (void)state;
    enum { LENGTH = 20 * 1024 * 1024 };
    int blocks = 0;
    char *log = make_log(LENGTH);
    struct source_visitor visitor = {.context = &blocks, .data = enough};
    write_file("log", log, LENGTH);
    source_walk("log", &visitor);
    assert_int_equal(blocks, 1);
    free(log);
}

static void a_visitor_may_leave_everything_out(void **state)
{
    (void)state;
    struct source_visitor visitor = {0};
    write_text("log", "text\n");
    source_walk("log", &visitor);
    source_walk("absent", &visitor);
}

/* ---- files that are cut while they are read */

static bool cut_then_record(void *context, const char *data, size_t length)
{
    assert_int_equal(truncate("log", 4096), 0);
    return record_data(context, data, length);
}

static void a_file_cut_while_it_is_read_is_named(void **state)
{
    (void)state;
    enum { LENGTH = 12 * 1024 * 1024 };
    char *log = make_log(LENGTH);
    struct record record = {0};
    struct source_visitor visitor = record_visitor(&record);
    visitor.data = cut_then_record;
    write_file("log", log, LENGTH);
    source_walk("log", &visitor);
    assert_int_equal(record.streams_count, 1);
    assert_in_range(record.streams[0].length, 4096, LENGTH - 1);
    assert_memory_equal(record.streams[0].data, log, record.streams[0].length);
    assert_says(record.failed, "log: was cut while it was read");
    record_free(&record);
    free(log);
}

/* ---- standard input and pipes */

static void walk_stdin(struct record *record, int file)
{
    int before = dup(STDIN_FILENO);
    dup2(file, STDIN_FILENO);
    record_walk(record, "-");
    dup2(before, STDIN_FILENO);
    close(before);
}

static void a_dash_is_standard_input(void **state)
{
    (void)state;
    int ends[2];
    struct record record;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "text\n", 5), 5);
    close(ends[1]);
    walk_stdin(&record, ends[0]);
    assert_only_stream(&record, "text\n", 5);
    assert_string_equal(record.streams[0].path, "-");
    record_free(&record);
    close(ends[0]);
}

static void standard_input_is_read_from_where_it_stands(void **state)
{
    (void)state;
    struct record record;
    write_text("log", "head\ntail\n");
    int file = open("log", O_RDONLY);
    assert_int_equal(lseek(file, 5, SEEK_SET), 5);
    walk_stdin(&record, file);
    assert_only_stream(&record, "tail\n", 5);
    record_free(&record);
    close(file);
}

static void a_named_pipe_is_read_when_it_is_named(void **state)
{
    (void)state;
    struct record record;
    assert_int_equal(mkfifo("pipe", 0600), 0);
    pid_t child = fork();
    if (child == 0) {
        int file = open("pipe", O_WRONLY);
        _exit(write(file, "text\n", 5) == 5 ? 0 : 1);
    }
    record_walk(&record, "pipe");
    waitpid(child, NULL, 0);
    assert_only_stream(&record, "text\n", 5);
    record_free(&record);
}

/* ---- directories */

static void a_tree_is_walked_in_name_order(void **state)
{
    (void)state;
    struct record record;
    mkdir("d", 0700);
    mkdir("d/b", 0700);
    mkdir("d/b/deep", 0700);
    write_text("d/c", "3");
    write_text("d/b/deep/log", "2");
    write_text("d/a", "1");
    record_walk(&record, "d");
    assert_paths(&record, "d/a\nd/b/deep/log\nd/c\n");
    record_free(&record);
}

static void a_directory_is_walked_past_pipes_links_and_loops(void **state)
{
    (void)state;
    struct record record;
    mkdir("d", 0700);
    write_text("outside", "x");
    write_text("d/log", "x");
    assert_int_equal(mkfifo("d/pipe", 0600), 0);
    assert_int_equal(symlink(".", "d/itself"), 0);
    assert_int_equal(symlink("loop", "d/loop"), 0);
    assert_int_equal(symlink("log", "d/same"), 0);
    assert_int_equal(symlink("../outside", "d/out"), 0);
    record_walk(&record, "d");
    assert_paths(&record, "d/log\n");
    assert_string_equal(record.failed, "");
    assert_string_equal(record.notes,
                        "d: 1 symbolic link leads out of it; name the target to read it\n"
                        "d: 1 symbolic link leads nowhere\n"
                        "d: 1 is no file (pipe, socket or device) and was passed over\n");
    record_free(&record);
}

static void what_is_no_text_is_passed_over_in_a_directory(void **state)
{
    (void)state;
    static const char program[] = "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0";
    struct record record;
    mkdir("d", 0700);
    write_file("d/program", program, sizeof program);
    write_text("d/log", "x");
    record_walk(&record, "d");
    assert_paths(&record, "d/log\n");
    assert_says(record.notes, "d: 1 file holds no text");
    record_free(&record);
}

static void what_is_named_is_read_unless_it_is_known_to_be_no_log(void **state)
{
    (void)state;
    static const char program[] = "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0";
    static const char rubbish[] = "\1\2\3\4\5\6\xff\xfe\xfd\1\1\1x";
    struct record record;
    write_file("program", program, sizeof program);
    write_file("rubbish", rubbish, sizeof rubbish);
    record_walk(&record, "rubbish");
    assert_only_stream(&record, rubbish, sizeof rubbish);
    record_free(&record);
    record_walk(&record, "program");
    assert_paths(&record, "");
    assert_says(record.notes, "program: a program, not a log: it was not searched");
    record_free(&record);
}

static void a_log_padded_with_zeros_is_a_log(void **state)
{
    (void)state;
    char log[8192] = {0};
    struct record record;
    mkdir("d", 0700);
    strcpy(log + 1000, "Jan  1 00:00:00 host kernel: booted\n");
    write_file("d/log", log, sizeof log);
    record_walk(&record, "d");
    assert_only_stream(&record, log, sizeof log);
    record_free(&record);
}

static void a_pattern_the_shell_left_alone_is_expanded(void **state)
{
    (void)state;
    struct record record;
    write_text("kern.log", "x");
    write_text("kern.log.1", "x");
    write_text("kern.log.2", "x");
    record_walk(&record, "kern.*");
    assert_paths(&record, "kern.log.2\nkern.log.1\nkern.log\n");
    record_free(&record);
    record_walk(&record, "none.*");
    assert_string_equal(record.failed, "none.*: no file matches this\n");
}

/* ---- what cannot be read */

static void a_missing_path_suggests_the_closest_name(void **state)
{
    (void)state;
    struct record record;
    mkdir("logs", 0700);
    write_text("logs/kern.log", "x");
    record_walk(&record, "logs/kern.lgo");
    assert_string_equal(record.failed,
                        "logs/kern.lgo: no such file; did you mean logs/kern.log?\n");
    record_walk(&record, "lgos/kern.log");
    assert_string_equal(record.failed, "lgos/kern.log: no such file: there is no lgos; "
                                       "did you mean logs?\n");
    record_walk(&record, "logs/something-else-entirely");
    assert_string_equal(record.failed, "logs/something-else-entirely: no such file\n");
    assert_int_equal(record.streams_count, 0);
}

static void broken_and_looping_links_are_named(void **state)
{
    (void)state;
    struct record record;
    assert_int_equal(symlink("gone", "broken"), 0);
    assert_int_equal(symlink("loop", "loop"), 0);
    record_walk(&record, "broken");
    assert_string_equal(record.failed, "broken: a symbolic link to gone, which is not there\n");
    record_walk(&record, "loop");
    assert_string_equal(record.failed, "loop: a symbolic link that leads back to itself\n");
}

static void a_socket_is_named(void **state)
{
    (void)state;
    struct record record;
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int file = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(file, (struct sockaddr *)&address, sizeof address), 0);
    record_walk(&record, "socket");
    assert_string_equal(record.failed, "socket: a socket; whyoom reads files and pipes\n");
    close(file);
}

static void what_may_not_be_read_says_who_may_and_the_rest_goes_on(void **state)
{
    struct room *room = *state;
    enum { NOBODY = 65534 };
    struct record record;
    mkdir("d", 0755);
    mkdir("d/closed", 0700);
    write_text("d/a", "x");
    write_text("d/b", "x");
    chmod("d/a", 0);
    chmod("d/closed", 0);
    chmod(room->path, 0755);
    bool is_root = geteuid() == 0;
    if (is_root)
        assert_int_equal(seteuid(NOBODY), 0);
    record_walk(&record, "d");
    if (is_root)
        assert_int_equal(seteuid(0), 0);
    assert_paths(&record, "d/b\n");
    assert_string_equal(record.failed, "d/a: permission denied; root may read it (sudo)\n"
                                       "d/closed: permission denied; root may read it (sudo)\n");
    record_free(&record);
}

static void a_directory_on_standard_input_fails_once(void **state)
{
    (void)state;
    struct record record;
    int file = open(".", O_RDONLY | O_DIRECTORY);
    walk_stdin(&record, file);
    assert_string_equal(record.failed, "-: cannot be read: Is a directory\n");
    assert_int_equal(record.streams_count, 0);
    close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_room(a_small_file_arrives_byte_for_byte),
        in_room(a_file_of_several_windows_arrives_byte_for_byte),
        in_room(an_empty_file_is_an_empty_stream),
        in_room(a_file_of_proc_is_read_though_its_size_is_0),
        in_room(a_refused_stream_brings_no_data),
        in_room(a_visitor_that_has_enough_gets_no_more),
        in_room(a_visitor_may_leave_everything_out),
        in_room(a_file_cut_while_it_is_read_is_named),
        in_room(a_dash_is_standard_input),
        in_room(standard_input_is_read_from_where_it_stands),
        in_room(a_named_pipe_is_read_when_it_is_named),
        in_room(a_tree_is_walked_in_name_order),
        in_room(a_directory_is_walked_past_pipes_links_and_loops),
        in_room(what_is_no_text_is_passed_over_in_a_directory),
        in_room(what_is_named_is_read_unless_it_is_known_to_be_no_log),
        in_room(a_log_padded_with_zeros_is_a_log),
        in_room(a_pattern_the_shell_left_alone_is_expanded),
        in_room(a_missing_path_suggests_the_closest_name),
        in_room(broken_and_looping_links_are_named),
        in_room(a_socket_is_named),
        in_room(what_may_not_be_read_says_who_may_and_the_rest_goes_on),
        in_room(a_directory_on_standard_input_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
