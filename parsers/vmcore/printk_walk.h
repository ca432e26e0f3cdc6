/*
 * What the walks over both shapes of the log buffer share. Private to printk*.c.
 */
#ifndef WHYOOM_PARSERS_VMCORE_PRINTK_WALK_H
#define WHYOOM_PARSERS_VMCORE_PRINTK_WALK_H

#include "parsers/vmcore/printk.h"

enum {
    PRINTK_STRUCT_MAX = 512, /* struct printk_info is 88 bytes large in 5.10, 7.2 adds some 20 */
    PRINTK_TEXT_MAX = 64 * 1024, /* text_len has 16 bits */
    PRINTK_ID = 8,               /* the number in front of a text in the ring */
};

struct printk_walk {
    struct slice info;
    const struct memory *memory;
    printk_sink *sink;
    void *context;
    struct printk_account *account;
    bool is_enough; /* the sink said so */
    unsigned char text[PRINTK_ID + PRINTK_TEXT_MAX];
};

struct printk_record {
    uint64_t time_ns;
    bool has_priority, has_caller;
    unsigned priority;
    uint32_t caller; /* the highest bit: a CPU, else a thread */
    struct slice text;
};

/** A value that a walk cannot do without, and where it goes: a uint64_t inside a struct. */
struct printk_wanted {
    const char *kind, *name; /* "OFFSET", "prb_desc.state_var" */
    size_t member;
};

/** Look all @p count of them up and store them below @p layout. */
struct error *printk_layout(struct slice info, const struct printk_wanted *wanted, size_t count,
                            void *layout);

/** Facility and level stand in the two bytes behind the lengths, in all versions. */
void printk_set_priority(struct printk_record *record, const unsigned char bytes[2]);

/** Hand over the lines of @p record, unless its text is none. */
void printk_emit(struct printk_walk *walk, const struct printk_record *record);

struct error *printk_walk_ring(struct printk_walk *walk);
struct error *printk_walk_records(struct printk_walk *walk);

#endif
