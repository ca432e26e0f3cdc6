/* Compressed files and archives, whole, torn and in one another. */
#include "tests/unit/source_record.h"

#include <archive.h>
#include <archive_entry.h>

#include "analyzer/limits.h"

/* ---- making them */

static void add_member(struct archive *archive, const char *name, const void *data, size_t length)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, (la_int64_t)length);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
    assert_int_equal(archive_write_data(archive, data, length), length);
    archive_entry_free(entry);
}

static struct archive *open_archive(const char *path, int format, int filter)
{
    struct archive *archive = archive_write_new();
    assert_int_equal(archive_write_set_format(archive, format), ARCHIVE_OK);
    assert_int_equal(archive_write_add_filter(archive, filter), ARCHIVE_OK);
    archive_write_set_bytes_in_last_block(archive, 1);
    assert_int_equal(archive_write_open_filename(archive, path), ARCHIVE_OK);
    return archive;
}

static void close_archive(struct archive *archive)
{
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
}

static void pack(const char *path, int filter, const char *data, size_t length)
{
    struct archive *archive = open_archive(path, ARCHIVE_FORMAT_RAW, filter);
    add_member(archive, "data", data, length);
    close_archive(archive);
}

static char *read_whole(const char *path, size_t *ret_length)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    char *data = must_allocate((size_t)status.st_size + 1);
    int file = open(path, O_RDONLY);
    assert_int_equal(read(file, data, (size_t)status.st_size), status.st_size);
    close(file);
    *ret_length = (size_t)status.st_size;
    return data;
}

/* Put the file @p from into a new archive @p to as its only member. */
static void wrap(const char *to, int format, int filter, const char *from)
{
    size_t length;
    char *data = read_whole(from, &length);
    struct archive *archive = open_archive(to, format, filter);
    add_member(archive, from, data, length);
    close_archive(archive);
    free(data);
}

/* ---- codecs */

static const int codecs[] = {
    ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ,  ARCHIVE_FILTER_LZMA,
    ARCHIVE_FILTER_LZIP, ARCHIVE_FILTER_ZSTD,  ARCHIVE_FILTER_LZ4, ARCHIVE_FILTER_COMPRESS,
};

enum { CODECS = sizeof codecs / sizeof *codecs };

static void every_codec_gives_the_bytes_back_whatever_the_name(void **state)
{
    (void)state;
    enum { LENGTH = 1000 * 1000 };
    char *log = make_log(LENGTH);
    for (size_t i = 0; i < CODECS; i++) {
        struct record record;
        pack("kern.log", codecs[i], log, LENGTH);
        record_walk(&record, "kern.log");
        assert_only_stream(&record, log, LENGTH);
        assert_string_equal(record.streams[0].path, "kern.log");
        record_free(&record);
    }
    free(log);
}

/* libarchive 3.6 crashes writing an empty lz4 file, and puts a NUL into an empty compress file. */
static void pack_nothing(const char *path, int filter)
{
    if (filter == ARCHIVE_FILTER_LZ4)
        write_file(path, "\x04\x22\x4d\x18\x64\x40\xa7\0\0\0\0\x05\x5d\xcc\x02", 15);
    else if (filter == ARCHIVE_FILTER_COMPRESS)
        write_file(path, "\x1f\x9d\x90", 3);
    else
        pack(path, filter, "", 0);
}

static void every_codec_gives_an_empty_file_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < CODECS; i++) {
        struct record record;
        pack_nothing("kern.log", codecs[i]);
        record_walk(&record, "kern.log");
        assert_only_stream(&record, "", 0);
        record_free(&record);
    }
}

static void codecs_may_be_in_one_another(void **state)
{
    (void)state;
    struct record record;
    size_t length;
    pack("a", ARCHIVE_FILTER_GZIP, "text\n", 5);
    char *packed = read_whole("a", &length);
    pack("b", ARCHIVE_FILTER_BZIP2, packed, length);
    free(packed);
    packed = read_whole("b", &length);
    pack("c", ARCHIVE_FILTER_ZSTD, packed, length);
    free(packed);
    record_walk(&record, "c");
    assert_only_stream(&record, "text\n", 5);
    record_free(&record);
}

static void gzip_members_one_behind_the_other_are_one_stream(void **state)
{
    (void)state;
    struct record record;
    size_t length;
    pack("a", ARCHIVE_FILTER_GZIP, "one\n", 4);
    char *one = read_whole("a", &length);
    FILE *both = fopen("both", "wb");
    static const char padding[512];
    fwrite(one, 1, length, both);
    fwrite(one, 1, length, both);
    fwrite(padding, 1, sizeof padding, both);
    fclose(both);
    free(one);
    record_walk(&record, "both");
    assert_only_stream(&record, "one\none\n", 8);
    record_free(&record);
}

static void utf16_text_of_a_windows_shell_becomes_ascii(void **state)
{
    (void)state;
    static const char little[] = "\xff\xfeO\0O\0M\0\xe4\0\n", big[] = "\xfe\xff\0O\0O\0M\0\xe4\0\n";
    struct record record;
    write_file("little", little, sizeof little);
    record_walk(&record, "little");
    assert_only_stream(&record, "OOM?\n", 5);
    record_free(&record);
    write_file("big", big, sizeof big - 1);
    record_walk(&record, "big");
    assert_only_stream(&record, "OOM?\n", 5);
    record_free(&record);
}

static void utf16_text_without_a_mark_is_known_by_its_zeros(void **state)
{
    (void)state;
    enum { LETTERS = 100 };
    char ascii[LETTERS], coded[2 * LETTERS];
    struct record record;
    memset(ascii, 'a', LETTERS);
    for (size_t zeros = 0; zeros < 2; zeros++) {
        for (size_t i = 0; i < LETTERS; i++) {
            coded[2 * i + zeros] = '\0';
            coded[2 * i + 1 - zeros] = 'a';
        }
        write_file("coded", coded, sizeof coded);
        record_walk(&record, "coded");
        assert_only_stream(&record, ascii, LETTERS);
        record_free(&record);
    }
}

/* A third of the bytes packed are more than a tenth of the bytes; the log is of even density. */
static void torn_files_hand_over_what_is_in_front_of_the_tear_and_are_no_failure(void **state)
{
    (void)state;
    static const char *const says[] = {"gzip data is cut short", "xz data is cut short",
                                       "lzma data is cut short"};
    static const int filters[] = {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_LZMA};
    enum { LENGTH = 30 * 1000 };
    char *log = make_log(LENGTH);
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        struct record record;
        size_t length;
        pack("log", filters[i], log, LENGTH);
        char *packed = read_whole("log", &length);
        write_file("torn", packed, length / 3);
        free(packed);
        record_walk(&record, "torn");
        assert_int_equal(record.streams_count, 1);
        assert_in_range(record.streams[0].length, LENGTH / 10, LENGTH / 2);
        assert_memory_equal(record.streams[0].data, log, record.streams[0].length);
        assert_int_equal(record.failures, 0);
        assert_says(record.notes, says[i]);
        record_free(&record);
    }
    free(log);
}

static void every_codec_torn_anywhere_is_told(void **state)
{
    (void)state;
    enum { LENGTH = 3000, STEP = 37 };
    char *log = make_log(LENGTH);
    for (size_t i = 0; i < CODECS; i++) {
        size_t length;
        pack("log", codecs[i], log, LENGTH);
        char *packed = read_whole("log", &length);
        for (size_t cut = 16; cut + 32 < length; cut += STEP) {
            struct record record;
            write_file("torn", packed, cut);
            record_walk(&record, "torn");
            /* a code of `compress` may end anywhere */
            if (codecs[i] != ARCHIVE_FILTER_COMPRESS)
                assert_true(record.failures == 1 || record.notes[0]);
            if (record.streams_count && record.streams[0].length)
                assert_memory_equal(record.streams[0].data, log, record.streams[0].length);
            record_free(&record);
        }
        free(packed);
    }
    free(log);
}

static void damage_is_named_and_what_is_in_front_of_it_kept(void **state)
{
    (void)state;
    enum { LENGTH = 300 * 1000 };
    char *log = make_log(LENGTH);
    struct record record;
    size_t length;
    pack("log", ARCHIVE_FILTER_XZ, log, LENGTH);
    char *packed = read_whole("log", &length);
    memset(packed + length / 2, 0xff, 64);
    write_file("bad", packed, length);
    record_walk(&record, "bad");
    assert_int_equal(record.failures, 0);
    assert_says(record.notes, "the xz data is damaged");
    assert_in_range(record.streams[0].length, LENGTH / 3, LENGTH * 2 / 3);
    record_free(&record);
    free(packed);
    free(log);
}

/* ---- archives */

static void every_archive_gives_its_members_in_its_order(void **state)
{
    (void)state;
    static const int formats[] = {ARCHIVE_FORMAT_TAR_USTAR,
                                  ARCHIVE_FORMAT_TAR_GNUTAR,
                                  ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE,
                                  ARCHIVE_FORMAT_CPIO_SVR4_NOCRC,
                                  ARCHIVE_FORMAT_CPIO_POSIX,
                                  ARCHIVE_FORMAT_ZIP,
                                  ARCHIVE_FORMAT_7ZIP};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct record record;
        struct archive *archive = open_archive("case", formats[i], ARCHIVE_FILTER_NONE);
        add_member(archive, "var/log/messages", "two\n", 4);
        add_member(archive, "./var/log/kern.log", "one\n", 4);
        close_archive(archive);
        record_walk(&record, "case");
        assert_string_equal(record.failed, "");
        assert_paths(&record, "case:var/log/messages\ncase:var/log/kern.log\n");
        assert_string_equal(record.streams[0].data, "two\n");
        assert_string_equal(record.streams[1].data, "one\n");
        record_free(&record);
    }
}

static void add_special(struct archive *archive, const char *name, unsigned type, const char *link)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, 0700);
    if (type == AE_IFLNK)
        archive_entry_set_symlink(entry, link);
    else if (link)
        archive_entry_set_hardlink(entry, link);
    assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
    archive_entry_free(entry);
}

static void directories_and_links_in_an_archive_are_no_streams(void **state)
{
    (void)state;
    struct record record;
    struct archive *archive =
        open_archive("case", ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_NONE);
    add_special(archive, "log", AE_IFDIR, NULL);
    add_member(archive, "log/kern.log", "text\n", 5);
    add_special(archive, "log/hard", AE_IFREG, "log/kern.log");
    add_special(archive, "log/soft", AE_IFLNK, "kern.log");
    close_archive(archive);
    record_walk(&record, "case");
    assert_only_stream(&record, "text\n", 5);
    record_free(&record);
}

static void a_support_report_is_walked_through_all_its_layers(void **state)
{
    (void)state;
    struct record record;
    pack("kern.log.1.gz", ARCHIVE_FILTER_GZIP, "text\n", 5);
    wrap("inner.tar.xz", ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_XZ, "kern.log.1.gz");
    wrap("outer.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, "inner.tar.xz");
    record_walk(&record, "outer.zip");
    assert_only_stream(&record, "text\n", 5);
    assert_string_equal(record.streams[0].path, "outer.zip:inner.tar.xz:kern.log.1.gz");
    record_free(&record);
}

static void archives_deeper_than_the_limit_are_refused(void **state)
{
    (void)state;
    struct record record;
    char from[16] = "0", to[16];
    write_text(from, "text\n");
    for (int i = 1; i <= LIMIT_NESTING + 1; i++) {
        snprintf(to, sizeof to, "%d", i);
        wrap(to, ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, from);
        strcpy(from, to);
    }
    record_walk(&record, "4");
    assert_only_stream(&record, "text\n", 5);
    record_free(&record);
    record_walk(&record, "5");
    assert_int_equal(record.streams_count, 0);
    assert_says(record.failed, "5:4:3:2:1: archives nested deeper than 4");
}

static void members_that_are_no_text_are_passed_over(void **state)
{
    (void)state;
    static const char picture[] = "\x89PNG\r\n\x1a\n\1\2\3\4\x80\x81\x82\x83\x84\x85\x86\x87\x88";
    struct record record;
    struct archive *archive =
        open_archive("case.tar", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE);
    add_member(archive, "bin/ls", "\177ELF\2\1\1", 7);
    add_member(archive, "screen.png", picture, sizeof picture);
    add_member(archive, "kern.log", "text\n", 5);
    close_archive(archive);
    record_walk(&record, "case.tar");
    assert_only_stream(&record, "text\n", 5);
    assert_string_equal(
        record.notes, "case.tar: 2 files hold no text and were passed over: bin/ls, screen.png\n");
    record_free(&record);
}

static void a_torn_archive_hands_over_what_is_there(void **state)
{
    (void)state;
    enum { LENGTH = 20 * 1000 };
    char *log = make_log(LENGTH);
    struct record record;
    size_t length;
    struct archive *archive = open_archive("case", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE);
    add_member(archive, "a", "first\n", 6);
    add_member(archive, "b", log, LENGTH);
    add_member(archive, "c", log, LENGTH);
    close_archive(archive);
    char *packed = read_whole("case", &length);
    write_file("torn", packed, 3 * 512 + 10 * 1000);
    record_walk(&record, "torn");
    assert_paths(&record, "torn:a\ntorn:b\n");
    assert_string_equal(record.streams[0].data, "first\n");
    assert_int_equal(record.streams[1].length, 10 * 1000);
    assert_memory_equal(record.streams[1].data, log, 10 * 1000);
    assert_int_equal(record.failures, 0);
    assert_says(record.notes, "torn:b: the archive breaks off here");
    record_free(&record);
    free(packed);
    free(log);
}

static void an_archive_torn_in_what_is_no_text_is_told(void **state)
{
    (void)state;
    enum { LENGTH = 20 * 1000 };
    static const char pictures[LENGTH] = "\xff\xd8\xff\xe0\0\x10JFIF";
    struct record record;
    size_t length;
    struct archive *archive = open_archive("case", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE);
    add_member(archive, "a", "first\n", 6);
    add_member(archive, "b", pictures, LENGTH);
    close_archive(archive);
    char *packed = read_whole("case", &length);
    write_file("torn", packed, 3 * 512 + 100);
    record_walk(&record, "torn");
    assert_paths(&record, "torn:a\n");
    assert_int_equal(record.failures, 0);
    assert_says(record.notes, "the archive breaks off here");
    record_free(&record);
    free(packed);
}

static void a_torn_gzip_around_an_archive_is_what_is_blamed(void **state)
{
    (void)state;
    enum { LENGTH = 20 * 1000 };
    char *log = make_log(LENGTH);
    struct record record;
    size_t length;
    struct archive *archive = open_archive("case", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP);
    add_member(archive, "a", "first\n", 6);
    add_member(archive, "b", log, LENGTH);
    close_archive(archive);
    char *packed = read_whole("case", &length);
    write_file("torn", packed, length / 2);
    record_walk(&record, "torn");
    assert_paths(&record, "torn:a\ntorn:b\n");
    assert_in_range(record.streams[1].length, LENGTH / 4, LENGTH * 3 / 4);
    assert_int_equal(record.failures, 0);
    assert_says(record.notes, "the gzip data is cut short; what comes before was read");
    record_free(&record);
    write_file("torn", packed, 5); /* of the 10 bytes of gzip's header */
    record_walk(&record, "torn");
    assert_string_equal(record.failed,
                        "torn: the gzip data is cut short; nothing of it was read\n");
    record_free(&record);
    free(packed);
    free(log);
}

static void members_with_a_password_are_named_one_by_one(void **state)
{
    (void)state;
    struct record record;
    struct archive *archive = archive_write_new();
    archive_write_set_format(archive, ARCHIVE_FORMAT_ZIP);
    archive_write_set_passphrase(archive, "secret");
    if (archive_write_set_options(archive, "zip:encryption=traditional") != ARCHIVE_OK) {
        archive_write_free(archive);
        print_message("this libarchive cannot encrypt\n");
        skip();
    }
    assert_int_equal(archive_write_open_filename(archive, "case.zip"), ARCHIVE_OK);
    add_member(archive, "a", "closed\n", 7);
    add_member(archive, "b", "closed\n", 7);
    close_archive(archive);
    record_walk(&record, "case.zip");
    assert_int_equal(record.failures, 2);
    assert_says(record.failed, "case.zip:a: this member cannot be read: Passphrase required");
    assert_says(record.failed, "case.zip:b: this member cannot be read: Passphrase required");
    record_free(&record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_room(every_codec_gives_the_bytes_back_whatever_the_name),
        in_room(every_codec_gives_an_empty_file_back),
        in_room(codecs_may_be_in_one_another),
        in_room(gzip_members_one_behind_the_other_are_one_stream),
        in_room(utf16_text_of_a_windows_shell_becomes_ascii),
        in_room(utf16_text_without_a_mark_is_known_by_its_zeros),
        in_room(torn_files_hand_over_what_is_in_front_of_the_tear_and_are_no_failure),
        in_room(every_codec_torn_anywhere_is_told),
        in_room(damage_is_named_and_what_is_in_front_of_it_kept),
        in_room(every_archive_gives_its_members_in_its_order),
        in_room(directories_and_links_in_an_archive_are_no_streams),
        in_room(a_support_report_is_walked_through_all_its_layers),
        in_room(archives_deeper_than_the_limit_are_refused),
        in_room(members_that_are_no_text_are_passed_over),
        in_room(a_torn_archive_hands_over_what_is_there),
        in_room(an_archive_torn_in_what_is_no_text_is_told),
        in_room(a_torn_gzip_around_an_archive_is_what_is_blamed),
        in_room(members_with_a_password_are_named_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
