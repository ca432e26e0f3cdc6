/* Memory of the kernel, its lists, and the dump that is written of it: an ELF core of the program's
 * data, which lies in one piece, and of RAM that it does not hold. */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/synthetic/common.h"

enum { ARENA_SIZE = 1 << 21, PERCPU_SIZE = 1 << 16, LINE = 64, SECTION_BITS = 27, ROOTS = 2 };

static unsigned char arena[ARENA_SIZE] __attribute__((aligned(PAGE_SIZE)));
static unsigned char percpu[CPUS][PERCPU_SIZE] __attribute__((aligned(PAGE_SIZE)));
static size_t arena_used, percpu_used = LINE; /* 0 is no pointer */

/* kernel/smp.c, setup_percpu.c, version.c */
unsigned nr_cpu_ids = CPUS, nr_node_ids = 1;
unsigned long __per_cpu_offset[CPUS], __cpu_possible_mask = (1UL << CPUS) - 1;
struct {
    int users;
    char names[6][65];
} init_uts_ns = {1, {"Linux", "synthetic", RELEASE, "#1 SMP", "x86_64", ""}};

extern struct mem_section *mem_section[];

void *allocate(size_t size)
{
    void *piece = arena + arena_used;
    arena_used += (size + LINE - 1) / LINE * LINE;
    if (arena_used <= ARENA_SIZE)
        return piece;
    fputs("the kernel's memory is too small\n", stderr);
    exit(1);
}

static uint64_t physical(const void *place)
{
    return (uint64_t)(uintptr_t)K(place) - IMAGE_START + (uint64_t)PHYS_BASE;
}

void *allocate_page(uint64_t *pfn)
{
    arena_used = (arena_used + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
    void *page = allocate(PAGE_SIZE);
    *pfn = physical(page) / PAGE_SIZE;
    return page;
}

char *text(const char *text)
{
    char *copy = allocate(strlen(text) + 1);
    return K(strcpy(copy, text));
}

void *percpu_allocate(size_t size)
{
    size_t at = percpu_used;
    percpu_used += (size + LINE - 1) / LINE * LINE;
    if (percpu_used > PERCPU_SIZE) {
        fputs("the memory of CPUs is too small\n", stderr);
        exit(1);
    }
    for (unsigned cpu = 0; cpu < CPUS; cpu++)
        __per_cpu_offset[cpu] = (unsigned long)K(percpu[cpu]);
    return (void *)at;
}

void *percpu_at(void *pointer, unsigned cpu)
{
    return percpu[cpu] + (size_t)pointer;
}

void list_init(struct list_head *head)
{
    head->next = head->prev = K(head);
}

void list_add_tail(struct list_head *entry, struct list_head *head)
{
    struct list_head *last = H(head->prev);
    entry->next = K(head);
    entry->prev = K(last);
    last->next = head->prev = K(entry);
}

/* ---- the dump ------------------------------------------------------------------------------ */

#define SYMBOL(name) "SYMBOL(" #name ")=%lx\n"
#define OFFSET(type, member) "OFFSET(" #type "." #member ")=%zu\n"

extern char *log_buf;
extern unsigned log_buf_len, log_first_idx, log_next_idx;
static int describe(char *info, size_t size)
{
    int length = snprintf(info, size,
                          "OSRELEASE=" RELEASE "\nPAGESIZE=4096\n" SYMBOL(init_uts_ns)
                              SYMBOL(mem_section) "LENGTH(mem_section)=%d\n"
                                                  "NUMBER(phys_base)=%ld\nKERNELOFFSET=%lx\nNUMBER("
                                                  "KERNEL_IMAGE_SIZE)=1073741824\n",
                          (unsigned long)K(&init_uts_ns), (unsigned long)K(mem_section), ROOTS,
                          (long)PHYS_BASE, (unsigned long)KASLR_OFFSET);
#ifdef LOG_STRUCT
    length += snprintf(
        info + length, size - (size_t)length,
        SYMBOL(log_buf) SYMBOL(log_buf_len) SYMBOL(log_first_idx)
            SYMBOL(log_next_idx) "SIZE(" LOG_STRUCT ")=%zu\nOFFSET(" LOG_STRUCT
                                 ".ts_nsec)=%zu\nOFFSET(" LOG_STRUCT ".len)=%zu\nOFFSET(" LOG_STRUCT
                                 ".text_len)=%zu\nOFFSET(" LOG_STRUCT ".dict_len)=%zu\n",
        (unsigned long)K(&log_buf), (unsigned long)K(&log_buf_len),
        (unsigned long)K(&log_first_idx), (unsigned long)K(&log_next_idx),
        sizeof(struct log_record), offsetof(struct log_record, ts_nsec),
        offsetof(struct log_record, len), offsetof(struct log_record, text_len),
        offsetof(struct log_record, dict_len));
#endif
    return length;
}

/* What the program's data is, from the linker. */
extern char __data_start[], _end[];

static uint64_t round_up(uint64_t number)
{
    return (number + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
}

/* RAM without content, of which the machine tells no more than that it was there. */
static Elf64_Phdr absent(uint64_t first, uint64_t end)
{
    return (Elf64_Phdr){.p_type = PT_LOAD, .p_paddr = first, .p_memsz = end - first};
}

void core_write(const char *path)
{
    enum { INFO_SIZE = 4096, NAME_SIZE = 12, HEADS = 4 };
    static char info[INFO_SIZE];
    FILE *file = fopen(path, "w");
    if (!file) {
        perror(path);
        exit(1);
    }
    Elf64_Word length = (Elf64_Word)describe(info, sizeof info);
    Elf64_Nhdr note = {sizeof "VMCOREINFO", length, 0};
    uint64_t note_size = sizeof note + NAME_SIZE + round_up(length);
    const char *image = (const char *)((uintptr_t)__data_start / PAGE_SIZE * PAGE_SIZE);
    uint64_t size = round_up((uint64_t)(_end - image)), at = physical(image);
    Elf64_Ehdr head = {.e_type = ET_CORE,
                       .e_machine = EM_X86_64,
                       .e_version = EV_CURRENT,
                       .e_phoff = sizeof head,
                       .e_ehsize = sizeof head,
                       .e_phentsize = sizeof(Elf64_Phdr),
                       .e_phnum = HEADS};
    memcpy(head.e_ident, ELFMAG "\2\1\1", 7);
    Elf64_Phdr heads[HEADS] = {
        {.p_type = PT_NOTE, .p_offset = sizeof head + sizeof heads, .p_filesz = note_size},
        absent(0, at),
        {.p_type = PT_LOAD,
         .p_offset = 2 * PAGE_SIZE,
         .p_vaddr = (uint64_t)(uintptr_t)K(image),
         .p_paddr = at,
         .p_filesz = size,
         .p_memsz = size},
        absent(at + size, (uint64_t)FRAMES * PAGE_SIZE),
    };
    fwrite(&head, sizeof head, 1, file);
    fwrite(heads, sizeof heads, 1, file);
    fwrite(&note, sizeof note, 1, file);
    fwrite("VMCOREINFO\0", NAME_SIZE, 1, file);
    fwrite(info, length, 1, file);
    fseek(file, 2 * PAGE_SIZE, SEEK_SET);
    fwrite(image, (size_t)(_end - image), 1, file);
    for (uint64_t rest = size - (uint64_t)(_end - image); rest; rest--)
        fputc(0, file);
    if (fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

int main(int count, char **words)
{
    if (count != 3) {
        fputs("usage: make_dump MACHINE.TXT DUMP\n", stderr);
        return 2;
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
    core_write(words[2]);
    return 0;
}
