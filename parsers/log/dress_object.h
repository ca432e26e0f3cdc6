/*
 * JSON objects that are written over several lines, as jq and the clouds' tools print them.
 *
 * Private to the dress. The lines are held until the object that they make is whole; an object in
 * it that stands on lines of its own, an element of a list, takes its place.
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_OBJECT_H
#define WHYOOM_PARSERS_LOG_DRESS_OBJECT_H

#include "parsers/log/dress_sample.h"

struct object {
    struct sample lines;
    size_t depth; /* brackets that are open */
};

/** Whether @p line may open an object, or the pair of a time and a line. */
bool object_opens(struct slice line);

/** Whether @p line may stand in the object that is open. */
bool object_may_hold(struct slice line);

/** Hold @p line. @return whether the object is whole, or held no longer */
bool object_add(struct object *object, struct slice line, const struct place *place);

#endif
