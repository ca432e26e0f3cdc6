/* The log buffer since 5.10: kernel/printk/printk_ringbuffer.{c,h}. */
#include "parsers/vmcore/printk_walk.h"
#include "parsers/vmcore/vmcoreinfo.h"

enum {
    LONG = 8,
    COUNT_BITS_MAX = 26, /* log_buf_len is at most 2 GiB, a descriptor stands for 32 bytes of it */
    SIZE_BITS_MAX = 31,
    STATE_COMMITTED = 1,
    STATE_FINALIZED = 2,
    STATE_SHIFT = 62,
    UNREADABLE_IN_A_ROW_MAX = 64 * 1024,
};

#define ID_MASK ((UINT64_C(1) << STATE_SHIFT) - 1)
#define LPOS_DATALESS UINT64_C(1) /* no block belongs to such a position */
#define LPOS_EMPTY_LINE UINT64_C(3)

/* As VMCOREINFO tells it; offsets are from the start of the innermost struct. */
struct layout {
    uint64_t desc_ring, text_data_ring;
    uint64_t count_bits, descs, infos, head_id, tail_id;
    uint64_t desc_size, state_var, text_blk_lpos, begin, next;
    uint64_t info_size, ts_nsec, text_len, caller_id;
    uint64_t size_bits, data;
};

#define OFFSET(name, into)                            \
    {                                                 \
        "OFFSET", name, offsetof(struct layout, into) \
    }
#define SIZE(name, into)                            \
    {                                               \
        "SIZE", name, offsetof(struct layout, into) \
    }

static const struct printk_wanted wanted[] = {
    OFFSET("printk_ringbuffer.desc_ring", desc_ring),
    OFFSET("printk_ringbuffer.text_data_ring", text_data_ring),
    OFFSET("prb_desc_ring.count_bits", count_bits),
    OFFSET("prb_desc_ring.descs", descs),
    OFFSET("prb_desc_ring.infos", infos),
    OFFSET("prb_desc_ring.head_id", head_id),
    OFFSET("prb_desc_ring.tail_id", tail_id),
    SIZE("prb_desc", desc_size),
    OFFSET("prb_desc.state_var", state_var),
    OFFSET("prb_desc.text_blk_lpos", text_blk_lpos),
    OFFSET("prb_data_blk_lpos.begin", begin),
    OFFSET("prb_data_blk_lpos.next", next),
    SIZE("printk_info", info_size),
    OFFSET("printk_info.ts_nsec", ts_nsec),
    OFFSET("printk_info.text_len", text_len),
    OFFSET("printk_info.caller_id", caller_id),
    OFFSET("prb_data_ring.size_bits", size_bits),
    OFFSET("prb_data_ring.data", data),
};

struct ring {
    struct layout at;
    uint64_t count, descs, infos; /* descriptors, and where they are */
    uint64_t head, tail;          /* ids */
    uint64_t size, data;          /* of the texts */
};

static bool fits(uint64_t offset, uint64_t size, uint64_t whole)
{
    return whole <= PRINTK_STRUCT_MAX && offset <= whole && size <= whole - offset;
}

static struct error *check_layout(const struct layout *at)
{
    uint64_t lpos = at->text_blk_lpos;
    bool is_sane = lpos <= PRINTK_STRUCT_MAX && at->begin <= PRINTK_STRUCT_MAX &&
                   at->next <= PRINTK_STRUCT_MAX && fits(at->state_var, LONG, at->desc_size) &&
                   fits(lpos + at->begin, LONG, at->desc_size) &&
                   fits(lpos + at->next, LONG, at->desc_size) &&
                   fits(at->ts_nsec, 8, at->info_size) && fits(at->text_len, 4, at->info_size) &&
                   fits(at->caller_id, 4, at->info_size);
    return is_sane ? NULL : error_create(ERROR_INPUT, "its VMCOREINFO contradicts itself");
}

/* The pointer `prb`, and the heads of both rings that it leads to. */
static bool read_heads(const struct printk_walk *walk, struct ring *ring, uint64_t *count_bits,
                       uint64_t *size_bits)
{
    const struct memory *memory = walk->memory;
    const struct layout *at = &ring->at;
    uint64_t symbol, prb;
    if (!vmcoreinfo_symbol(walk->info, "prb", &symbol) ||
        !memory_read_number(memory, symbol, LONG, &prb))
        return false;
    uint64_t descs = prb + at->desc_ring, texts = prb + at->text_data_ring;
    return memory_read_number(memory, descs + at->count_bits, 4, count_bits) &&
           memory_read_number(memory, descs + at->descs, LONG, &ring->descs) &&
           memory_read_number(memory, descs + at->infos, LONG, &ring->infos) &&
           memory_read_number(memory, descs + at->head_id, LONG, &ring->head) &&
           memory_read_number(memory, descs + at->tail_id, LONG, &ring->tail) &&
           memory_read_number(memory, texts + at->size_bits, 4, size_bits) &&
           memory_read_number(memory, texts + at->data, LONG, &ring->data);
}

static struct error *open_ring(const struct printk_walk *walk, struct ring *ring)
{
    uint64_t count_bits, size_bits;
    struct error *error =
        printk_layout(walk->info, wanted, sizeof wanted / sizeof *wanted, &ring->at);
    if (!error)
        error = check_layout(&ring->at);
    if (error)
        return error;
    if (!read_heads(walk, ring, &count_bits, &size_bits))
        return error_create(ERROR_INPUT, "the head of its log buffer is not in it");
    if (count_bits == 0 || count_bits > COUNT_BITS_MAX || size_bits == 0 ||
        size_bits > SIZE_BITS_MAX)
        return error_create(ERROR_INPUT, "the head of its log buffer is broken");
    ring->count = UINT64_C(1) << count_bits;
    ring->size = UINT64_C(1) << size_bits;
    return NULL;
}

/* Where a text lies: data_make_reusable(), get_data() of the kernel. A block that would reach over
 * the end of the ring lies at its start instead. */
static bool find_block(const struct ring *ring, uint64_t begin, uint64_t next, uint64_t *index,
                       uint64_t *size)
{
    uint64_t mask = ring->size - 1;
    bool is_whole = begin < next && (begin & ~mask) == ((next - 1) & ~mask);
    bool is_wrapped = ((begin + ring->size) & ~mask) == (next & ~mask);
    *index = is_whole ? begin & mask : 0;
    *size = is_whole ? next - begin : next & mask;
    return (is_whole || is_wrapped) && *size >= PRINTK_ID && *size <= ring->size;
}

/* The bytes of a record's text; its block begins with the id of its descriptor. */
static void read_text(struct printk_walk *walk, const struct ring *ring, uint64_t id,
                      const unsigned char *desc, struct printk_record *record)
{
    const unsigned char *lpos = desc + ring->at.text_blk_lpos;
    uint64_t begin = memory_number(lpos + ring->at.begin, LONG);
    uint64_t next = memory_number(lpos + ring->at.next, LONG);
    uint64_t index, size, length = record->text.length;
    record->text = SLICE("");
    bool is_empty_line = begin == LPOS_EMPTY_LINE && next == LPOS_EMPTY_LINE;
    bool has_block = !(begin & LPOS_DATALESS) && !(next & LPOS_DATALESS);
    if (is_empty_line) {
        printk_emit(walk, record);
    } else if (!has_block || !find_block(ring, begin, next, &index, &size) ||
               length > size - PRINTK_ID) {
        walk->account->broken++;
    } else if (!memory_read(walk->memory, ring->data + index, walk->text, PRINTK_ID + length)) {
        walk->account->unreadable++;
    } else if (memory_number(walk->text, PRINTK_ID) != id) {
        walk->account->broken++; /* overwritten by a later one */
    } else {
        record->text = slice_of((const char *)walk->text + PRINTK_ID, length);
        printk_emit(walk, record);
    }
}

static struct printk_record read_info(const struct layout *at, const unsigned char *info)
{
    struct printk_record record = {
        .time_ns = memory_number(info + at->ts_nsec, 8),
        .text = {NULL, memory_number(info + at->text_len, 2)},
        .has_caller = true,
        .caller = (uint32_t)memory_number(info + at->caller_id, 4),
    };
    printk_set_priority(&record, info + at->text_len + 2);
    return record;
}

/* False: the descriptor is not in the dump. */
static bool read_record(struct printk_walk *walk, const struct ring *ring, uint64_t id)
{
    unsigned char desc[PRINTK_STRUCT_MAX], info[PRINTK_STRUCT_MAX];
    uint64_t index = id & (ring->count - 1);
    if (!memory_read(walk->memory, ring->descs + index * ring->at.desc_size, desc,
                     ring->at.desc_size) ||
        !memory_read(walk->memory, ring->infos + index * ring->at.info_size, info,
                     ring->at.info_size))
        return false;
    uint64_t state_var = memory_number(desc + ring->at.state_var, LONG);
    unsigned state = (unsigned)(state_var >> STATE_SHIFT);
    if (state != STATE_COMMITTED && state != STATE_FINALIZED)
        return true; /* being written, or free: no record */
    if ((state_var & ID_MASK) != id) {
        walk->account->broken++;
        return true;
    }
    struct printk_record record = read_info(&ring->at, info);
    read_text(walk, ring, id, desc, &record);
    return true;
}

/* Ids count on for ever, and wrap at ID_MASK; the index is their lower bits. */
static void walk_ids(struct printk_walk *walk, const struct ring *ring)
{
    uint64_t unreadable = 0, steps = ((ring->head - ring->tail) & ID_MASK) + 1;
    if (steps > ring->count) { /* one of the ends is broken: the newest are those before the head */
        walk->account->broken++;
        steps = ring->count;
    }
    if (steps > PRINTK_RECORDS_MAX) {
        walk->account->left_out = steps - PRINTK_RECORDS_MAX;
        steps = PRINTK_RECORDS_MAX;
    }
    for (; steps && !walk->is_enough && unreadable < UNREADABLE_IN_A_ROW_MAX; steps--) {
        bool is_there = read_record(walk, ring, (ring->head - (steps - 1)) & ID_MASK);
        unreadable = is_there ? 0 : unreadable + 1;
        walk->account->unreadable += !is_there;
    }
}

struct error *printk_walk_ring(struct printk_walk *walk)
{
    struct ring ring = {0};
    struct error *error = open_ring(walk, &ring);
    if (!error)
        walk_ids(walk, &ring);
    return error;
}
