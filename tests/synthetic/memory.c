/* Memory of the kernel, and its lists. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/synthetic/common.h"

enum { ARENA_SIZE = 1 << 21, PERCPU_SIZE = 1 << 16, LINE = 64 };

static unsigned char arena[ARENA_SIZE] __attribute__((aligned(PAGE_SIZE)));
static unsigned char percpu[CPUS][PERCPU_SIZE] __attribute__((aligned(PAGE_SIZE)));
static size_t arena_used, percpu_used = LINE; /* 0 is no pointer */

/* kernel/smp.c, setup_percpu.c, version.c */
unsigned nr_cpu_ids = CPUS, nr_node_ids = 1;
unsigned long __per_cpu_offset[CPUS], __cpu_possible_mask = (1UL << CPUS) - 1;
struct {
    int users;
    char names[6][65];
} init_uts_ns = {1, {"Linux", "synthetic", RELEASE, "#1 SMP", MACHINE, ""}};

void *allocate(size_t size)
{
    void *piece = arena + arena_used;
    arena_used += (size + LINE - 1) / LINE * LINE;
    if (arena_used <= ARENA_SIZE)
        return piece;
    fputs("the kernel's memory is too small\n", stderr);
    exit(1);
}

uint64_t physical(const void *place)
{
    return (uint64_t)(uintptr_t)K(place) - PHYSICAL_SHIFT;
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
