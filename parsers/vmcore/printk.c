#include "parsers/vmcore/printk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "parsers/vmcore/printk_walk.h"
#include "parsers/vmcore/vmcoreinfo.h"

#define CALLER_IS_CPU UINT32_C(0x80000000)

struct error *printk_layout(struct slice info, const struct printk_wanted *wanted, size_t count,
                            void *layout)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t *place = (uint64_t *)((char *)layout + wanted[i].member);
        if (!vmcoreinfo_count(info, wanted[i].kind, wanted[i].name, place))
            return error_create(ERROR_INPUT, "its VMCOREINFO lacks %s(%s)", wanted[i].kind,
                                wanted[i].name);
    }
    return NULL;
}

void printk_set_priority(struct printk_record *record, const unsigned char bytes[2])
{
    unsigned facility = bytes[0], level = bytes[1] >> 5; /* u8 flags:5, level:3 */
    record->priority = facility * 8 + level;
    record->has_priority = true;
}

static size_t print_prefix(char *prefix, size_t size, const struct printk_record *record)
{
    int length = 0;
    char caller[16];
    if (record->has_priority)
        length += snprintf(prefix, size, "<%u>", record->priority);
    length += snprintf(prefix + length, size - (size_t)length, "[%5" PRIu64 ".%06" PRIu64 "]",
                       record->time_ns / 1000000000, record->time_ns % 1000000000 / 1000);
    if (record->has_caller) {
        snprintf(caller, sizeof caller, "%c%" PRIu32, record->caller & CALLER_IS_CPU ? 'C' : 'T',
                 record->caller & ~CALLER_IS_CPU);
        length += snprintf(prefix + length, size - (size_t)length, "[%6s]", caller);
    }
    return (size_t)(length + snprintf(prefix + length, size - (size_t)length, " "));
}

static void hand_over(struct printk_walk *walk, const char *data, size_t length)
{
    walk->is_enough = walk->is_enough || !walk->sink(walk->context, data, length);
}

void printk_emit(struct printk_walk *walk, const struct printk_record *record)
{
    char prefix[80];
    size_t prefix_length = print_prefix(prefix, sizeof prefix, record);
    struct slice text = record->text;
    if (slice_contains(text, SLICE("\0"))) { /* printk cannot store one: a page was lost here */
        walk->account->broken++;
        return;
    }
    do {
        struct slice line = slice_cut(&text, '\n');
        hand_over(walk, prefix, prefix_length);
        hand_over(walk, line.data, line.length);
        hand_over(walk, "\n", 1);
    } while (text.length && !walk->is_enough);
    walk->account->records++;
    if (record->time_ns > walk->account->last_ns)
        walk->account->last_ns = record->time_ns;
}

struct error *printk_read(struct slice vmcoreinfo, const struct memory *memory, printk_sink *sink,
                          void *context, struct printk_account *account)
{
    uint64_t ignored;
    bool is_ring = vmcoreinfo_symbol(vmcoreinfo, "prb", &ignored);
    *account = (struct printk_account){0};
    if (!is_ring && !vmcoreinfo_symbol(vmcoreinfo, "log_buf", &ignored))
        return error_create(ERROR_INPUT, "its VMCOREINFO names no log buffer");
    struct printk_walk *walk = must_allocate(sizeof *walk);
    walk->info = vmcoreinfo;
    walk->memory = memory;
    walk->sink = sink;
    walk->context = context;
    walk->account = account;
    struct error *error = is_ring ? printk_walk_ring(walk) : printk_walk_records(walk);
    free(walk);
    return error;
}
