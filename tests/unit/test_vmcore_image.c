/* From a file to the text of its log: a whole ELF dump of 28 KiB, made here. */
#define _GNU_SOURCE /* memfd_create */
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyzer/intake.h"
#include "parsers/kernel/dump.h"
#include "tests/unit/vmcore_fixture.h"

enum { NOTE_AT = 0x200, MEMORY_AT = 0x2000, ELF_SIZE = MEMORY_AT + DEAD_SIZE };

struct dump_file {
    Elf64_Ehdr head;
    Elf64_Phdr note, memory;
};

/* What the visitor was told. */
struct told {
    size_t streams, ends, notes, failures;
    enum source_kind kind;
    char text[8192], what[2048];
};

static bool begin(void *context, const char *path, enum source_kind kind)
{
    struct told *told = context;
    (void)path;
    told->streams++;
    told->kind = kind;
    return true;
}

static bool data(void *context, const char *bytes, size_t length)
{
    struct told *told = context;
    size_t used = strlen(told->text), room = sizeof told->text - used - 1;
    memcpy(told->text + used, bytes, length < room ? length : room);
    return true;
}

static void end(void *context)
{
    ((struct told *)context)->ends++;
}

static void failed(void *context, const char *path, struct error *error)
{
    struct told *told = context;
    (void)path;
    told->failures++;
    snprintf(told->what, sizeof told->what, "%s", error_message(error));
    error_destroy(error);
}

static void note(void *context, const char *path, const char *what)
{
    struct told *told = context;
    (void)path;
    told->notes++;
    snprintf(told->what, sizeof told->what, "%s", what);
}

static struct told deliver(int file)
{
    static atomic_bool stop = false;
    struct told told = {0};
    const struct source_visitor visitor = {
        .context = &told, .begin = begin, .data = data, .end = end, .failed = failed, .note = note};
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    dump_deliver(path, &(struct dump_request){.wants_log = true, .stop = &stop}, &visitor);
    return told;
}

/* A note is name and text, each behind its length. */
static size_t write_note(unsigned char *place, const char *name, const char *text)
{
    Elf64_Nhdr head = {.n_namesz = (Elf64_Word)strlen(name) + 1,
                       .n_descsz = (Elf64_Word)strlen(text)};
    size_t text_at = sizeof head + (head.n_namesz + 3) / 4 * 4;
    memcpy(place, &head, sizeof head);
    memcpy(place + sizeof head, name, head.n_namesz);
    memcpy(place + text_at, text, head.n_descsz);
    return text_at + (head.n_descsz + 3) / 4 * 4;
}

/* The dump as bytes; free() them. With the VMCOREINFO as a note, as kdump has it, or in a page of
 * the memory alone, as QEMU's dumps have it. */
static unsigned char *make_dump(struct dead_kernel *kernel, bool has_note)
{
    unsigned char *bytes = calloc(1, ELF_SIZE);
    struct dump_file dump = {
        .head = {.e_type = ET_CORE,
                 .e_machine = EM_X86_64,
                 .e_version = EV_CURRENT,
                 .e_phoff = sizeof dump.head,
                 .e_ehsize = sizeof dump.head,
                 .e_phentsize = sizeof dump.note,
                 .e_phnum = 2},
        .note = {.p_type = PT_NOTE, .p_offset = NOTE_AT},
        .memory = {.p_type = PT_LOAD,
                   .p_offset = MEMORY_AT,
                   .p_paddr = DEAD_PHYSICAL,
                   .p_vaddr = DEAD_BASE,
                   .p_filesz = DEAD_SIZE,
                   .p_memsz = DEAD_SIZE},
    };
    memcpy(dump.head.e_ident, ELFMAG "\2\1\1", 7);
    dump.note.p_filesz = has_note ? write_note(bytes + NOTE_AT, "VMCOREINFO", kernel->info)
                                  : write_note(bytes + NOTE_AT, "QEMU", "nothing");
    dump.note.p_memsz = dump.note.p_filesz;
    if (!has_note)
        memcpy(kernel->memory + DEAD_INFO_PAGE, kernel->info, strlen(kernel->info));
    memcpy(bytes, &dump, sizeof dump);
    memcpy(bytes + MEMORY_AT, kernel->memory, DEAD_SIZE);
    return bytes;
}

static struct told deliver_bytes(const unsigned char *bytes, size_t length)
{
    int file = memfd_create("dump", 0);
    assert_true(file >= 0);
    assert_int_equal(write(file, bytes, length), length);
    struct told told = deliver(file);
    close(file);
    return told;
}

static struct dead_kernel *panicked(void)
{
    struct dead_kernel *kernel = dead_ring_create(0);
    dead_ring_add(kernel, 1, 4, 1, "web invoked oom-killer");
    dead_ring_add(kernel, 2, 4, 1, "Kernel panic");
    return kernel;
}

#define PANICKED                                         \
    "<4>[    1.000000][    T1] web invoked oom-killer\n" \
    "<4>[    2.000000][    T1] Kernel panic\n"

static struct told deliver_kernel(struct dead_kernel *kernel, bool has_note)
{
    unsigned char *bytes = make_dump(kernel, has_note);
    struct told told = deliver_bytes(bytes, ELF_SIZE);
    free(bytes);
    dead_kernel_destroy(kernel);
    return told;
}

static void test_image__the_log_of_a_dump_is_a_stream_of_kind_vmcore(void **state)
{
    (void)state;
    struct told told = deliver_kernel(panicked(), true);
    assert_string_equal(told.text, PANICKED);
    assert_int_equal(told.failures, 0);
    assert_int_equal(told.streams, 1);
    assert_int_equal(told.ends, 1);
    assert_int_equal(told.kind, SOURCE_VMCORE);
}

static void test_image__vmcoreinfo_is_found_in_the_memory(void **state)
{
    (void)state;
    assert_string_equal(deliver_kernel(panicked(), false).text, PANICKED);
}

static void test_image__vmcoreinfo_of_another_kernel_is_not_believed(void **state)
{
    (void)state;
    struct dead_kernel *kernel = panicked();
    memcpy(kernel->memory + DEAD_UTS + 4 + 130, "4.19.0-", 7);
    struct told told = deliver_kernel(kernel, false);
    assert_int_equal(told.failures, 1);
    assert_int_equal(told.streams, 0);
    assert_non_null(strstr(told.what, "no VMCOREINFO"));
    assert_non_null(strstr(told.what, "makedumpfile --dump-dmesg"));
}

static void test_image__records_outside_of_the_dump_are_said(void **state)
{
    (void)state;
    struct dead_kernel *kernel = panicked();
    dead_put(kernel, DEAD_RING + 48, UINT64_C(0xffffffff90000000), 8);
    struct told told = deliver_kernel(kernel, true);
    assert_int_equal(told.failures, 0);
    assert_int_equal(told.notes, 1);
    assert_non_null(strstr(told.what, "2 of 2 records of the log are missing: 2 not in the dump"));
}

static void keep_provenance(void *context, struct incident *incident)
{
    *(enum provenance *)context = incident->source.provenance;
    incident_destroy(incident);
}

static void pass_covered(void *context, const struct coverage *coverage)
{
    (void)context;
    (void)coverage;
}

static void pass_words(void *context, const char *path, const char *what)
{
    (void)context;
    (void)path;
    (void)what;
}

/* Of a report whose records have that facility. */
static enum provenance provenance_of(unsigned facility)
{
    static const char *const report[] = {
        "web invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
        "Out of memory: Killed process 42 (web) total-vm:8kB, anon-rss:4kB, file-rss:0kB, "
        "shmem-rss:0kB, UID:0 pgtables:4kB oom_score_adj:0"};
    atomic_bool stop = false;
    enum provenance found = PROVENANCE_CONTAINER; /* of no dump */
    struct dead_kernel *kernel = dead_ring_create(0);
    for (size_t i = 0; i < sizeof report / sizeof *report; i++)
        dead_ring_add(kernel, 1, facility * 8 + 4, 1, report[i]);
    unsigned char *bytes = make_dump(kernel, true);
    int file = memfd_create("dump", 0);
    assert_int_equal(write(file, bytes, ELF_SIZE), ELF_SIZE);
    const struct intake_sink sink = {.context = &found,
                                     .incident = keep_provenance,
                                     .covered = pass_covered,
                                     .failed = pass_words,
                                     .noted = pass_words};
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    intake_read(path, &sink, &stop, NULL);
    close(file);
    free(bytes);
    dead_kernel_destroy(kernel);
    return found;
}

static void test_image__what_the_kernel_wrote_is_told_from_what_a_program_wrote(void **state)
{
    (void)state;
    assert_int_equal(provenance_of(0), PROVENANCE_KERNEL);
    assert_int_equal(provenance_of(1), PROVENANCE_USER);
}

/* libkdumpfile would give zeros for what is not there. */
static void test_image__a_file_that_ends_early_is_said(void **state)
{
    (void)state;
    struct dead_kernel *kernel = panicked();
    unsigned char *bytes = make_dump(kernel, true);
    struct told told = deliver_bytes(bytes, MEMORY_AT + DEAD_TEXTS + 48);
    assert_string_equal(told.text, "<4>[    1.000000][    T1] web invoked oom-killer\n");
    assert_int_equal(told.failures, 0);
    assert_int_equal(told.notes, 2);
    told = deliver_bytes(bytes, MEMORY_AT);
    assert_int_equal(told.failures, 1);
    assert_non_null(strstr(told.what, "the file ends before its dump does: "));
    free(bytes);
    dead_kernel_destroy(kernel);
}

static void test_image__what_is_no_dump_is_one_line(void **state)
{
    (void)state;
    const unsigned char bytes[8192] = "KDUMP   \6\0\0\0Linux";
    struct told told = deliver_bytes(bytes, sizeof bytes);
    assert_int_equal(told.failures, 1);
    assert_int_equal(told.streams + told.notes, 0);
    assert_null(strchr(told.what, '\n'));
}

/* Neither a crash nor a stream without an end, whatever byte is wrong. */
static void test_image__flipped_and_cut_dumps_do_no_harm(void **state)
{
    (void)state;
    uint64_t random = 2;
    struct dead_kernel *kernel = panicked();
    unsigned char *bytes = make_dump(kernel, true);
    for (size_t i = 0; i < 200; i++) {
        size_t header = NOTE_AT + strlen(kernel->info) + 24;
        size_t at = dead_random(&random) % header, was = bytes[at];
        bytes[at] ^= (unsigned char)(1 + dead_random(&random) % 255);
        struct told told = deliver_bytes(bytes, i % 4 ? ELF_SIZE : dead_random(&random) % ELF_SIZE);
        assert_int_equal(told.streams, told.ends);
        assert_int_equal(told.streams + told.failures, 1);
        bytes[at] = (unsigned char)was;
    }
    free(bytes);
    dead_kernel_destroy(kernel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_image__the_log_of_a_dump_is_a_stream_of_kind_vmcore),
        cmocka_unit_test(test_image__vmcoreinfo_is_found_in_the_memory),
        cmocka_unit_test(test_image__vmcoreinfo_of_another_kernel_is_not_believed),
        cmocka_unit_test(test_image__records_outside_of_the_dump_are_said),
        cmocka_unit_test(test_image__what_the_kernel_wrote_is_told_from_what_a_program_wrote),
        cmocka_unit_test(test_image__a_file_that_ends_early_is_said),
        cmocka_unit_test(test_image__what_is_no_dump_is_one_line),
        cmocka_unit_test(test_image__flipped_and_cut_dumps_do_no_harm),
    };
    return cmocka_run_group_tests_name("vmcore_image", tests, NULL, NULL);
}
