/* Segments of ELF dumps, from heads written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <elf.h>

#include "parsers/vmcore/segments.h"

enum { PAGE = 4096, HEADS = sizeof(Elf64_Ehdr) };

/* A file of @p bytes bytes with @p count heads, of which those in @p heads are there. */
static FILE *dump_of(const Elf64_Phdr *heads, size_t there, unsigned count, size_t bytes)
{
    FILE *file = tmpfile();
    Elf64_Ehdr head = {
        .e_phoff = HEADS, .e_phnum = (Elf64_Half)count, .e_phentsize = sizeof *heads};
    memcpy(head.e_ident, ELFMAG, SELFMAG);
    head.e_ident[EI_CLASS] = ELFCLASS64;
    head.e_ident[EI_DATA] = ELFDATA2LSB;
    assert_int_equal(fwrite(&head, sizeof head, 1, file), 1);
    assert_int_equal(fwrite(heads, sizeof *heads, there, file), there);
    for (size_t at = sizeof head + there * sizeof *heads; at < bytes; at++)
        fputc((int)(at / PAGE), file);
    fflush(file);
    return file;
}

static void pages_are_those_that_the_file_holds(void **state)
{
    const Elf64_Phdr heads[] = {
        {.p_type = PT_LOAD,
         .p_offset = PAGE,
         .p_paddr = 0x100000,
         .p_filesz = PAGE,
         .p_memsz = PAGE},
        {.p_type = PT_LOAD,
         .p_offset = 2 * PAGE,
         .p_paddr = 0x7ff800,
         .p_filesz = 2 * PAGE,
         .p_memsz = UINT64_MAX / 2},
    };
    (void)state;
    FILE *file = dump_of(heads, 2, 2, 4 * PAGE);
    struct segments *segments = segments_create(fileno(file));
    uint64_t address = 0;
    assert_true(segments_exist(segments));
    assert_true(segments_next_page(segments, &address, PAGE));
    assert_int_equal(address, 0x100000);
    address += PAGE;
    assert_true(segments_next_page(segments, &address, PAGE));
    assert_int_equal(address, 0x800000); /* the first that begins in the second */
    address += PAGE;
    assert_true(segments_next_page(segments, &address, PAGE));
    assert_int_equal(address, 0x801000);
    address += PAGE;
    assert_false(segments_next_page(segments, &address, PAGE));
    segments_destroy(segments);
    fclose(file);
}

/* One flipped bit of e_phnum: heads that are not there, and sizes that no file has. */
static void absurd_heads_give_no_pages(void **state)
{
    const Elf64_Phdr heads[] = {
        {.p_type = PT_LOAD,
         .p_offset = 0,
         .p_paddr = UINT64_MAX - PAGE,
         .p_filesz = PAGE,
         .p_memsz = PAGE},
        {.p_type = PT_LOAD,
         .p_offset = UINT64_MAX - 1,
         .p_paddr = 0,
         .p_filesz = UINT64_MAX,
         .p_memsz = UINT64_MAX},
    };
    (void)state;
    FILE *file = dump_of(heads, 2, 0x8002, 2 * PAGE);
    struct segments *segments = segments_create(fileno(file));
    uint64_t address = 0;
    assert_true(segments_are_cut(segments));
    assert_false(segments_next_page(segments, &address, PAGE));
    segments_destroy(segments);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_those_that_the_file_holds),
        cmocka_unit_test(absurd_heads_give_no_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
