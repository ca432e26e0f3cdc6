/* Journal files: as text, cut, damaged, packed. */
#include "tests/unit/source_record.h"

#include <endian.h>
#include <lz4.h>
#include <lzma.h>
#include <zstd.h>

#include "analyzer/limits.h"
#include "parsers/source/journal_payload.h"

/* A journal file of six entries; see tests/unit/source/README.md. */
static const char journal[] = "tests/unit/source/killed.journal.xz";

/* One of two entries in the form that journald has written since 252, the second message packed. */
static const char packed_journal[] = "tests/unit/source/packed.journal.xz";

static size_t count_of(const struct stream *stream, const char *text)
{
    size_t count = 0, length = strlen(text);
    const char *at = stream->data, *end = at + stream->length;
    for (; (at = memmem(at, (size_t)(end - at), text, length)); at += length)
        count++;
    return count;
}

static bool has_line(const struct stream *stream, const char *line)
{
    char whole[2560];
    snprintf(whole, sizeof whole, "\n%s\n", line);
    return count_of(stream, whole) > 0;
}

static void a_journal_comes_as_export_text_without_what_cannot_matter(void **state)
{
    (void)state;
    struct record record;
    record_walk(&record, journal);
    assert_string_equal(record.failed, "");
    assert_int_equal(record.streams_count, 1);
    struct stream *stream = &record.streams[0];
    assert_int_equal(stream->kind, SOURCE_JOURNAL);
    assert_true(has_line(stream, "__REALTIME_TIMESTAMP=1767225600002000"));
    assert_true(has_line(stream, "__MONOTONIC_TIMESTAMP=100000000"));
    assert_true(has_line(stream, "_SOURCE_MONOTONIC_TIMESTAMP=99999000"));
    assert_true(has_line(stream, "_BOOT_ID=0123456789abcdef0123456789abcdef"));
    assert_true(has_line(stream, "_HOSTNAME=lab"));
    assert_true(has_line(stream, "SYSLOG_FACILITY=0"));
    assert_true(has_line(stream, "UNIT=eater.service"));
    assert_true(has_line(stream, "MESSAGE=Killed /eater due to memory used (1) / total (2) being "
                                 "more than 90.00%"));
    assert_int_equal(count_of(stream, "__REALTIME_TIMESTAMP="), 5); /* all but sshd's */
    assert_int_equal(count_of(stream, "sshd"), 0);
    assert_memory_equal(stream->data + stream->length - 2, "\n\n", 2);
    record_free(&record);
}

static void a_message_of_several_lines_comes_in_binary_form(void **state)
{
    (void)state;
    static const char message[] = "\nMESSAGE\n\x35\0\0\0\0\0\0\0"
                                  "Memory cgroup stats for /eater:\nanon 104857600\nfile 0\n";
    struct record record;
    record_walk(&record, journal);
    struct stream *stream = &record.streams[0];
    assert_non_null(memmem(stream->data, stream->length, message, sizeof message - 1));
    record_free(&record);
}

static void a_compact_journal_with_a_packed_message_is_read(void **state)
{
    (void)state;
    char message[2048] = "MESSAGE=Tasks in /eater killed, and what the console added: ";
    for (int i = 0; i < 100; i++)
        strcat(message, "0123456789abcdef");
    struct record record;
    record_walk(&record, packed_journal);
    assert_string_equal(record.failed, "");
    assert_string_equal(record.notes, "");
    assert_true(has_line(&record.streams[0], message));
    assert_true(has_line(&record.streams[0], "__MONOTONIC_TIMESTAMP=100001000"));
    assert_int_equal(count_of(&record.streams[0], "__REALTIME_TIMESTAMP="), 2);
    record_free(&record);
}

/* Unpacks the journal into the room. */
static void unpack_journal(struct room *room, const char *to)
{
    char command[256];
    snprintf(command, sizeof command, "xz -dc %s >%s/%s", journal, room->path, to);
    assert_int_equal(fchdir(room->home), 0);
    assert_int_equal(system(command), 0);
    assert_int_equal(chdir(room->path), 0);
}

static void a_journal_is_told_by_its_content_and_read_in_place(void **state)
{
    struct record record;
    unpack_journal(*state, "some-file");
    record_walk(&record, "some-file");
    assert_int_equal(record.streams_count, 1);
    assert_int_equal(record.streams[0].kind, SOURCE_JOURNAL);
    assert_int_equal(count_of(&record.streams[0], "__REALTIME_TIMESTAMP="), 5);
    record_free(&record);
}

/* Where the last entry ends: journald allocates the 8 MiB in advance. */
static size_t end_of_objects(const char *path)
{
    uint64_t tail, size;
    int file = open(path, O_RDONLY);
    assert_int_equal(pread(file, &tail, 8, 136), 8);
    assert_int_equal(pread(file, &size, 8, (off_t)le64toh(tail) + 8), 8);
    close(file);
    return le64toh(tail) + le64toh(size);
}

static void a_journal_that_is_cut_gives_what_comes_before_the_cut(void **state)
{
    struct record whole;
    unpack_journal(*state, "cut");
    record_walk(&whole, "cut");
    size_t end = end_of_objects("cut"), before = 5;
    for (size_t length = end - 8; length > 4096; length -= length > end - 8192 ? 8 : 4096) {
        struct record record;
        assert_int_equal(truncate("cut", (off_t)length), 0);
        record_walk(&record, "cut");
        assert_int_equal(record.failures, 0);
        struct stream *stream = &record.streams[0];
        size_t entries = count_of(stream, "__REALTIME_TIMESTAMP=");
        assert_in_range(entries, before ? before - 1 : 0, before);
        if (entries)
            assert_memory_equal(stream->data, whole.streams[0].data, stream->length);
        assert_says(record.notes, "cut: the journal breaks off");
        before = entries;
        record_free(&record);
    }
    assert_int_equal(before, 0);
    record_free(&whole);
}

static void damage_hides_no_entry_that_stands_behind_it(void **state)
{
    static const char rubbish[64] = "\377\377\377\377\377\377\377\377 no object begins like this";
    struct record record;
    unpack_journal(*state, "bad");
    int file = open("bad", O_RDWR);
    uint64_t head_size;
    assert_int_equal(pread(file, &head_size, 8, 88), 8);
    /* the field hash table's head: sd-journal needs it, this reader does not */
    assert_int_equal(pwrite(file, rubbish, sizeof rubbish, (off_t)le64toh(head_size)), 64);
    close(file);
    record_walk(&record, "bad");
    assert_int_equal(count_of(&record.streams[0], "__REALTIME_TIMESTAMP="), 5);
    assert_says(record.notes, "bytes of the journal are damaged and were passed over");
    record_free(&record);
}

static void a_head_of_a_later_format_is_refused_by_name(void **state)
{
    struct record record;
    unpack_journal(*state, "later");
    int file = open("later", O_RDWR);
    assert_int_equal(pwrite(file, "\0\0\0\200", 4, 12), 4);
    close(file);
    record_walk(&record, "later");
    assert_int_equal(record.streams_count, 0);
    assert_says(record.failed, "later: the journal cannot be opened");
    assert_says(record.failed, "journalctl -o export");
    record_free(&record);
}

static void a_journal_with_rubbish_in_it_neither_crashes_nor_hangs(void **state)
{
    enum { LENGTH = 64 * 1024 };
    unpack_journal(*state, "bad");
    uint32_t random = 1;
    int file = open("bad", O_RDWR);
    for (int i = 0; i < 200; i++) {
        struct record record;
        random = random * 1664525 + 1013904223;
        assert_int_equal(pwrite(file, &random, 4, 64 + random % LENGTH), 4);
        record_walk(&record, "bad");
        record_free(&record);
    }
    close(file);
}

/* ---- an entry that grows in the reading */

enum { OBJECTS = 208, MESSAGE_OBJECT = OBJECTS + 88, DATA = 1, ENTRY = 3 };

static void put_number(FILE *file, long at, uint64_t number)
{
    uint64_t bytes = htole64(number);
    fseek(file, at, SEEK_SET);
    fwrite(&bytes, 1, sizeof bytes, file);
}

/* Objects begin with their type, in 8 bytes here, and their size; what is in them follows at 64. */
static void put_object(FILE *file, long at, uint64_t type, uint64_t size)
{
    put_number(file, at, type);
    put_number(file, at + 8, size);
    fseek(file, at + 64, SEEK_SET);
}

/* One entry with one message of @p length, named @p times. https://systemd.io/JOURNAL_FILE_FORMAT
 */
static void write_repeating_journal(const char *path, size_t length, size_t times)
{
    static const char transport[] = "_TRANSPORT=kernel", name[] = "MESSAGE=";
    long entry = MESSAGE_OBJECT + (long)(64 + 8 + length + 7) / 8 * 8;
    FILE *file = fopen(path, "w");
    fwrite("LPKSHHRH", 1, 8, file);
    put_number(file, 88, OBJECTS);
    put_number(file, 96, (uint64_t)entry - OBJECTS + 64 + 16 * (times + 1)); /* of all objects */
    put_number(file, 136, (uint64_t)entry);                                  /* the last one */
    put_object(file, OBJECTS, DATA, 64 + strlen(transport));
    fputs(transport, file);
    put_object(file, MESSAGE_OBJECT, DATA, 64 + 8 + length);
    fputs(name, file);
    for (size_t i = 0; i < length; i++)
        fputc('m', file);
    put_object(file, entry, ENTRY, 64 + 16 * (times + 1));
    for (size_t i = 0; i <= times; i++) {
        put_number(file, entry + 64 + 16 * (long)i, i ? MESSAGE_OBJECT : OBJECTS);
        put_number(file, entry + 64 + 16 * (long)i + 8, 0);
    }
    fclose(file);
}

static void a_message_that_is_too_long_is_cut_as_a_packed_one_is(void **state)
{
    (void)state;
    struct record record;
    write_repeating_journal("long", 1024 * 1024, 1);
    record_walk(&record, "long");
    assert_string_equal(record.failed, "");
    assert_string_equal(record.notes, "");
    struct stream *stream = &record.streams[0];
    const char *message = strstr(stream->data, "\nMESSAGE=");
    assert_non_null(message);
    assert_int_equal(strcspn(message + 1, "\n"), LIMIT_LINE);
    record_free(&record);
}

static void an_entry_that_names_a_message_again_and_again_is_read_in_part(void **state)
{
    enum { TIMES = 1000, ROOM = LIMIT_ENTRY / LIMIT_LINE };
    (void)state;
    struct record record;
    write_repeating_journal("again", 1024 * 1024, TIMES);
    record_walk(&record, "again");
    assert_string_equal(record.failed, "");
    assert_int_equal(record.streams_count, 1);
    /* the transport takes some of the room, too */
    assert_int_equal(count_of(&record.streams[0], "\nMESSAGE="), ROOM - 1);
    assert_says(record.notes, "again: 1 entries of the journal are damaged and were read in part");
    record_free(&record);
}

/* ---- packed fields */

enum { XZ = 1, LZ4 = 2, ZSTD = 4, LONG = LIMIT_LINE + 4096 };

static size_t pack(unsigned how, const char *text, size_t length, char *to, size_t room)
{
    size_t packed = 0;
    if (how == XZ)
        assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_NONE, NULL, (const uint8_t *)text,
                                                 length, (uint8_t *)to, &packed, room),
                         LZMA_OK);
    else if (how == ZSTD)
        packed = ZSTD_compress(to, room, text, length, 1);
    else {
        uint64_t size = htole64(length);
        memcpy(to, &size, 8);
        packed = 8 + (size_t)LZ4_compress_default(text, to + 8, (int)length, (int)room - 8);
    }
    return packed;
}

static char *repeated_text(void)
{
    char *text = must_allocate(LONG);
    for (size_t i = 0; i < LONG; i++)
        text[i] = (char)('a' + i % 23 + i / 997 % 3);
    return text;
}

static void a_packed_field_is_unpacked_and_one_that_is_too_long_cut(void **state)
{
    static const unsigned how[] = {XZ, LZ4, ZSTD};
    (void)state;
    char *text = repeated_text(), *packed = must_allocate(2 * LONG), *buffer = NULL;
    for (size_t i = 0; i < sizeof how / sizeof *how; i++)
        for (size_t length = 1000; length <= LONG; length += LONG - 1000) {
            struct slice field = slice_of(packed, pack(how[i], text, length, packed, 2 * LONG));
            assert_true(journal_payload_unpack(how[i], &field, &buffer));
            assert_int_equal(field.length, length < LIMIT_LINE ? length : LIMIT_LINE);
            assert_memory_equal(field.data, text, field.length);
        }
    free(buffer);
    free(packed);
    free(text);
}

static void a_packed_field_that_is_damaged_is_none(void **state)
{
    static const unsigned how[] = {XZ, LZ4, ZSTD, XZ | ZSTD, 8};
    (void)state;
    static const char rubbish[] = "\377\377\377 this was never packed by anything";
    char *buffer = NULL;
    for (size_t i = 0; i < sizeof how / sizeof *how; i++) {
        struct slice field = slice_of(rubbish, sizeof rubbish), nothing = {rubbish, 0};
        assert_false(journal_payload_unpack(how[i], &field, &buffer));
        assert_false(journal_payload_unpack(how[i], &nothing, &buffer));
    }
    free(buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_journal_comes_as_export_text_without_what_cannot_matter),
        cmocka_unit_test(a_message_of_several_lines_comes_in_binary_form),
        cmocka_unit_test(a_compact_journal_with_a_packed_message_is_read),
        in_room(a_journal_is_told_by_its_content_and_read_in_place),
        in_room(a_journal_that_is_cut_gives_what_comes_before_the_cut),
        in_room(damage_hides_no_entry_that_stands_behind_it),
        in_room(a_head_of_a_later_format_is_refused_by_name),
        in_room(a_journal_with_rubbish_in_it_neither_crashes_nor_hangs),
        in_room(a_message_that_is_too_long_is_cut_as_a_packed_one_is),
        in_room(an_entry_that_names_a_message_again_and_again_is_read_in_part),
        cmocka_unit_test(a_packed_field_is_unpacked_and_one_that_is_too_long_cut),
        cmocka_unit_test(a_packed_field_that_is_damaged_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
