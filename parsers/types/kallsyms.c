#include "parsers/types/kallsyms.h"

#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "parsers/vmcore/vmcoreinfo.h"

#define UPPER_HALF (UINT64_C(1) << 63)

enum {
    COUNT_MAX = 4 * 1000 * 1000, /* 30 times a distribution's kernel */
    NAME_MAX_LENGTH = 512,       /* KSYM_NAME_LEN since 6.1 */
    TOKENS = 256,
    TOKEN_TABLE_MAX = 16 * 1024, /* 256 tokens, each short: some 1,000 bytes in all */
    CHUNK = 64 * 1024,
    PAGE = 4096,
};

/* ---- bytes in a row */

struct stream {
    const struct memory *memory;
    uint64_t next; /* behind the chunk */
    size_t at, length;
    unsigned char chunk[CHUNK];
};

/* As much as is there: the tables may end close to a page that is not. */
static bool fill(struct stream *stream)
{
    size_t size = CHUNK - stream->next % PAGE;
    if (!memory_read(stream->memory, stream->next, stream->chunk, size)) {
        size = PAGE - stream->next % PAGE;
        if (!memory_read(stream->memory, stream->next, stream->chunk, size))
            return false;
    }
    stream->next += size;
    stream->at = 0;
    stream->length = size;
    return true;
}

static bool take_byte(struct stream *stream, unsigned char *ret)
{
    if (stream->at == stream->length && !fill(stream))
        return false;
    *ret = stream->chunk[stream->at++];
    return true;
}

/* ---- names */

struct tokens {
    char table[TOKEN_TABLE_MAX];
    struct slice tokens[TOKENS];
};

static bool read_tokens(const struct memory *memory, const struct kallsyms_tables *tables,
                        struct tokens *tokens)
{
    unsigned char index[TOKENS * 2];
    size_t used = 0;
    if (!memory_read(memory, tables->token_index, index, sizeof index))
        return false;
    while (used < TOKEN_TABLE_MAX) { /* page by page: what lies behind may be missing */
        size_t size = PAGE - (tables->token_table + used) % PAGE;
        size = size < TOKEN_TABLE_MAX - used ? size : TOKEN_TABLE_MAX - used;
        if (!memory_read(memory, tables->token_table + used, tokens->table + used, size))
            break;
        used += size;
    }
    for (size_t i = 0; i < TOKENS; i++) {
        struct slice rest =
            slice_skip(slice_of(tokens->table, used), memory_number(index + 2 * i, 2));
        size_t length = slice_find_byte(rest, '\0');
        if (length == SLICE_NOT_FOUND)
            return false;
        tokens->tokens[i] = slice_take(rest, length);
    }
    return true;
}

/* One name with its type letter in front; cut at NAME_MAX_LENGTH. */
static bool take_name(struct stream *stream, const struct tokens *tokens, char *name,
                      size_t *length)
{
    unsigned char byte, high;
    if (!take_byte(stream, &byte))
        return false;
    size_t rest = byte;
    if (byte & 0x80) { /* since 6.1; no name was as long before */
        if (!take_byte(stream, &high))
            return false;
        rest = (byte & 0x7fu) | (size_t)high << 7;
    }
    for (*length = 0; rest && take_byte(stream, &byte); rest--) {
        struct slice token = slice_take(tokens->tokens[byte], NAME_MAX_LENGTH - *length);
        memcpy(name + *length, token.data, token.length);
        *length += token.length;
    }
    return rest == 0;
}

/* ---- addresses */

struct numbers {
    const struct kallsyms_tables *tables;
    unsigned char *bytes;
    size_t each;
    bool has_negative;
};

static bool read_numbers(const struct memory *memory, struct numbers *numbers)
{
    const struct kallsyms_tables *tables = numbers->tables;
    numbers->each = tables->form == KALLSYMS_ABSOLUTE ? 8 : 4;
    numbers->bytes = must_allocate(tables->count * numbers->each + 1);
    if (!memory_read(memory, tables->addresses, numbers->bytes, tables->count * numbers->each))
        return false;
    for (size_t i = 0; i < tables->count && !numbers->has_negative; i++)
        numbers->has_negative = numbers->bytes[i * numbers->each + numbers->each - 1] & 0x80;
    return true;
}

/* kernel/kallsyms.c kallsyms_sym_address(). With CONFIG_KALLSYMS_ABSOLUTE_PERCPU, which shows in
 * negative numbers, those that are not are addresses themselves. */
static uint64_t address_of(const struct numbers *numbers, size_t i)
{
    const struct kallsyms_tables *tables = numbers->tables;
    uint64_t number = memory_number(numbers->bytes + i * numbers->each, numbers->each);
    uint64_t extended = (uint64_t)(int64_t)(int32_t)(uint32_t)number;
    if (tables->form == KALLSYMS_ABSOLUTE)
        return number;
    if (tables->form == KALLSYMS_TO_SELF)
        return tables->addresses + i * numbers->each + extended;
    if (!numbers->has_negative)
        return tables->base + number;
    return (int32_t)(uint32_t)number >= 0 ? number : tables->base - 1 - extended;
}

/* ---- together */

static bool tables_of_vmcoreinfo(const struct memory *memory, struct slice info,
                                 struct kallsyms_tables *ret)
{
    uint64_t count, base;
    if (!vmcoreinfo_symbol(info, "kallsyms_names", &ret->names) ||
        !vmcoreinfo_symbol(info, "kallsyms_token_table", &ret->token_table) ||
        !vmcoreinfo_symbol(info, "kallsyms_token_index", &ret->token_index) ||
        !vmcoreinfo_symbol(info, "kallsyms_num_syms", &count) ||
        !memory_read_number(memory, count, 4, &count))
        return false;
    ret->count = (uint32_t)count;
    ret->form = KALLSYMS_ABSOLUTE;
    if (!vmcoreinfo_symbol(info, "kallsyms_offsets", &ret->addresses))
        return vmcoreinfo_symbol(info, "kallsyms_addresses", &ret->addresses);
    ret->form = KALLSYMS_TO_SELF;
    if (!vmcoreinfo_symbol(info, "kallsyms_relative_base", &base))
        return true;
    ret->form = KALLSYMS_RELATIVE;
    return memory_read_number(memory, base, 8, &ret->base);
}

static bool find_tables(const struct memory *memory, struct slice info, const atomic_bool *stop,
                        struct kallsyms_tables *ret)
{
    uint64_t start, end;
    if (tables_of_vmcoreinfo(memory, info, ret))
        return true;
    return vmcoreinfo_symbol(info, "_stext", &start) &&
           vmcoreinfo_symbol(info, "init_uts_ns", &end) &&
           kallsyms_search(memory, start, end, stop, ret);
}

static void add_all(struct symbols *symbols, const struct memory *memory,
                    const struct numbers *numbers, const struct tokens *tokens,
                    uint64_t kaslr_offset)
{
    char name[NAME_MAX_LENGTH];
    size_t length;
    struct stream *stream = must_allocate(sizeof *stream);
    stream->memory = memory;
    stream->next = numbers->tables->names;
    for (size_t i = 0; i < numbers->tables->count; i++) {
        if (!take_name(stream, tokens, name, &length))
            break;
        uint64_t address = address_of(numbers, i);
        if (length > 1)
            symbols_add(symbols, slice_of(name + 1, length - 1),
                        address < UPPER_HALF ? address : address - kaslr_offset);
    }
    free(stream);
}

struct error *kallsyms_read(const struct memory *memory, struct slice vmcoreinfo,
                            uint64_t kaslr_offset, const atomic_bool *stop, struct symbols **ret)
{
    struct kallsyms_tables tables = {0};
    if (!find_tables(memory, vmcoreinfo, stop, &tables))
        return error_create(ERROR_INPUT, "no symbol table (kallsyms) found in the dump");
    if (tables.count == 0 || tables.count > COUNT_MAX)
        return error_create(ERROR_INPUT, "a symbol table (kallsyms) of %u names is none",
                            tables.count);
    struct numbers numbers = {.tables = &tables};
    struct tokens *tokens = must_allocate(sizeof *tokens);
    struct symbols *symbols = symbols_create();
    if (read_tokens(memory, &tables, tokens) && read_numbers(memory, &numbers))
        add_all(symbols, memory, &numbers, tokens, kaslr_offset);
    symbols_finish(symbols);
    free(numbers.bytes);
    free(tokens);
    if (symbols_count(symbols)) {
        *ret = symbols;
        return NULL;
    }
    symbols_destroy(symbols);
    return error_create(ERROR_INPUT, "the symbol table (kallsyms) is not in the dump");
}
