/* The dresses of real logs, as people posted them; skipped where the collection is absent. */
#include "tests/unit/dress_fixture.h"

#include <dirent.h>
#include <stdio.h>

#define CORPUS "../shared/corpus/wild/"

static bool read_file(const char *name, char **ret_data, size_t *ret_length)
{
    char path[512];
    snprintf(path, sizeof path, CORPUS "%s", name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t length = 0, room = 1 << 16, got;
    char *data = must_reallocate(NULL, room);
    while ((got = fread(data + length, 1, room - length, file)) > 0) {
        length += got;
        if (length == room)
            data = must_reallocate(data, room *= 2);
    }
    fclose(file);
    *ret_data = data;
    *ret_length = length;
    return true;
}

static bool has_corpus(void)
{
    DIR *folder = opendir(CORPUS);
    if (folder)
        closedir(folder);
    else
        print_message("# no logs in " CORPUS "\n");
    return folder != NULL;
}

/** Feed the file; false when it is absent. */
static bool feed_file(const char *name, message_sink *sink, void *context)
{
    char *data;
    size_t length;
    if (!read_file(name, &data, &length))
        return false;
    struct dress *dress = dress_create(sink, context);
    feed_lines(dress, slice_of(data, length));
    dress_flush(dress);
    dress_destroy(dress);
    free(data);
    return true;
}

/** Messages of a small file, without its "# source" line. */
static struct seen *seen_of_file(const char *name)
{
    struct seen *seen = seen_create();
    if (!feed_file(name, seen_sink, seen)) {
        print_message("# no " CORPUS "%s\n", name);
        seen_destroy(seen);
        skip();
    }
    assert_true(seen->count > 1);
    memmove(seen->messages, seen->messages + 1, --seen->count * sizeof *seen->messages);
    return seen;
}

/** "[   12.345678]", "<4>", "Jun 20 12:" at the front: a dress that was left on. */
static bool looks_dressed(struct slice text)
{
    struct slice rest = slice_trim(slice_skip(text, 1));
    int64_t number;
    if (slice_starts(text, SLICE("[")) && slice_take_number(&rest, &number) &&
        slice_starts(rest, SLICE(".")) && slice_find_byte(rest, ']') == sizeof ".678901" - 1)
        return true;
    return text.length > 16 &&
           ((text.data[0] == '<' && text.data[2] == '>') ||
            (text.data[3] == ' ' && text.data[9] == ':' && text.data[12] == ':'));
}

static void expect_undressed(void *context, const struct message *message)
{
    uint64_t *count = context;
    ++*count;
    assert_true(message->text.length > 0);
    if (looks_dressed(message->text))
        print_message("# left on: %.*s\n", SLICE_ARG(message->text));
    assert_false(looks_dressed(message->text));
}

static void test_dress_corpus__nothing_keeps_its_dress(void **state)
{
    (void)state;
    if (!has_corpus())
        skip();
    DIR *folder = opendir(CORPUS);
    uint64_t count = 0;
    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] != '.')
            assert_true(feed_file(entry->d_name, expect_undressed, &count));
    closedir(folder);
    assert_true(count > 1000);
}

struct headers {
    uint64_t count, undated;
};

static void count_headers(void *context, const struct message *message)
{
    struct headers *headers = context;
    if (!slice_contains(message->text, SLICE(" invoked oom-killer: ")))
        return;
    headers->count++;
    headers->undated += !message->time.has_monotonic || message->time.printed.length != 15 ||
                        !slice_equal(message->host, SLICE("new-db1")) ||
                        !slice_equal(message->tag, SLICE("kernel")) || message->is_continuation;
}

static void test_dress_corpus__all_twenty_headers_of_a_storm_are_dated(void **state)
{
    (void)state;
    struct headers headers = {0};
    if (!feed_file("094-el6-2632-storm-20-reports.log", count_headers, &headers)) {
        print_message("# no " CORPUS "094\n");
        skip();
    }
    assert_int_equal(headers.count, 20);
    assert_int_equal(headers.undated, 0);
}

static void test_dress_corpus__mail_gives_two_messages_of_five_lines(void **state)
{
    (void)state;
    struct seen *seen = seen_of_file("069-lkml-ligang-mailwrapped-cpuset.log");
    assert_int_equal(seen->count, 2);
    assert_true(slice_ends(seen->messages[0].text, SLICE(",task=memkiller,pid=1968,uid=0")));
    assert_true(slice_ends(seen->messages[1].text, SLICE(" pgtables:3904kB oom_score_adj:0")));
    seen_destroy(seen);
}

static void test_dress_corpus__quoted_printable_keeps_no_code(void **state)
{
    (void)state;
    struct seen *seen = seen_of_file("089-slabinfo-qp-mail-2g-vm-nonuma.log");
    bool has_swap = false;
    for (size_t i = 0; i < seen->count; i++) {
        assert_false(slice_contains(seen->messages[i].text, SLICE("=3D")));
        assert_false(slice_ends(seen->messages[i].text, SLICE("=")));
        has_swap |= slice_equal(seen->messages[i].text, SLICE("Free swap  = 0kB"));
    }
    assert_true(has_swap);
    seen_destroy(seen);
}

static void test_dress_corpus__memory_stat_without_prefix_continues_its_head(void **state)
{
    (void)state;
    struct seen *seen = seen_of_file("099-proxmox-515-memcg-parent.log");
    size_t at = 0;
    while (at < seen->count && !slice_starts(seen->messages[at].text, SLICE("anon ")))
        at++;
    assert_true(at > 0 && at + 1 < seen->count);
    assert_true(slice_starts(seen->messages[at - 1].text, SLICE("Memory cgroup stats for ")));
    assert_true(seen->messages[at + 1].is_continuation);
    assert_text(at + 1, "file 688283648");
    assert_slice(seen->messages[at + 1].time.printed, "Di Aug 12 03:54:03 2025");
    seen_destroy(seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dress_corpus__nothing_keeps_its_dress),
        cmocka_unit_test(test_dress_corpus__all_twenty_headers_of_a_storm_are_dated),
        cmocka_unit_test(test_dress_corpus__mail_gives_two_messages_of_five_lines),
        cmocka_unit_test(test_dress_corpus__quoted_printable_keeps_no_code),
        cmocka_unit_test(test_dress_corpus__memory_stat_without_prefix_continues_its_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
