/*
 * The words of a rule: facts, terms, numbers, quoted text, /patterns/ and signs.
 */
#ifndef WHYOOM_RULES_TOKEN_H
#define WHYOOM_RULES_TOKEN_H

#include "analyzer/base/slice.h"

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,    /* memcg.stat.shmem, oom-kill, shmem_*, *_write_begin */
    TOKEN_NUMBER,  /* 12, 1.5 */
    TOKEN_TEXT,    /* "java", without its quotes */
    TOKEN_PATTERN, /* /^kube/, without its slashes */
    TOKEN_SIGN,    /* >= <= > < ( ) , + - % */
    TOKEN_WRONG,   /* a byte that starts nothing, a quote or slash that nobody closes */
};

struct token {
    enum token_kind kind;
    struct slice text;
    size_t start, end; /* bytes of the source, quotes included */
};

/** The token at or after byte @p from of @p source. */
struct token token_read(struct slice source, size_t from);

static inline bool token_is(const struct token *token, enum token_kind kind, const char *text)
{
    return token->kind == kind && slice_equal(token->text, slice_from_string(text));
}

#endif
