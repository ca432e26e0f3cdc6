/*
 * The charge path: which of several rules has the innermost frame of the call trace.
 *
 * Reliable frames are asked from the innermost outwards; the first one that a rule lists (and whose
 * conditions hold) decides, whatever stands further out. Of two rules that list it, the earlier one
 * wins.
 */
#ifndef WHYOOM_RULES_CHARGE_PATH_H
#define WHYOOM_RULES_CHARGE_PATH_H

#include "rules/evaluation.h"
#include "rules/rule_file.h"

/** Which rules list a frame; built once. */
struct frame_index {
    struct frame_entry *exact; /* sorted by name, then by place */
    size_t exact_count;
    struct frame_entry *starred; /* by place */
    size_t starred_count;
};

/** Index the frames of @p rules, in the order in which they are tried. */
struct frame_index frame_index_create(struct arena *arena, struct rule *const *rules, size_t count);

/**
 * Let the rules at places @p from up to before @p to compete.
 * @param[out] ret_line of the frame that told
 * @return the place of the rule that wins, or @p to
 */
size_t frame_index_decide(const struct frame_index *index, struct rule *const *rules, size_t from,
                          size_t to, struct evaluation *evaluation, uint32_t *ret_line);

#endif
