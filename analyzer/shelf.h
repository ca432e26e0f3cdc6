/*
 * What the members of an archive yielded, until its end: only then is known in what order they are
 * to be told, the rotated files of one log oldest first, as in a directory.
 *
 * An archive of more than LIMIT_SHELF is told in parts.
 */
#ifndef WHYOOM_SHELF_H
#define WHYOOM_SHELF_H

#include "analyzer/intake.h"

struct shelf;

/** @p sink is borrowed: what stands on the shelf goes there in the end. */
struct shelf *shelf_create(const struct intake_sink *sink);

/** Where the members yield. */
const struct intake_sink *shelf_sink(const struct shelf *shelf);

/** What comes next is the member's at @p path. */
void shelf_begin(struct shelf *shelf, const char *path);

/** Hand over what is left, and free. */
void shelf_destroy(struct shelf *shelf);

#endif
