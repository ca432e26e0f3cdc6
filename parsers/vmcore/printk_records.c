/* The log buffer before 5.10: kernel/printk/printk.c, struct log (to 3.11) and printk_log. */
#include <stdio.h>

#include "parsers/vmcore/printk_walk.h"
#include "parsers/vmcore/vmcoreinfo.h"

enum { BUFFER_MAX = 1 << 30, RECORD_ALIGN = 4 };

struct layout {
    uint64_t size, ts_nsec, len, text_len;
    uint64_t dict_len, caller_id; /* not in all kernels */
    bool has_dict_len, has_caller;
};

/* The same struct under both of its names. */
#define WANTED(name)                                                         \
    {                                                                        \
        {"SIZE", name, offsetof(struct layout, size)},                       \
            {"OFFSET", name ".ts_nsec", offsetof(struct layout, ts_nsec)},   \
            {"OFFSET", name ".len", offsetof(struct layout, len)},           \
            {"OFFSET", name ".text_len", offsetof(struct layout, text_len)}, \
    }

enum { WANTED_COUNT = 4 };

static const struct spelling {
    struct printk_wanted wanted[WANTED_COUNT];
    const char *name, *dict_len, *caller_id;
} spellings[] = {
    {WANTED("printk_log"), "printk_log", "printk_log.dict_len", "printk_log.caller_id"},
    {WANTED("log"), "log", "log.dict_len", "log.caller_id"},
};

struct buffer {
    struct layout at;
    uint64_t data, length, first, next; /* next: behind the newest record */
};

static bool fits(uint64_t offset, uint64_t size, uint64_t whole)
{
    return whole <= PRINTK_STRUCT_MAX && offset <= whole && size <= whole - offset;
}

static bool is_sane(const struct layout *at)
{
    return fits(at->ts_nsec, 8, at->size) && fits(at->len, 2, at->size) &&
           fits(at->text_len, 2, at->size) &&
           (!at->has_dict_len || fits(at->dict_len, 4, at->size)) &&
           (!at->has_caller || fits(at->caller_id, 4, at->size));
}

static struct error *read_layout(struct slice info, struct layout *at)
{
    uint64_t ignored;
    bool is_first = vmcoreinfo_count(info, "SIZE", spellings[0].name, &ignored);
    const struct spelling *spelling = &spellings[is_first ? 0 : 1];
    struct error *error = printk_layout(info, spelling->wanted, WANTED_COUNT, at);
    if (error)
        return error;
    at->has_dict_len = vmcoreinfo_count(info, "OFFSET", spelling->dict_len, &at->dict_len);
    at->has_caller = vmcoreinfo_count(info, "OFFSET", spelling->caller_id, &at->caller_id);
    return is_sane(at) ? NULL : error_create(ERROR_INPUT, "its VMCOREINFO contradicts itself");
}

static bool read_variable(const struct printk_walk *walk, const char *name, size_t size,
                          uint64_t *ret)
{
    uint64_t symbol;
    return vmcoreinfo_symbol(walk->info, name, &symbol) &&
           memory_read_number(walk->memory, symbol, size, ret);
}

static struct error *open_buffer(const struct printk_walk *walk, struct buffer *buffer)
{
    struct error *error = read_layout(walk->info, &buffer->at);
    if (error)
        return error;
    if (!read_variable(walk, "log_buf", 8, &buffer->data) ||
        !read_variable(walk, "log_buf_len", 4, &buffer->length) ||
        !read_variable(walk, "log_first_idx", 4, &buffer->first) ||
        !read_variable(walk, "log_next_idx", 4, &buffer->next))
        return error_create(ERROR_INPUT, "the head of its log buffer is not in it");
    if (buffer->length > BUFFER_MAX || buffer->first >= buffer->length ||
        buffer->next > buffer->length)
        return error_create(ERROR_INPUT, "the head of its log buffer is broken");
    return NULL;
}

static struct printk_record read_head(const struct layout *at, const unsigned char *head)
{
    struct printk_record record = {.time_ns = memory_number(head + at->ts_nsec, 8),
                                   .has_caller = at->has_caller};
    if (at->has_caller)
        record.caller = (uint32_t)memory_number(head + at->caller_id, 4);
    if (at->has_dict_len)
        printk_set_priority(&record, head + at->dict_len + 2);
    return record;
}

static void read_record(struct printk_walk *walk, const struct buffer *buffer, uint64_t index,
                        const unsigned char *head)
{
    struct printk_record record = read_head(&buffer->at, head);
    uint64_t length = memory_number(head + buffer->at.text_len, 2);
    if (length > memory_number(head + buffer->at.len, 2) - buffer->at.size) {
        walk->account->broken++;
    } else if (!memory_read(walk->memory, buffer->data + index + buffer->at.size, walk->text,
                            length)) {
        walk->account->unreadable++;
    } else {
        record.text = slice_of((const char *)walk->text, length);
        printk_emit(walk, &record);
    }
}

/* The next index behind that of @p head, or the end of the walk when no record can be there. */
static uint64_t step(struct printk_walk *walk, const struct buffer *buffer, uint64_t index,
                     const unsigned char *head)
{
    uint64_t length = memory_number(head + buffer->at.len, 2);
    if (length == 0) /* what follows did not fit before the end of the buffer */
        return index ? 0 : buffer->next;
    if (length < buffer->at.size || length > buffer->length - index) {
        walk->account->broken++;
        return buffer->next;
    }
    read_record(walk, buffer, index, head);
    return index + length;
}

static void walk_buffer(struct printk_walk *walk, const struct buffer *buffer)
{
    unsigned char head[PRINTK_STRUCT_MAX];
    uint64_t steps = 0, most = buffer->length / RECORD_ALIGN;
    bool is_last_lap = buffer->first < buffer->next;
    for (uint64_t index = buffer->first; index != buffer->next && !walk->is_enough;) {
        bool is_there = buffer->at.size <= buffer->length - index &&
                        memory_read(walk->memory, buffer->data + index, head, buffer->at.size);
        if (!is_there || ++steps > most || (is_last_lap && index > buffer->next)) {
            walk->account->unreadable += !is_there;
            walk->account->broken += is_there;
            return;
        }
        uint64_t following = step(walk, buffer, index, head);
        is_last_lap = is_last_lap || following < index;
        index = following;
    }
}

struct error *printk_walk_records(struct printk_walk *walk)
{
    struct buffer buffer = {0};
    struct error *error = open_buffer(walk, &buffer);
    if (!error)
        walk_buffer(walk, &buffer);
    return error;
}
