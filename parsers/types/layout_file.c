#include "parsers/types/layout_file.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

#include "analyzer/base/hash.h"

#define FIRST_LINE "whyoom layout 1"
#define LAST_LINE "end"

/* ---- the kinds of rows */

enum kind { KIND_MEMBER, KIND_STRUCT, KIND_ENUMERATOR, KIND_SYMBOL, KIND_COUNT };

struct kind_row {
    struct slice word;
    const struct layout_row *(*rows)(void);
    size_t count;
};

static const struct kind_row kinds[KIND_COUNT] = {
    [KIND_MEMBER] = {SLICE_INIT("member"), layout_member_rows, MEMBER_COUNT},
    [KIND_STRUCT] = {SLICE_INIT("struct"), layout_struct_rows, STRUCT_COUNT},
    [KIND_ENUMERATOR] = {SLICE_INIT("enumerator"), layout_enumerator_rows, ENUMERATOR_COUNT},
    [KIND_SYMBOL] = {SLICE_INIT("symbol"), layout_symbol_rows, SYMBOL_COUNT},
};

/* To be counted up when types come to be read differently: layouts that are kept are made anew. */
enum { READING = 1 };

static uint64_t hash_rows(void)
{
    uint64_t hash = hash_number(HASH_START, READING);
    for (size_t k = 0; k < KIND_COUNT; k++)
        for (size_t i = 0; i < kinds[k].count; i++) {
            hash = hash_slice(hash, slice_from_string(kinds[k].rows()[i].name));
            hash = hash_slice(hash, slice_from_string(kinds[k].rows()[i].spellings));
        }
    return hash;
}

/* ---- writing */

static bool is_row_known(const struct layout *layout, enum kind kind, size_t i, uint8_t *spelling)
{
    switch (kind) {
    case KIND_MEMBER:
        *spelling = layout->members[i].spelling;
        return layout->members[i].is_known;
    case KIND_STRUCT:
        *spelling = layout->sizes[i].spelling;
        return layout->sizes[i].is_known;
    case KIND_ENUMERATOR:
        *spelling = layout->enumerators[i].spelling;
        return layout->enumerators[i].is_known;
    default:
        *spelling = layout->symbols[i].spelling;
        return layout->symbols[i].is_known;
    }
}

static void print_numbers(const struct layout *layout, enum kind kind, size_t i, FILE *out)
{
    const struct member *place = &layout->members[kind == KIND_MEMBER ? i : 0].place;
    if (kind == KIND_MEMBER)
        fprintf(out, " %u %u %u %u %u %u %s\n", place->offset, place->size, place->element_size,
                place->count, place->bit_offset, place->bit_size,
                place->is_signed ? "signed" : "unsigned");
    else if (kind == KIND_STRUCT)
        fprintf(out, " %" PRId64 "\n", layout->sizes[i].value);
    else if (kind == KIND_ENUMERATOR)
        fprintf(out, " %" PRId64 "\n", layout->enumerators[i].value);
    else
        fprintf(out, " %" PRIx64 " %" PRIu64 "\n", layout->symbols[i].address,
                layout->symbols[i].size);
}

void layout_print(const struct layout *layout, FILE *out)
{
    uint8_t spelling;
    fprintf(out, FIRST_LINE "\nrows %016" PRIx64 "\n", hash_rows());
    if (layout->build_id[0])
        fprintf(out, "build-id %s\n", layout->build_id);
    if (layout->release[0])
        fprintf(out, "release %s\n", layout->release);
    fprintf(out, "types %s\n", layout_origin_word(layout->origin));
    for (size_t k = 0; k < KIND_COUNT; k++)
        for (size_t i = 0; i < kinds[k].count; i++) {
            const struct layout_row *row = &kinds[k].rows()[i];
            if (!is_row_known(layout, (enum kind)k, i, &spelling)) {
                fprintf(out, "unknown %s %s\n", row->name, row->spellings);
                continue;
            }
            fprintf(out, "%s %s %.*s", kinds[k].word.data, row->name,
                    SLICE_ARG(layout_spelling(row, spelling)));
            print_numbers(layout, (enum kind)k, i, out);
        }
    fputs(LAST_LINE "\n", out);
}

/* ---- reading */

static bool take(struct slice *rest, uint64_t most, uint64_t *ret)
{
    struct slice word = slice_word(rest);
    int64_t number;
    if (!slice_to_number(word, &number) || number < 0 || (uint64_t)number > most)
        return false;
    *ret = (uint64_t)number;
    return true;
}

/* A damaged file must not make a reader look beyond what it has room for. */
static bool is_sound(const struct member *place)
{
    if (place->bit_size)
        return place->bit_offset < 8 && place->bit_size <= 64 && place->element_size <= 8 &&
               place->bit_offset + place->bit_size <= place->element_size * 8;
    return (uint64_t)place->element_size * place->count == place->size;
}

static bool parse_member(struct slice rest, struct layout_member *member)
{
    uint64_t n[6];
    for (size_t i = 0; i < 6; i++)
        if (!take(&rest, i < 4 ? UINT32_MAX : UINT8_MAX, &n[i]))
            return false;
    member->place = (struct member){
        .offset = (uint32_t)n[0],
        .size = (uint32_t)n[1],
        .element_size = (uint32_t)n[2],
        .count = (uint32_t)n[3],
        .bit_offset = (uint8_t)n[4],
        .bit_size = (uint8_t)n[5],
        .is_signed = slice_equal(slice_word(&rest), SLICE("signed")),
    };
    member->is_known = is_sound(&member->place);
    return member->is_known;
}

static bool parse_number(struct slice rest, struct layout_number *number)
{
    number->is_known = slice_to_number(slice_word(&rest), &number->value);
    return number->is_known;
}

static bool parse_symbol(struct slice rest, struct layout_symbol *symbol)
{
    struct slice address = slice_word(&rest);
    symbol->is_known = slice_take_hex(&address, &symbol->address) && address.length == 0 &&
                       take(&rest, INT64_MAX, &symbol->size);
    return symbol->is_known;
}

static bool find_spelling(const struct layout_row *row, struct slice wanted, uint8_t *ret)
{
    struct slice word;
    for (*ret = 0; (word = layout_spelling(row, *ret)).length; ++*ret)
        if (slice_equal(word, wanted))
            return true;
    return false;
}

static bool parse_row(enum kind kind, struct slice rest, struct layout *layout)
{
    struct slice name = slice_word(&rest), spelled = slice_word(&rest);
    const struct layout_row *rows = kinds[kind].rows();
    uint8_t spelling;
    size_t i = 0;
    while (i < kinds[kind].count && !slice_equal(slice_from_string(rows[i].name), name))
        i++;
    if (i == kinds[kind].count || !find_spelling(&rows[i], spelled, &spelling))
        return true; /* of another version */
    if (kind == KIND_MEMBER) {
        layout->members[i].spelling = spelling;
        return parse_member(rest, &layout->members[i]);
    }
    if (kind == KIND_SYMBOL) {
        layout->symbols[i].spelling = spelling;
        return parse_symbol(rest, &layout->symbols[i]);
    }
    struct layout_number *numbers = kind == KIND_STRUCT ? layout->sizes : layout->enumerators;
    numbers[i].spelling = spelling;
    return parse_number(rest, &numbers[i]);
}

static void keep(char *buffer, size_t size, struct slice text)
{
    snprintf(buffer, size, "%.*s", SLICE_ARG(slice_take(slice_trim(text), size - 1)));
}

static enum layout_origin origin_of(struct slice word)
{
    for (int origin = LAYOUT_BTF; origin <= LAYOUT_DWARF; origin++)
        if (slice_equal(word, slice_from_string(layout_origin_word((enum layout_origin)origin))))
            return (enum layout_origin)origin;
    return LAYOUT_FILE;
}

static bool parse_line(struct slice line, struct layout *layout, bool *is_of_these_rows)
{
    struct slice rest = line, word = slice_word(&rest);
    for (size_t k = 0; k < KIND_COUNT; k++)
        if (slice_equal(word, kinds[k].word))
            return parse_row((enum kind)k, rest, layout);
    uint64_t rows;
    if (slice_equal(word, SLICE("types")))
        layout->origin = origin_of(slice_word(&rest));
    else if (slice_equal(word, SLICE("build-id")))
        keep(layout->build_id, sizeof layout->build_id, rest);
    else if (slice_equal(word, SLICE("release")))
        keep(layout->release, sizeof layout->release, rest);
    else if (slice_equal(word, SLICE("rows"))) {
        rest = slice_word(&rest);
        *is_of_these_rows = slice_take_hex(&rest, &rows) && rows == hash_rows();
    }
    return true;
}

bool is_layout_text(struct slice text)
{
    return slice_starts(text, SLICE(FIRST_LINE "\n"));
}

struct error *layout_parse(struct slice text, struct layout *layout, bool *is_of_these_rows)
{
    bool is_current = false, is_whole = slice_ends(text, SLICE("\n" LAST_LINE "\n"));
    layout->origin = LAYOUT_FILE;
    if (!is_layout_text(text))
        return error_create(ERROR_INPUT, "not a layout: its first line is not \"" FIRST_LINE "\"");
    for (unsigned number = 1; text.length; number++)
        if (!parse_line(slice_cut(&text, '\n'), layout, &is_current))
            return error_create(ERROR_INPUT, "line %u of the layout is damaged", number);
    if (!is_whole)
        return error_create(ERROR_INPUT, "the layout is cut, its last line is not \"" LAST_LINE
                                         "\"; copy it again, or write it anew");
    if (is_of_these_rows)
        *is_of_these_rows = is_current;
    return NULL;
}
