/* The dump: an ELF core of the program's data, which lies in one piece, and of RAM that it does not
 * hold. */
#include <elf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/synthetic/common.h"

/* ---- VMCOREINFO */

static char info[4096];
static size_t info_used;

static void tell(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    info_used += (size_t)vsnprintf(info + info_used, sizeof info - info_used, format, arguments);
    va_end(arguments);
}

extern struct mem_section *mem_section[2];
extern char *log_buf, init_uts_ns[];
extern unsigned log_buf_len, log_first_idx, log_next_idx;

#define TELL_SYMBOL(name) tell("SYMBOL(%s)=%lx\n", #name, (unsigned long)K(&name))
#define TELL_OFFSET(type, name, member) \
    tell("OFFSET(%s.%s)=%zu\n", name, #member, offsetof(struct type, member))

static void tell_machine(void)
{
#ifdef ARM64
    tell("NUMBER(VA_BITS)=48\nNUMBER(TCR_EL1_T1SZ)=0x10\nNUMBER(PHYS_OFFSET)=0x0\n"
         "NUMBER(kimage_voffset)=0x%lx\nNUMBER(SECTION_SIZE_BITS)=29\n",
         (unsigned long)PHYSICAL_SHIFT);
    TELL_SYMBOL(swapper_pg_dir);
#else
    tell("NUMBER(phys_base)=%ld\nNUMBER(KERNEL_IMAGE_SIZE)=1073741824\n",
         (long)(UINT64_C(0xffffffff80000000) - PHYSICAL_SHIFT));
#endif
}

static void tell_log(void)
{
#ifdef LOG_STRUCT
    TELL_SYMBOL(log_buf);
    TELL_SYMBOL(log_buf_len);
    TELL_SYMBOL(log_first_idx);
    TELL_SYMBOL(log_next_idx);
    tell("SIZE(%s)=%zu\n", LOG_STRUCT, sizeof(struct log_record));
    TELL_OFFSET(log_record, LOG_STRUCT, ts_nsec);
    TELL_OFFSET(log_record, LOG_STRUCT, len);
    TELL_OFFSET(log_record, LOG_STRUCT, text_len);
    TELL_OFFSET(log_record, LOG_STRUCT, dict_len);
#endif
}

static void tell_all(void)
{
    tell("OSRELEASE=%s\nPAGESIZE=%d\nKERNELOFFSET=%lx\n", RELEASE, PAGE_SIZE,
         (unsigned long)KASLR_OFFSET);
    tell("CRASHTIME=1732875637\n"); /* 2024-11-29T10:20:37Z */
    TELL_SYMBOL(init_uts_ns);
    TELL_SYMBOL(mem_section);
    tell("LENGTH(mem_section)=2\n");
    tell_machine();
    tell_log();
}

/* ---- ELF */

/* What the program's data is, from the linker. */
extern char __data_start[], _end[];

static uint64_t round_up(uint64_t number, uint64_t step)
{
    return (number + step - 1) / step * step;
}

/* RAM without content, of which the dump tells no more than that it was there. */
static Elf64_Phdr absent(uint64_t first, uint64_t end)
{
    return (Elf64_Phdr){.p_type = PT_LOAD, .p_paddr = first, .p_memsz = end - first};
}

static void put_heads(FILE *file, uint64_t notes_size, const char *image, uint64_t size)
{
    enum { HEADS = 4 };
    Elf64_Ehdr head = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, 1},
                       .e_type = ET_CORE,
                       .e_machine = PAGE_SIZE == 4096 ? EM_X86_64 : EM_AARCH64,
                       .e_version = EV_CURRENT,
                       .e_phoff = sizeof head,
                       .e_ehsize = sizeof head,
                       .e_phentsize = sizeof(Elf64_Phdr),
                       .e_phnum = HEADS};
    Elf64_Phdr heads[HEADS] = {
        {.p_type = PT_NOTE, .p_offset = sizeof head + sizeof heads, .p_filesz = notes_size},
        absent(0, physical(image)),
        {.p_type = PT_LOAD,
         .p_offset = 2 * PAGE_SIZE,
         .p_vaddr = (uint64_t)(uintptr_t)K(image),
         .p_paddr = physical(image),
         .p_filesz = size,
         .p_memsz = size},
        absent(physical(image) + size, (uint64_t)FRAMES * PAGE_SIZE),
    };
    fwrite(&head, sizeof head, 1, file);
    fwrite(heads, sizeof heads, 1, file);
}

/* Data may begin and end inside of a page; the rest of these is a hole. */
static void put_image(FILE *file, const char *image, uint64_t size)
{
    fseek(file, 2 * PAGE_SIZE + (__data_start - image), SEEK_SET);
    fwrite(__data_start, (size_t)(_end - __data_start), 1, file);
    fseek(file, 2 * PAGE_SIZE + (long)size - 1, SEEK_SET);
    fputc(0, file);
}

static void dump_write(const char *path)
{
    static const char name[12] = "VMCOREINFO";
    const char *image = (const char *)((uintptr_t)__data_start / PAGE_SIZE * PAGE_SIZE);
    uint64_t size = round_up((uint64_t)(_end - image), PAGE_SIZE);
    FILE *file = fopen(path, "w");
    tell_all();
    Elf64_Nhdr note = {sizeof "VMCOREINFO", (Elf64_Word)info_used, 0};
    if (file) {
        put_heads(file, sizeof note + sizeof name + round_up(info_used, 4), image, size);
        fwrite(&note, sizeof note, 1, file);
        fwrite(name, sizeof name, 1, file);
        fwrite(info, info_used, 1, file);
        put_image(file, image, size);
    }
    if (!file || ferror(file) || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

/* Without arguments: by how much the addresses of vmlinux lie above this program's. */
int main(int count, char **words)
{
    if (count != 3) {
        printf("0x%lx\n", (unsigned long)LINK_SHIFT);
        return 0;
    }
    description_read(words[1]);
    zones_build();
    cgroups_build();
    pages_build();
    files_build();
    slabs_build();
    tasks_build();
    swap_build();
    log_build();
    tables_build();
    dump_write(words[2]);
    return 0;
}
