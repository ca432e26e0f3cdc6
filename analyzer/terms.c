#include "analyzer/terms.h"

#define TERM_NAME(constant, name) name,
static const char *const kinds[] = {KIND_TERMS(TERM_NAME)};
static const char *const scopes[] = {SCOPE_TERMS(TERM_NAME)};
static const char *const limits[] = {LIMIT_TERMS(TERM_NAME)};
static const char *const charge_paths[] = {CHARGE_PATH_TERMS(TERM_NAME)};
static const char *const parts[] = {PART_TERMS(TERM_NAME)};
static const char *const classes[] = {CLASS_TERMS(TERM_NAME)};
static const char *const confidences[] = {CONFIDENCE_TERMS(TERM_NAME)};

static const struct vocabulary vocabularies[VOCABULARY_COUNT] = {
    [VOCABULARY_KIND] = {"kind", kinds, KIND_COUNT},
    [VOCABULARY_SCOPE] = {"scope", scopes, SCOPE_COUNT},
    [VOCABULARY_LIMIT] = {"limit", limits, LIMIT_COUNT},
    [VOCABULARY_CHARGE_PATH] = {"charge_path", charge_paths, CHARGE_PATH_COUNT},
    [VOCABULARY_PART] = {"dominant", parts, PART_COUNT},
    [VOCABULARY_CLASS] = {"class", classes, CLASS_COUNT},
    [VOCABULARY_CONFIDENCE] = {"confidence", confidences, CONFIDENCE_COUNT},
};

const struct vocabulary *vocabulary_get(enum vocabulary_id id)
{
    return &vocabularies[id];
}

const char *term_name(enum vocabulary_id id, int value)
{
    const struct vocabulary *vocabulary = &vocabularies[id];
    return vocabulary->terms[value >= 0 && value < vocabulary->count ? value : 0];
}

int term_find(enum vocabulary_id id, struct slice name)
{
    for (int i = 0; i < vocabularies[id].count; i++)
        if (slice_equal(slice_from_string(vocabularies[id].terms[i]), name))
            return i;
    return -1;
}
