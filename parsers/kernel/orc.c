#include "parsers/kernel/orc.h"

enum { PLACE_SIZE = 4, ENTRY_SIZE = 6, SAMPLES = 512, REGISTERS = 16, WORD = 8 };

struct orc_registers {
    unsigned undefined, previous_sp, bp, sp, bp_indirect, sp_indirect;
};

static const struct orc_registers older = {0, 1, 4, 5, 8, 9}, newer = {0, 8, 4, 3, 10, 9};

struct orc_entry {
    int16_t sp_offset, bp_offset;
    unsigned sp_register, bp_register, bits; /* bits: what follows, of which the type */
};

static bool read_entry(const struct orc *orc, uint64_t index, struct orc_entry *ret)
{
    unsigned char bytes[ENTRY_SIZE];
    if (!memory_read(orc->kernel->memory, orc->entries + index * ENTRY_SIZE, bytes, sizeof bytes))
        return false;
    ret->sp_offset = (int16_t)memory_number(bytes, 2);
    ret->bp_offset = (int16_t)memory_number(bytes + 2, 2);
    ret->sp_register = bytes[4] & 0xf;
    ret->bp_register = bytes[4] >> 4;
    ret->bits = bytes[5];
    return true;
}

static bool read_place(const struct orc *orc, uint64_t index, uint64_t *ret)
{
    uint64_t at = orc->places + index * PLACE_SIZE, offset;
    if (!memory_read_number(orc->kernel->memory, at, PLACE_SIZE, &offset))
        return false;
    *ret = at + (uint64_t)(int64_t)(int32_t)offset;
    return true;
}

static bool learn_numbers(struct orc *orc)
{
    unsigned counts[REGISTERS] = {0}, commonest = 0, zeros = 0, samples = 0;
    struct orc_entry entry;
    for (uint64_t i = 0; i < SAMPLES && i < orc->count; i++) {
        if (!read_entry(orc, i * (orc->count / SAMPLES + (orc->count < SAMPLES)), &entry))
            continue;
        counts[entry.sp_register]++;
        zeros += (entry.bits & 0x7) == 0;
        samples++;
    }
    for (unsigned i = 1; i < REGISTERS; i++)
        commonest = counts[i] > counts[commonest] ? i : commonest;
    orc->registers = commonest == older.sp ? &older : commonest == newer.sp ? &newer : NULL;
    orc->has_wide_types = zeros < samples / 2; /* in the older ones a call is 0 */
    return orc->registers != NULL;
}

bool orc_init(struct orc *orc, const struct kernel *kernel)
{
    uint64_t end;
    *orc = (struct orc){.kernel = kernel};
    if (!kernel_symbol(kernel, SYMBOL_ORC_IPS, &orc->places) ||
        !kernel_symbol(kernel, SYMBOL_ORC_IPS_END, &end) ||
        !kernel_symbol(kernel, SYMBOL_ORC_ENTRIES, &orc->entries) || end <= orc->places)
        return false;
    orc->count = (end - orc->places) / PLACE_SIZE;
    return learn_numbers(orc);
}

/* The last entry whose place is not behind @p ip. */
static bool find_entry(const struct orc *orc, uint64_t ip, struct orc_entry *ret)
{
    uint64_t low = 0, high = orc->count, place;
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        if (!read_place(orc, middle, &place))
            return false;
        if (place <= ip)
            low = middle;
        else
            high = middle;
    }
    return read_entry(orc, low, ret);
}

/* UNWIND_HINT_TYPE_* from calls on; what comes before it is no frame. */
enum frame_kind { FRAME_CALL, FRAME_REGISTERS, FRAME_INTERRUPT, FRAME_NONE };

static enum frame_kind kind_of(const struct orc *orc, const struct orc_entry *entry)
{
    unsigned type = orc->has_wide_types ? (entry->bits & 0x7) - 2U : entry->bits & 0x3;
    return type < FRAME_NONE ? (enum frame_kind)type : FRAME_NONE;
}

/* Where the caller's frame begins. */
static bool frame_end(const struct orc *orc, const struct orc_frame *frame,
                      const struct orc_entry *entry, uint64_t *ret)
{
    const struct orc_registers *registers = orc->registers;
    uint64_t offset = (uint64_t)(int64_t)entry->sp_offset;
    const struct memory *memory = orc->kernel->memory;
    if (entry->sp_register == registers->sp)
        *ret = frame->sp + offset;
    else if (entry->sp_register == registers->bp)
        *ret = frame->bp + offset;
    else if (entry->sp_register == registers->bp_indirect)
        return memory_read_number(memory, frame->bp + offset, WORD, ret);
    else if (entry->sp_register == registers->sp_indirect &&
             memory_read_number(memory, frame->sp, WORD, ret))
        *ret += offset;
    else
        return false;
    return true;
}

/* An interrupt or exception came here: the interrupted place is in the registers that it saved at
 * @p at, in struct pt_regs; those that the CPU saves begin with ip. */
static bool step_out(const struct orc *orc, uint64_t at, enum frame_kind kind,
                     struct orc_frame *frame)
{
    enum { BP = 4 * WORD, IP = 16 * WORD, SP = 19 * WORD };
    const struct memory *memory = orc->kernel->memory;
    uint64_t base = kind == FRAME_INTERRUPT ? at - IP : at;
    frame->is_interrupted = true;
    return (kind == FRAME_INTERRUPT || memory_read_number(memory, base + BP, WORD, &frame->bp)) &&
           memory_read_number(memory, base + IP, WORD, &frame->ip) &&
           memory_read_number(memory, base + SP, WORD, &frame->sp) && frame->ip >> 63;
}

/* Interrupts have stacks of their own, at whose end the address of the other stands. */
static bool goes_on(const struct orc *orc, const struct orc_entry *entry,
                    const struct orc_frame *frame, uint64_t end)
{
    return end > frame->sp || entry->sp_register == orc->registers->sp_indirect;
}

bool orc_step(const struct orc *orc, struct orc_frame *frame)
{
    struct orc_entry entry;
    uint64_t end;
    const struct memory *memory = orc->kernel->memory;
    if (!find_entry(orc, frame->ip - !frame->is_interrupted, &entry) ||
        kind_of(orc, &entry) == FRAME_NONE || !frame_end(orc, frame, &entry, &end))
        return false;
    if (kind_of(orc, &entry) != FRAME_CALL)
        return step_out(orc, end, kind_of(orc, &entry), frame);
    frame->is_interrupted = false;
    if (!goes_on(orc, &entry, frame, end) ||
        !memory_read_number(memory, end - WORD, WORD, &frame->ip))
        return false;
    uint64_t offset = (uint64_t)(int64_t)entry.bp_offset;
    if (entry.bp_register == orc->registers->previous_sp)
        memory_read_number(memory, end + offset, WORD, &frame->bp);
    else if (entry.bp_register == orc->registers->bp)
        memory_read_number(memory, frame->bp + offset, WORD, &frame->bp);
    frame->sp = end;
    return frame->ip != 0;
}
