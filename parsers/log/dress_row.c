#define PCRE2_CODE_UNIT_WIDTH 8
#include "parsers/log/dress_bind.h"

#include "analyzer/base/arena.h"

#include <assert.h>
#include <pcre2.h>
#include <stdlib.h>

enum {
    ROWS_LIMIT = 64, /* bits of a mask */
    NEED_WINDOW = 32,
    MATCH_WINDOW = 1024,  /* a prefix is short; structured data of RFC 5424 is the longest */
    MATCH_LIMIT = 100000, /* steps of pcre2; hostile text gets no more */
    HEAP_LIMIT_KIB = 256,
};

struct compiled_row {
    pcre2_code *code;
    uint32_t groups[DRESS_BINDINGS]; /* number of the group, 0: the pattern has none */
};

struct dress_matcher {
    uint64_t rows_by_first[256];
    unsigned layers_by_first[256]; /* of those rows */
    struct compiled_row rows[ROWS_LIMIT];
    pcre2_match_data *data;
    pcre2_match_context *context;
};

/** Enter @p row for each byte that it may begin with, a set like "a-z[". */
static void enter_first(struct dress_matcher *matcher, const struct dress_row *row, size_t index)
{
    for (const char *at = row->first; *at; at++) {
        unsigned char low = (unsigned char)*at, high = low;
        if (at[1] == '-' && at[2]) {
            high = (unsigned char)at[2];
            at += 2;
        }
        for (unsigned c = low; c <= high; c++) {
            matcher->rows_by_first[c] |= UINT64_C(1) << index;
            matcher->layers_by_first[c] |= row->layer;
        }
    }
}

struct dress_matcher *dress_matcher_create(void)
{
    struct dress_matcher *matcher = must_allocate(sizeof *matcher);
    for (size_t i = 0; dress_row_at(i); i++) {
        assert(i < ROWS_LIMIT);
        enter_first(matcher, dress_row_at(i), i);
    }
    matcher->data = pcre2_match_data_create(DRESS_BINDINGS + 1, NULL);
    matcher->context = pcre2_match_context_create(NULL);
    if (!matcher->data || !matcher->context)
        die_out_of_memory();
    pcre2_set_match_limit(matcher->context, MATCH_LIMIT);
    pcre2_set_heap_limit(matcher->context, HEAP_LIMIT_KIB);
    return matcher;
}

void dress_matcher_destroy(struct dress_matcher *matcher)
{
    if (!matcher)
        return;
    for (size_t i = 0; i < ROWS_LIMIT; i++)
        pcre2_code_free(matcher->rows[i].code);
    pcre2_match_data_free(matcher->data);
    pcre2_match_context_free(matcher->context);
    free(matcher);
}

static void compile_row(struct compiled_row *compiled, const struct dress_row *row)
{
    int error;
    PCRE2_SIZE at;
    compiled->code =
        pcre2_compile((PCRE2_SPTR)row->pattern, PCRE2_ZERO_TERMINATED,
                      PCRE2_ANCHORED | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY, &error, &at, NULL);
    if (!compiled->code)
        die_out_of_memory(); /* the patterns are ours and tested: nothing else can be wrong */
#ifndef WHYOOM_NO_JIT        /* for valgrind, which cannot follow such code */
    pcre2_jit_compile(compiled->code, PCRE2_JIT_COMPLETE);
#endif
    for (size_t i = 0; i < DRESS_BINDINGS; i++) {
        int group =
            pcre2_substring_number_from_name(compiled->code, (PCRE2_SPTR)dress_bindings[i].group);
        compiled->groups[i] = group > 0 ? (uint32_t)group : 0;
    }
}

static bool row_may_match(const struct dress_row *row, const struct prefix *prefix, int *has_clock)
{
    struct slice text = prefix->message.text;
    if (!(row->layer & prefix->allowed))
        return false;
    if (row->literal && !slice_starts(text, slice_from_string(row->literal)))
        return false;
    if (row->needs && slice_find_byte(slice_take(text, NEED_WINDOW), row->needs) == SLICE_NOT_FOUND)
        return false;
    if (row->has_clock && *has_clock < 0)
        *has_clock = prefix_has_clock(text);
    return !row->has_clock || *has_clock;
}

/** Hand the groups that took part to their members. */
static void bind_groups(const struct dress_matcher *matcher, const struct compiled_row *compiled,
                        const struct dress_row *row, struct prefix *prefix)
{
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(matcher->data);
    uint32_t pairs = pcre2_get_ovector_count(matcher->data);
    const char *text = prefix->message.text.data;
    for (size_t i = 0; i < DRESS_BINDINGS; i++) {
        uint32_t group = compiled->groups[i];
        if (group == 0 || group >= pairs || ends[2 * group] == PCRE2_UNSET)
            continue;
        PCRE2_SIZE start = ends[2 * group], end = ends[2 * group + 1];
        dress_bindings[i].bind(prefix, row, slice_of(text + start, end - start));
    }
    prefix->evidence |= row->evidence;
    prefix->is_dropped |= row->layer == LAYER_LINE;
    prefix_follow(prefix, row->layer, slice_skip(prefix->message.text, ends[1]));
}

static bool row_take(struct dress_matcher *matcher, size_t index, const struct dress_row *row,
                     struct prefix *prefix)
{
    struct compiled_row *compiled = &matcher->rows[index];
    if (!compiled->code)
        compile_row(compiled, row);
    struct slice window = slice_take(prefix->message.text, MATCH_WINDOW);
    int matched = pcre2_match(compiled->code, (PCRE2_SPTR)window.data, window.length, 0, 0,
                              matcher->data, matcher->context);
    if (matched < 0)
        return false;
    bind_groups(matcher, compiled, row, prefix);
    return true;
}

const struct dress_row *dress_matcher_take(struct dress_matcher *matcher, struct prefix *prefix)
{
    struct slice text = prefix->message.text;
    unsigned char first = text.length ? (unsigned char)text.data[0] : 0;
    if (!(matcher->layers_by_first[first] & prefix->allowed) || prefix_is_kernel_text(text))
        return NULL;
    int has_clock = -1; /* not known yet */
    for (uint64_t left = matcher->rows_by_first[first]; left; left &= left - 1) {
        size_t index = (size_t)__builtin_ctzll(left);
        const struct dress_row *row = dress_row_at(index);
        if (row_may_match(row, prefix, &has_clock) && row_take(matcher, index, row, prefix))
            return row;
    }
    return NULL;
}
