/*
 * Numbers as people write them in rules: 12, 50%, 1.5 GiB, 100 MB, 64 pages.
 */
#ifndef WHYOOM_RULES_LITERAL_H
#define WHYOOM_RULES_LITERAL_H

#include "rules/expression.h"

/**
 * Make @p node the literal @p number ("1.5") with @p unit ("GiB", "%", or empty).
 * @return NULL, or what is wrong with it
 */
const char *literal_set(struct expression *node, struct slice number, struct slice unit,
                        bool is_negative);

/** Is @p word a unit, or meant to be one ("kB", which is refused with the reason)? */
bool literal_is_unit(struct slice word);

#endif
