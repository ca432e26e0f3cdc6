/*
 * What the members of an archive yielded, until its end: only then is known in what order they are
 * to be told, the rotated files of one log oldest first, as in a directory.
 *
 * An archive of more than LIMIT_ARCHIVE_ORDER is told in parts, each log as a whole if it alone is
 * not too much.
 */
#ifndef WHYOOM_ARCHIVE_ORDER_H
#define WHYOOM_ARCHIVE_ORDER_H

#include "analyzer/intake.h"

struct archive_order;

/** @p sink is borrowed: what is kept goes there in the end. */
struct archive_order *archive_order_create(const struct intake_sink *sink);

/** Where the members yield. */
const struct intake_sink *archive_order_sink(const struct archive_order *order);

/** What comes next is the member's at @p path. */
void archive_order_begin(struct archive_order *order, const char *path);

/** Hand over what is left, and free. */
void archive_order_destroy(struct archive_order *order);

#endif
