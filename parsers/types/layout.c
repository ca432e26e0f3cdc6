#include "parsers/types/layout.h"

#define MEMBER(id, spellings) {#id, spellings},
#define STRUCT(id, spellings)
#define ENUMERATOR(id, spellings)
#define SYMBOL(id, spellings)
static const struct layout_row member_rows[] = {
#include "parsers/types/rows.def"
};

#define MEMBER(id, spellings)
#define STRUCT(id, spellings) {#id, spellings},
#define ENUMERATOR(id, spellings)
#define SYMBOL(id, spellings)
static const struct layout_row struct_rows[] = {
#include "parsers/types/rows.def"
};

#define MEMBER(id, spellings)
#define STRUCT(id, spellings)
#define ENUMERATOR(id, spellings) {#id, spellings},
#define SYMBOL(id, spellings)
static const struct layout_row enumerator_rows[] = {
#include "parsers/types/rows.def"
    {NULL, NULL} /* may be the only one */
};

#define MEMBER(id, spellings)
#define STRUCT(id, spellings)
#define ENUMERATOR(id, spellings)
#define SYMBOL(id, spellings) {#id, spellings},
static const struct layout_row symbol_rows[] = {
#include "parsers/types/rows.def"
};

const struct layout_row *layout_member_rows(void)
{
    return member_rows;
}

const struct layout_row *layout_struct_rows(void)
{
    return struct_rows;
}

const struct layout_row *layout_enumerator_rows(void)
{
    return enumerator_rows;
}

const struct layout_row *layout_symbol_rows(void)
{
    return symbol_rows;
}

struct slice layout_spelling(const struct layout_row *row, unsigned spelling)
{
    struct slice rest = slice_from_string(row->spellings), word;
    do
        word = slice_word(&rest);
    while (spelling-- && word.length);
    return word;
}

static void fill_members(struct layout *layout, const struct type_source *types)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        struct layout_member *member = &layout->members[i];
        struct slice rest = slice_from_string(member_rows[i].spellings), path;
        for (uint8_t n = 0; !member->is_known && (path = slice_word(&rest)).length; n++) {
            struct slice type = slice_cut(&path, '.');
            member->is_known = types->member(types->context, type, path, &member->place);
            member->spelling = n;
        }
    }
}

static void fill_sizes(struct layout *layout, const struct type_source *types)
{
    for (size_t i = 0; i < STRUCT_COUNT; i++) {
        struct layout_number *number = &layout->sizes[i];
        struct slice rest = slice_from_string(struct_rows[i].spellings), type;
        uint64_t size;
        for (uint8_t n = 0; !number->is_known && (type = slice_word(&rest)).length; n++)
            if (types->size(types->context, type, &size))
                *number = (struct layout_number){true, n, (int64_t)size};
    }
}

static void fill_enumerators(struct layout *layout, const struct type_source *types)
{
    for (size_t i = 0; i < ENUMERATOR_COUNT; i++) {
        struct layout_number *number = &layout->enumerators[i];
        struct slice rest = slice_from_string(enumerator_rows[i].spellings), name;
        int64_t value;
        for (uint8_t n = 0; !number->is_known && (name = slice_word(&rest)).length; n++)
            if (types->enumerator(types->context, name, &value))
                *number = (struct layout_number){true, n, value};
    }
}

static void fill_symbols(struct layout *layout, const struct symbols *symbols)
{
    for (size_t i = 0; i < SYMBOL_COUNT; i++) {
        struct layout_symbol *symbol = &layout->symbols[i];
        struct slice rest = slice_from_string(symbol_rows[i].spellings), name;
        for (uint8_t n = 0; !symbol->is_known && (name = slice_word(&rest)).length; n++) {
            symbol->is_known = symbols_find(symbols, name, &symbol->address, &symbol->size);
            symbol->spelling = n;
        }
    }
}

void layout_fill(struct layout *layout, const struct type_source *types,
                 const struct symbols *symbols)
{
    if (types) {
        fill_members(layout, types);
        fill_sizes(layout, types);
        fill_enumerators(layout, types);
    }
    if (symbols)
        fill_symbols(layout, symbols);
}

const char *layout_origin_word(enum layout_origin origin)
{
    static const char *const words[] = {"none", "btf", "dwarf", "layout"};
    return words[origin];
}
