/*
 * The names inside the lines of a report: found by where they stand, by being known already, or by
 * their looks.
 */
#ifndef WHYOOM_ANONYMIZE_LINE_H
#define WHYOOM_ANONYMIZE_LINE_H

#include "analyzer/pseudonym.h"

struct secrets;

struct secrets *secrets_create(const struct pseudonyms *names);

/** Free; NULL is fine. */
void secrets_destroy(struct secrets *secrets);

/** @p text becomes @p pseudonym wherever it stands as a word. Texts of fewer than three characters
 * and without a letter are not looked for: they would be found in every figure. */
void secrets_add(struct secrets *secrets, struct slice text, struct slice pseudonym);

/** @p line without names, in the arena of the pseudonyms. */
struct slice secrets_remove(const struct secrets *secrets, struct slice line);

#endif
