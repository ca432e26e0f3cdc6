/*
 * The kernel's log buffer in a dump, as the lines that dmesg would print.
 *
 * Two shapes: the ring of descriptors since 5.10 (kernel/printk/printk_ringbuffer.c; SYMBOL(prb))
 * and the buffer of records before (struct log up to 3.11, printk_log up to 5.9;
 * SYMBOL(log_buf)). All places come from VMCOREINFO; no kernel version is asked for. A line is
 * "<priority>[seconds.microseconds][caller] text"; a text of many lines repeats the prefix, and a
 * record that continues another is a line of its own, as with dmesg.
 *
 * Every walk is bounded by the size of the buffer: what a torn ring has no longer is counted, never
 * guessed.
 */
#ifndef WHYOOM_PARSERS_VMCORE_PRINTK_H
#define WHYOOM_PARSERS_VMCORE_PRINTK_H

#include "analyzer/base/error.h"
#include "analyzer/base/slice.h"
#include "parsers/vmcore/memory.h"

/** Takes the next bytes of the text. False: enough. */
typedef bool printk_sink(void *context, const char *data, size_t length);

/** What became of the records. */
struct printk_account {
    uint64_t records;    /* printed */
    uint64_t unreadable; /* their place is known, but the dump does not hold it */
    uint64_t broken;     /* lengths or numbers that contradict each other: torn or overwritten */
    uint64_t left_out;   /* the oldest of a ring that is larger than PRINTK_RECORDS_MAX */
    uint64_t last_ns;    /* since boot: the latest time of all that were printed */
};

enum { PRINTK_RECORDS_MAX = 4 * 1024 * 1024 };

/**
 * Read the log buffer that @p vmcoreinfo names out of @p memory.
 * @return an error when the buffer cannot be found at all; some records less are no error
 */
struct error *printk_read(struct slice vmcoreinfo, const struct memory *memory, printk_sink *sink,
                          void *context, struct printk_account *account);

#endif
