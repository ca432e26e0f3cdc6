/*
 * A kernel as a program: its variables and structures are a kernel's, and it fills them for the
 * machine that machine.txt describes.
 *
 * Every file here is compiled behind one of era_*.h (gcc -include), which has the structures of one
 * kernel, and what is done to them otherwise than in others.
 *
 * In the dump this program's data lies where a kernel's image lies. So what is kept in a structure
 * is the address that a pointer has there: K(); to follow one here, H() takes it back.
 */
#ifndef WHYOOM_TESTS_SYNTHETIC_COMMON_H
#define WHYOOM_TESTS_SYNTHETIC_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef ARM64
extern uint64_t swapper_pg_dir[];
#endif

enum { FRAMES = 12288, CPUS = 2, ZONES = 2, LRU_LISTS = 5 };

/* This program runs from 0x400000 on. Its kernel is linked at that plus LINK_SHIFT, where the
 * symbol table of vmlinux has it, moved by KASLR, and mapped from physical memory at PHYSICAL_SHIFT
 * less. */
#ifdef ARM64
#define MACHINE "aarch64"
#define PAGE_SIZE 65536
#define LINK_SHIFT UINT64_C(0xffff80000fc00000)
#define KASLR_OFFSET UINT64_C(0x1000000)
#define PHYSICAL_SHIFT UINT64_C(0xffff800000000000) /* kimage_voffset */
#else
#define MACHINE "x86_64"
#define PAGE_SIZE 4096
#define LINK_SHIFT UINT64_C(0xffffffff80c00000)
#define KASLR_OFFSET UINT64_C(0x4000000)
#define PHYSICAL_SHIFT (UINT64_C(0xffffffff80000000) + KASLR_OFFSET) /* which phys_base is less */
#endif

#define K(pointer)                                                  \
    ((__typeof__(1 ? (pointer) : (pointer)))((uintptr_t)(pointer) + \
                                             (uintptr_t)(LINK_SHIFT + KASLR_OFFSET)))
#define H(pointer)                                                  \
    ((__typeof__(1 ? (pointer) : (pointer)))((uintptr_t)(pointer) - \
                                             (uintptr_t)(LINK_SHIFT + KASLR_OFFSET)))

/* ---- structures that all kernels here share */

typedef struct {
    int counter;
} atomic_t;

typedef struct {
    long counter;
} atomic_long_t;

typedef struct {
    atomic_t refs;
} refcount_t;

struct list_head {
    struct list_head *next, *prev;
};
struct hlist_head {
    struct hlist_node *first;
};
struct hlist_node {
    struct hlist_node *next, **pprev;
};
struct rb_root {
    struct rb_node *rb_node;
};

struct log_record { /* struct log, since 3.11 printk_log; no more since 5.10 */
    uint64_t ts_nsec;
    uint16_t len, text_len, dict_len;
    uint8_t facility, level;
};

/* ---- memory of the kernel */

/** Zeroed memory that is in the dump, of whole cache lines; NEW() of one structure. */
void *allocate(size_t size);
#define NEW(type) ((type *)allocate(sizeof(type)))

/** Where something lies in the machine's physical memory. */
uint64_t physical(const void *place);

/** A page of it, whose frame is *@p pfn. */
void *allocate_page(uint64_t *pfn);

/** A copy of @p text in it, as the kernel sees it. */
char *text(const char *text);

/** Memory of each CPU: what the kernel keeps as its pointer, and CPU @p cpu's part of it. */
void *percpu_allocate(size_t size);
void *percpu_at(void *pointer, unsigned cpu);

void list_init(struct list_head *head);
void list_add_tail(struct list_head *entry, struct list_head *head);

/* ---- the description */

/** Read machine.txt; exits when it cannot. */
void description_read(const char *path);

/** The first line that begins with @p kind behind @p line (NULL: of all); NULL: there is none. */
const char *description_next(const char *line, const char *kind);

/** The word behind "KEY=" in @p line, for as long as three others are asked for; "" without. */
const char *word(const char *line, const char *key);

/** The number there; 0 without, @p otherwise when it says "none". */
long number(const char *line, const char *key);
long number_or(const char *line, const char *key, long otherwise);

/* ---- what each subject of the machine makes */

struct page;
struct mem_cgroup;

void zones_build(void);
void cgroups_build(void);
void pages_build(void);
void files_build(void);
void slabs_build(void);
void tasks_build(void);
void swap_build(void);
void log_build(void);
void tables_build(void);

/** Of the cgroup @p path. */
struct mem_cgroup *find_memcg(const char *path);
void *find_css_set(const char *path);

/** Count @p pages in statistic @p item of the cgroup @p path, in its ancestors as that kernel does.
 * Negative: no item of that kernel. */
void charge_up(const char *path, int item, long pages);

/** Give a task the stack of the functions that it is in. */
struct task_struct;
void stack_build(const char *line, struct task_struct *task);

/** The number of a zone. */
unsigned find_zone(const char *name);

/** @p count free frames in a row of a zone, aligned to 1 << @p order; exits when there are none. */
uint64_t take_frames(unsigned zone, unsigned order, uint64_t count);

/** Put @p count pages charged to @p memcg on its list @p list: what `mapping` they have and what
 * item of the statistics counts them is the caller's. */
struct page *add_pages(struct mem_cgroup *memcg, unsigned zone, unsigned list, long count,
                       void *mapping, unsigned flags);

struct file;
/** The file whose name that is, opened. */
struct file *find_file(const char *name);

#endif
