/*
 * Which units fit together: the type rules of expressions.
 */
#ifndef WHYOOM_RULES_EXPRESSION_TYPES_H
#define WHYOOM_RULES_EXPRESSION_TYPES_H

#include "rules/expression.h"

/**
 * Give @p node, whose children have their types, its own.
 * @return an empty slice, or what does not fit together, in @p arena
 */
struct slice expression_set_type(struct arena *arena, struct expression *node);

#endif
