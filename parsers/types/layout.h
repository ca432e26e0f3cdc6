/*
 * What a dump's reader must know of one kernel: where the members of its structures lie, what its
 * enumerators are worth, where its variables are.
 *
 * Presence, not version: each logical member is one row of the *.def files with all spellings that
 * kernels have had for it, newest first; the first that this kernel knows is taken. A member that
 * no spelling finds is unknown, and what needs it says so. The rows are all that is ever asked for,
 * so a layout is small, can be written to a file (layout_file.h) and read where no debug
 * information is.
 *
 * Units: bytes; bit fields in bits from the least significant bit of the bytes at `offset`.
 * Addresses are those of the link, without the offset of KASLR.
 */
#ifndef WHYOOM_PARSERS_TYPES_LAYOUT_H
#define WHYOOM_PARSERS_TYPES_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "analyzer/base/error.h"
#include "parsers/types/symbols.h"
#include "parsers/types/type_source.h"

#define MEMBER(id, spellings) MEMBER_##id,
#define STRUCT(id, spellings)
#define ENUMERATOR(id, spellings)
#define SYMBOL(id, spellings)
enum member_id {
#include "parsers/types/rows.def"
    MEMBER_COUNT
};

#define MEMBER(id, spellings)
#define STRUCT(id, spellings) STRUCT_##id,
#define ENUMERATOR(id, spellings)
#define SYMBOL(id, spellings)
enum struct_id {
#include "parsers/types/rows.def"
    STRUCT_COUNT
};

#define MEMBER(id, spellings)
#define STRUCT(id, spellings)
#define ENUMERATOR(id, spellings) ENUMERATOR_##id,
#define SYMBOL(id, spellings)
enum enumerator_id {
#include "parsers/types/rows.def"
    ENUMERATOR_COUNT
};

#define MEMBER(id, spellings)
#define STRUCT(id, spellings)
#define ENUMERATOR(id, spellings)
#define SYMBOL(id, spellings) SYMBOL_##id,
enum symbol_id {
#include "parsers/types/rows.def"
    SYMBOL_COUNT
};

struct layout_number {
    bool is_known;
    uint8_t spelling; /* which one of the row's */
    int64_t value;
};

struct layout_symbol {
    bool is_known;
    uint8_t spelling;
    uint64_t address; /* of the link */
    uint64_t size;    /* up to the next symbol, padding included; 0: unknown */
};

struct layout {
    enum layout_origin { LAYOUT_NONE, LAYOUT_BTF, LAYOUT_DWARF, LAYOUT_FILE } origin;
    char build_id[41]; /* of the kernel, hexadecimal; empty: unknown */
    char release[65];
    struct layout_member {
        bool is_known;
        uint8_t spelling;
        struct member place;
    } members[MEMBER_COUNT];
    struct layout_number sizes[STRUCT_COUNT];
    struct layout_number enumerators[ENUMERATOR_COUNT];
    struct layout_symbol symbols[SYMBOL_COUNT];
};

/** One row as it is written: its name ("MEMCG_MEMORY_USAGE") and its spellings, parted by blanks.
 */
struct layout_row {
    const char *name, *spellings;
};

/** The rows, in the order of the ids. */
const struct layout_row *layout_member_rows(void);
const struct layout_row *layout_struct_rows(void);
const struct layout_row *layout_enumerator_rows(void);
const struct layout_row *layout_symbol_rows(void);

/** The @p spelling-th word of @p row; empty when there are not as many. */
struct slice layout_spelling(const struct layout_row *row, unsigned spelling);

/** Look every row up; what is not found stays unknown. @p types or @p symbols may be NULL. */
void layout_fill(struct layout *layout, const struct type_source *types,
                 const struct symbols *symbols);

/** "btf", "dwarf", "layout": the word of the record's "types". */
const char *layout_origin_word(enum layout_origin origin);

#endif
