/*
 * One value of a view as text for people: sizes in their unit, counts with their thousands parted,
 * lists on one line. An empty text is unknown.
 */
#ifndef WHYOOM_RENDER_VIEW_CELL_H
#define WHYOOM_RENDER_VIEW_CELL_H

#include <jansson.h>

#include "analyzer/base/arena.h"

/** The value at @p key of @p object ("stat.anon_bytes": through objects); NULL: it has none. */
const json_t *view_value_at(const json_t *object, const char *key);

/** @p value, which stands at @p key, as escaped text of @p arena. */
struct slice view_cell_text(struct arena *arena, const char *key, const json_t *value);

/** The same of a number that is a name: its thousands are not parted. */
struct slice view_id_text(struct arena *arena, const json_t *value);

#endif
