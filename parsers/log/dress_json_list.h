/*
 * Lists of records in the one JSON document in which a service answers a question: put in the order
 * of their times, and given the names that stand elsewhere in it.
 *
 * Private to the dress. Services give the newest record first unless told otherwise.
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_JSON_LIST_H
#define WHYOOM_PARSERS_LOG_DRESS_JSON_LIST_H

#include <jansson.h>

/** Turn every list in @p value of which all records descend in time; make objects of rows. */
void json_list_read(json_t *value);

#endif
