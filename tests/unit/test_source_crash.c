/* What crashes leave: pstore records, dumps; and this machine. */
#include "tests/unit/source_record.h"

#include <elf.h>

#include "parsers/source/machine.h"

/* ---- pstore */

static void parts_of_a_record_come_oldest_first_as_one_stream(void **state)
{
    (void)state;
    struct record record;
    mkdir("d", 0700);
    write_text("d/dmesg-efi-176722560001001", "Panic#1 Part1\n<4>[3.0] three\n");
    write_text("d/dmesg-efi-176722560002001", "Panic#1 Part2\n<4>[2.0] two\n");
    write_text("d/dmesg-efi-176722560110001", "Panic#1 Part10\n<4>[1.0] one\n");
    record_walk(&record, "d");
    assert_paths(&record, "d/dmesg-efi-176722560001001\n");
    assert_string_equal(record.streams[0].data, "Panic#1 Part10\n<4>[1.0] one\n\n"
                                                "Panic#1 Part2\n<4>[2.0] two\n\n"
                                                "Panic#1 Part1\n<4>[3.0] three\n\n");
    record_free(&record);
}

static void records_of_two_crashes_stay_two_streams(void **state)
{
    (void)state;
    struct record record;
    mkdir("d", 0700);
    write_text("d/dmesg-efi-176722560001001", "Panic#1 Part1\nnew end\n");
    write_text("d/dmesg-efi-176722560002001", "Panic#1 Part2\nnew start\n");
    write_text("d/dmesg-efi-176700000001001", "Panic#1 Part1\nold end\n");
    write_text("d/dmesg-efi-176700000002001", "Panic#1 Part2\nold start\n");
    write_text("d/dmesg-efi-176700000001002", "Oops#2 Part1\nanother\n");
    write_text("d/console-ramoops-0", "a console\n");
    record_walk(&record, "d");
    assert_paths(&record, "d/console-ramoops-0\nd/dmesg-efi-176700000001002\n"
                          "d/dmesg-efi-176700000001001\nd/dmesg-efi-176722560001001\n");
    assert_string_equal(record.streams[2].data,
                        "Panic#1 Part2\nold start\n\nPanic#1 Part1\nold end\n\n");
    assert_string_equal(record.streams[3].data,
                        "Panic#1 Part2\nnew start\n\nPanic#1 Part1\nnew end\n\n");
    record_free(&record);
}

static void a_file_of_several_parts_is_put_in_order(void **state)
{
    (void)state;
    struct record record;
    write_text("dmesg.txt", "Oops#1 Part1\nc\nPanic#2 Part1\nf\nPanic#2 Part2\ne\nno #1 Part1\n"
                            "Panic#2 Part3\nd\nPanic#2 Part1\ni\nPanic#2 Part2\nh");
    record_walk(&record, "dmesg.txt");
    assert_int_equal(record.streams_count, 1);
    assert_string_equal(record.streams[0].data,
                        "Oops#1 Part1\nc\nPanic#2 Part3\nd\nPanic#2 Part2\ne\nno #1 Part1\n"
                        "Panic#2 Part1\nf\nPanic#2 Part2\nh\nPanic#2 Part1\ni\n");
    record_free(&record);
}

static void a_part_the_kernel_could_not_decompress_is_named(void **state)
{
    (void)state;
    struct record record;
    mkdir("d", 0700);
    write_text("d/dmesg-efi-176722560001001.enc.z", "\x78\x9c");
    record_walk(&record, "d");
    assert_int_equal(record.streams_count, 0);
    assert_says(record.failed, "d/dmesg-efi-176722560001001.enc.z: a pstore record that the kernel "
                               "could not decompress");
}

static void a_part_head_without_newlines_takes_no_quadratic_time(void **state)
{
    (void)state;
    enum { LENGTH = 4 * 1000 * 1000 };
    struct record record;
    char *text = must_allocate(LENGTH);
    size_t length = (size_t)sprintf(text, "Panic#1 Part1\n");
    for (; length + 16 < LENGTH; length += 5)
        memcpy(text + length, " Part", 5);
    write_file("log", text, length);
    record_walk(&record, "log");
    assert_int_equal(record.streams[0].length, length + 1); /* a newline at the end */
    record_free(&record);
    free(text);
}

/* ---- dumps */

static void write_core(const char *path, uint64_t physical, uint64_t virtual)
{
    struct {
        Elf64_Ehdr head;
        Elf64_Phdr segments[2];
    } core = {
        .head = {.e_ident = "\177ELF\2\1\1",
                 .e_type = ET_CORE,
                 .e_machine = EM_X86_64,
                 .e_phoff = sizeof(Elf64_Ehdr),
                 .e_phnum = 2,
                 .e_phentsize = sizeof(Elf64_Phdr)},
        .segments = {{.p_type = PT_NOTE, .p_offset = 4096},
                     {.p_type = PT_LOAD, .p_paddr = physical, .p_vaddr = virtual}},
    };
    write_file(path, &core, sizeof core);
}

static void kernel_dumps_are_told_from_cores_of_processes(void **state)
{
    (void)state;
    struct record record;
    mkdir("d", 0700);
    write_core("d/1-qemu", 0x100000, 0);
    write_core("d/2-kdump", 0, 0xffff888000000000);
    write_core("d/3-process", 0, 0x400000);
    write_file("d/4-makedumpfile", "KDUMP   \6\0\0\0", 12);
    write_file("d/5-diskdump", "DISKDUMP\1\0\0\0", 12);
    write_file("d/6-flattened", "makedumpfile\0\0\0\0\0\0\0\1", 20);
    record_walk(&record, "d");
    assert_string_equal(record.vmcores, "d/1-qemu\nd/2-kdump\nd/4-makedumpfile\nd/5-diskdump\n"
                                        "d/6-flattened\n");
    assert_int_equal(record.streams_count, 0);
    assert_string_equal(record.failed, "");
    record_free(&record);
}

static void a_dump_that_comes_packed_says_to_unpack_it(void **state)
{
    (void)state;
    struct record record;
    write_file("vmcore", "KDUMP   \6\0\0\0", 12);
    assert_int_equal(system("gzip -c vmcore >vmcore.gz"), 0);
    record_walk(&record, "vmcore.gz");
    assert_string_equal(record.vmcores, "");
    assert_says(record.failed, "vmcore.gz: a kernel dump that is packed");
}

static void other_images_are_named_with_what_to_do(void **state)
{
    (void)state;
    static const struct {
        const char *path, *head, *says;
        size_t length, offset;
    } images[] = {
        {"lime", "EMiL\1\0\0\0", "a memory image of LiME", 8, 0},
        {"qemu", "QEVM\0\0\0\3", "dump-guest-memory", 8, 0},
        {"libvirt", "LibvirtQemudSave", "virsh dump --memory-only", 16, 0},
        {"vmware", "\xd2\xbe\xd2\xbe\x08\0\0\0", "vmss2core", 8, 0},
        {"hyperv", "\x14\x20\x28\x01", "Hyper-V", 4, 0},
        {"xen", "LinuxGuestRecord", "a saved Xen guest", 16, 0},
        {"swap", "S1SUSPEND\0", "hibernated machine", 10, 4086},
        {"lzop", "\x89LZO\0\r\n\x1a\n", "unpack it first", 9, 0},
    };
    for (size_t i = 0; i < sizeof images / sizeof *images; i++) {
        struct record record;
        char page[8192] = {0};
        memcpy(page + images[i].offset, images[i].head, images[i].length);
        write_file(images[i].path, page, sizeof page);
        record_walk(&record, images[i].path);
        assert_int_equal(record.streams_count, 0);
        assert_int_equal(record.failures, 1);
        assert_says(record.failed, images[i].says);
    }
}

/* ---- a machine */

static void the_first_log_of_a_machine_is_taken(void **state)
{
    (void)state;
    struct record record = {0};
    struct source_visitor visitor = record_visitor(&record);
    struct walk walk = {.visitor = &visitor};
    assert_int_equal(system("mkdir -p m/var/log"), 0);
    assert_false(machine_deliver_log(&walk, "m"));
    write_text("m/var/log/messages", "text\n");
    write_text("m/var/log/syslog", "text\n");
    assert_true(machine_deliver_log(&walk, "m"));
    assert_paths(&record, "m/var/log/messages\n");
    assert_string_equal(record.failed, "");
    record_free(&record);
}

static void the_places_where_crashes_are_kept_are_read(void **state)
{
    (void)state;
    struct record record = {0};
    struct source_visitor visitor = record_visitor(&record);
    struct walk walk = {.visitor = &visitor};
    assert_int_equal(system("mkdir -p m/sys/fs/pstore m/var/crash/2026-01-01"), 0);
    write_text("m/sys/fs/pstore/dmesg-ramoops-0", "Panic#1 Part1\nend\n");
    write_text("m/var/crash/2026-01-01/vmcore-dmesg.txt", "[1.0] booted\n");
    write_file("m/var/crash/2026-01-01/vmcore", "KDUMP   \6\0\0\0", 12);
    machine_deliver_crashes(&walk, "m");
    assert_paths(&record, "m/sys/fs/pstore/dmesg-ramoops-0\n"
                          "m/var/crash/2026-01-01/vmcore-dmesg.txt\n");
    assert_string_equal(record.vmcores, "m/var/crash/2026-01-01/vmcore\n");
    assert_string_equal(record.failed, "");
    record_free(&record);
}

static void what_only_root_may_see_is_a_note_and_no_failure(void **state)
{
    struct room *room = *state;
    enum { NOBODY = 65534 };
    struct record record = {0};
    struct source_visitor visitor = record_visitor(&record);
    struct walk walk = {.visitor = &visitor};
    if (geteuid() != 0) {
        print_message("only root can become somebody who is not\n");
        skip();
    }
    assert_int_equal(system("mkdir -p m/var/crash && chmod 700 m/var/crash"), 0);
    chmod(room->path, 0755);
    assert_int_equal(setresuid(NOBODY, NOBODY, 0), 0); /* access() asks for the real user */
    machine_deliver_crashes(&walk, "m");
    assert_int_equal(setresuid(0, 0, 0), 0);
    assert_string_equal(record.failed, "");
    assert_says(record.notes, "m/var/crash: not readable for this user; root sees it");
}

static void this_machine_gives_something_or_says_why_not(void **state)
{
    (void)state;
    struct record record = {0};
    struct source_visitor visitor = record_visitor(&record);
    source_walk_machine(&visitor);
    assert_true(record.streams_count || record.notes[0]);
    assert_int_equal(record.ends, record.streams_count);
    record_free(&record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_room(parts_of_a_record_come_oldest_first_as_one_stream),
        in_room(records_of_two_crashes_stay_two_streams),
        in_room(a_file_of_several_parts_is_put_in_order),
        in_room(a_part_the_kernel_could_not_decompress_is_named),
        in_room(a_part_head_without_newlines_takes_no_quadratic_time),
        in_room(kernel_dumps_are_told_from_cores_of_processes),
        in_room(a_dump_that_comes_packed_says_to_unpack_it),
        in_room(other_images_are_named_with_what_to_do),
        in_room(the_first_log_of_a_machine_is_taken),
        in_room(the_places_where_crashes_are_kept_are_read),
        in_room(what_only_root_may_see_is_a_note_and_no_failure),
        cmocka_unit_test(this_machine_gives_something_or_says_why_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
