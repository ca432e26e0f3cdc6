#define PCRE2_CODE_UNIT_WIDTH 8
#include "rules/pattern.h"

#include <pcre2.h>
#include <stdlib.h>

/* Backtracking steps and nesting of one match: names and paths are short, honest patterns need a
 * few hundred. */
enum { MATCH_STEPS = 20000, MATCH_DEPTH = 200, PATTERN_LENGTH = 1000 };

struct text_pattern {
    pcre2_code *code;
    pcre2_match_context *limits;
};

static void *take(PCRE2_SIZE size, void *arena)
{
    return arena_allocate(arena, size);
}

/* The arena frees all at once. */
static void leave(void *memory, void *arena)
{
    (void)memory;
    (void)arena;
}

static struct slice explain(struct arena *arena, int code)
{
    PCRE2_UCHAR message[120];
    if (pcre2_get_error_message(code, message, sizeof message) < 0)
        return SLICE("not a pattern");
    return arena_format(arena, "%s", (const char *)message);
}

static pcre2_code *compile(pcre2_general_context *memory, struct slice source, uint32_t options,
                           int *ret_code, size_t *ret_offset)
{
    pcre2_compile_context *context = pcre2_compile_context_create(memory);
    pcre2_set_max_pattern_length(context, PATTERN_LENGTH);
    pcre2_set_parens_nest_limit(context, 32);
    return pcre2_compile((PCRE2_SPTR)source.data, source.length, options, ret_code, ret_offset,
                         context);
}

const struct text_pattern *pattern_compile(struct arena *arena, struct slice source,
                                           bool ignores_case, size_t *ret_offset,
                                           struct slice *ret_message)
{
    int code = 0;
    uint32_t options = PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE |
                       (ignores_case ? PCRE2_CASELESS : 0);
    pcre2_general_context *memory = pcre2_general_context_create(take, leave, arena);
    struct text_pattern *pattern = arena_allocate(arena, sizeof *pattern);
    pattern->code = compile(memory, source, options, &code, ret_offset);
    if (!pattern->code) {
        *ret_message = explain(arena, code);
        return NULL;
    }
    pattern->limits = pcre2_match_context_create(memory);
    pcre2_set_match_limit(pattern->limits, MATCH_STEPS);
    pcre2_set_depth_limit(pattern->limits, MATCH_DEPTH);
    return pattern;
}

enum outcome pattern_match(const struct text_pattern *pattern, struct slice text)
{
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    if (!data)
        die_out_of_memory();
    int found =
        pcre2_match(pattern->code, (PCRE2_SPTR)text.data, text.length, 0, 0, data, pattern->limits);
    pcre2_match_data_free(data);
    if (found == PCRE2_ERROR_NOMATCH)
        return OUTCOME_NO;
    return found >= 0 ? OUTCOME_YES : OUTCOME_UNKNOWN;
}
