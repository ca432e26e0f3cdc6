/*
 * A dead kernel of 20 KiB: its image's memory with a log buffer of either shape, and the VMCOREINFO
 * that describes it. Offsets and sizes are those of a 5.10 (ring) and a 5.4 (records) on x86_64;
 * the writers do what kernel/printk does.
 */
#ifndef WHYOOM_TESTS_UNIT_VMCORE_FIXTURE_H
#define WHYOOM_TESTS_UNIT_VMCORE_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/vmcore/printk.h"

enum {
    DEAD_PHYSICAL = 0x1000000,
    DEAD_SIZE = 0x5000,
    DEAD_PRB = 0, /* the pointer */
    DEAD_RING = 0x100,
    DEAD_UTS = 0x400,
    DEAD_LOG_BUF = 0x800, /* pointer, length, first, next */
    DEAD_DESCS = 0x1000,
    DEAD_INFOS = 0x2000,
    DEAD_TEXTS = 0x3000,
    DEAD_INFO_PAGE = 0x4000,
    RING_COUNT = 16,
    RING_SIZE = 1024,
    DESC_SIZE = 24,
    INFO_SIZE = 88,
    RECORD_SIZE = 20, /* struct printk_log with caller_id */
};

#define DEAD_BASE UINT64_C(0xffffffff81000000) /* of the memory, with phys_base 0 */
#define DEAD_ID_MASK ((UINT64_C(1) << 62) - 1)

struct dead_kernel {
    unsigned char memory[DEAD_SIZE];
    char info[4096];
    uint64_t id, lpos, absent_from, absent_to; /* ring; bytes that the dump does not hold */
    uint64_t next;                             /* records */
    char *text;                                /* what was read */
    size_t length, stop_after;
    struct printk_account account;
};

static inline void dead_put(struct dead_kernel *kernel, size_t at, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++, number >>= 8)
        kernel->memory[at + i] = (unsigned char)number;
}

static inline void dead_tell(struct dead_kernel *kernel, const char *text)
{
    strncat(kernel->info, text, sizeof kernel->info - strlen(kernel->info) - 1);
}

static inline struct dead_kernel *dead_kernel_create(void)
{
    struct dead_kernel *kernel = calloc(1, sizeof *kernel);
    memcpy(kernel->memory + DEAD_UTS + 4, "Linux", 5);
    memcpy(kernel->memory + DEAD_UTS + 4 + 130, "5.10.0-test", 11);
    memcpy(kernel->memory + DEAD_UTS + 4 + 195, "#1 SMP", 6);
    memcpy(kernel->memory + DEAD_UTS + 4 + 260, "x86_64", 6);
    dead_tell(kernel, "OSRELEASE=5.10.0-test\nPAGESIZE=4096\nSYMBOL(init_uts_ns)=ffffffff81000400\n"
                      "NUMBER(phys_base)=0\nKERNELOFFSET=0\n");
    return kernel;
}

static inline void dead_kernel_destroy(struct dead_kernel *kernel)
{
    free(kernel->text);
    free(kernel);
}

static inline struct dead_kernel *dead_ring_create(uint64_t first_id)
{
    struct dead_kernel *kernel = dead_kernel_create();
    dead_tell(kernel,
              "SYMBOL(prb)=ffffffff81000000\nOFFSET(printk_ringbuffer.desc_ring)=0\n"
              "OFFSET(printk_ringbuffer.text_data_ring)=40\nOFFSET(prb_desc_ring.count_bits)=0\n"
              "OFFSET(prb_desc_ring.descs)=8\nOFFSET(prb_desc_ring.infos)=16\n"
              "OFFSET(prb_desc_ring.head_id)=24\nOFFSET(prb_desc_ring.tail_id)=32\n"
              "SIZE(prb_desc)=24\nOFFSET(prb_desc.state_var)=0\nOFFSET(prb_desc.text_blk_lpos)=8\n"
              "OFFSET(prb_data_blk_lpos.begin)=0\nOFFSET(prb_data_blk_lpos.next)=8\n"
              "SIZE(printk_info)=88\nOFFSET(printk_info.ts_nsec)=8\n"
              "OFFSET(printk_info.text_len)=16\nOFFSET(printk_info.caller_id)=20\n"
              "OFFSET(prb_data_ring.size_bits)=0\nOFFSET(prb_data_ring.data)=8\n");
    dead_put(kernel, DEAD_PRB, DEAD_BASE + DEAD_RING, 8);
    dead_put(kernel, DEAD_RING, 4, 4);
    dead_put(kernel, DEAD_RING + 8, DEAD_BASE + DEAD_DESCS, 8);
    dead_put(kernel, DEAD_RING + 16, DEAD_BASE + DEAD_INFOS, 8);
    dead_put(kernel, DEAD_RING + 32, first_id, 8);
    dead_put(kernel, DEAD_RING + 40, 10, 4);
    dead_put(kernel, DEAD_RING + 48, DEAD_BASE + DEAD_TEXTS, 8);
    kernel->id = first_id;
    return kernel;
}

static inline size_t dead_desc(uint64_t id)
{
    return DEAD_DESCS + (id % RING_COUNT) * DESC_SIZE;
}

static inline size_t dead_info(uint64_t id)
{
    return DEAD_INFOS + (id % RING_COUNT) * INFO_SIZE;
}

/** prb_reserve(), prb_final_commit(): the id of the record. */
static inline uint64_t dead_ring_add(struct dead_kernel *kernel, uint64_t seconds,
                                     unsigned priority, uint32_t caller, const char *text)
{
    uint64_t id = kernel->id, size = (8 + strlen(text) + 7) / 8 * 8;
    uint64_t begin = kernel->lpos, next = begin + size, index = begin % RING_SIZE;
    if (begin / RING_SIZE != next / RING_SIZE) { /* as 5.10 does it */
        next = next / RING_SIZE * RING_SIZE + size;
        index = 0;
    }
    dead_put(kernel, DEAD_TEXTS + index, id, 8);
    memcpy(kernel->memory + DEAD_TEXTS + index + 8, text, strlen(text));
    dead_put(kernel, dead_desc(id), UINT64_C(2) << 62 | id, 8);
    dead_put(kernel, dead_desc(id) + 8, begin, 8);
    dead_put(kernel, dead_desc(id) + 16, next, 8);
    dead_put(kernel, dead_info(id) + 8, seconds * 1000000000, 8);
    dead_put(kernel, dead_info(id) + 16, strlen(text), 2);
    dead_put(kernel, dead_info(id) + 18, priority / 8, 1);
    dead_put(kernel, dead_info(id) + 19, priority % 8 << 5, 1);
    dead_put(kernel, dead_info(id) + 20, caller, 4);
    dead_put(kernel, DEAD_RING + 24, id, 8); /* head */
    kernel->lpos = next;
    kernel->id = (id + 1) & DEAD_ID_MASK;
    return id;
}

static inline struct dead_kernel *dead_records_create(const char *name, bool has_caller)
{
    char text[512];
    struct dead_kernel *kernel = dead_kernel_create();
    snprintf(text, sizeof text,
             "SYMBOL(log_buf)=ffffffff81000800\nSYMBOL(log_buf_len)=ffffffff81000808\n"
             "SYMBOL(log_first_idx)=ffffffff8100080c\nSYMBOL(log_next_idx)=ffffffff81000810\n"
             "SIZE(%s)=20\nOFFSET(%s.ts_nsec)=0\nOFFSET(%s.len)=8\nOFFSET(%s.text_len)=10\n"
             "OFFSET(%s.dict_len)=12\n",
             name, name, name, name, name);
    dead_tell(kernel, text);
    if (has_caller)
        dead_tell(kernel, "OFFSET(printk_log.caller_id)=16\n");
    dead_put(kernel, DEAD_LOG_BUF, DEAD_BASE + DEAD_TEXTS, 8);
    dead_put(kernel, DEAD_LOG_BUF + 8, RING_SIZE, 4);
    return kernel;
}

/** log_store(): where the record stands. */
static inline size_t dead_records_add(struct dead_kernel *kernel, uint64_t seconds,
                                      unsigned priority, uint32_t caller, const char *text)
{
    size_t size = (RECORD_SIZE + strlen(text) + 3) / 4 * 4;
    if (kernel->next + size + RECORD_SIZE > RING_SIZE) { /* no room: an empty head tells so */
        memset(kernel->memory + DEAD_TEXTS + kernel->next, 0, RECORD_SIZE);
        kernel->next = 0;
    }
    size_t at = DEAD_TEXTS + kernel->next;
    dead_put(kernel, at, seconds * 1000000000, 8);
    dead_put(kernel, at + 8, size, 2);
    dead_put(kernel, at + 10, strlen(text), 2);
    dead_put(kernel, at + 14, priority / 8, 1);
    dead_put(kernel, at + 15, priority % 8 << 5, 1);
    dead_put(kernel, at + 16, caller, 4);
    memcpy(kernel->memory + at + RECORD_SIZE, text, strlen(text));
    kernel->next += size;
    dead_put(kernel, DEAD_LOG_BUF + 16, kernel->next, 4);
    return at;
}

static inline bool dead_read(void *context, uint64_t address, void *buffer, size_t length)
{
    const struct dead_kernel *kernel = context;
    uint64_t at = address - DEAD_BASE;
    if (at > DEAD_SIZE || length > DEAD_SIZE - at)
        return false;
    if (at < kernel->absent_to && at + length > kernel->absent_from)
        return false;
    memcpy(buffer, kernel->memory + at, length);
    return true;
}

static inline bool dead_take(void *context, const char *data, size_t length)
{
    struct dead_kernel *kernel = context;
    kernel->text = realloc(kernel->text, kernel->length + length + 1);
    memcpy(kernel->text + kernel->length, data, length);
    kernel->length += length;
    kernel->text[kernel->length] = '\0';
    return !kernel->stop_after || kernel->length < kernel->stop_after;
}

static inline struct error *dead_log(struct dead_kernel *kernel)
{
    const struct memory memory = {kernel, dead_read};
    kernel->length = 0;
    dead_take(kernel, "", 0);
    return printk_read(slice_from_string(kernel->info), &memory, dead_take, kernel,
                       &kernel->account);
}

/** The same numbers on every machine: xorshift64. */
static inline uint64_t dead_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

#endif
