/*
 * Lines of JSON that whyoom reads again itself: counts, and strings of any bytes, which JSON cannot
 * hold as they are.
 */
#ifndef WHYOOM_JSON_LINE_H
#define WHYOOM_JSON_LINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "analyzer/base/slice.h"

/** Write @p object as a line, and let go of it. */
void json_write_line(FILE *out, json_t *object);

void json_put_count(json_t *object, const char *key, uint64_t count);

/** False: it is not there, or is no count. */
bool json_get_count(const json_t *object, const char *key, uint64_t *ret);

/** A string of any bytes: under @p other_key, as the characters of the same numbers, when it is no
 * UTF-8. */
void json_put_bytes(json_t *object, const char *key, const char *other_key, struct slice bytes);

/** What json_put_bytes() put there, NUL-terminated, for the caller to free; NULL: it is not there,
 * or damaged. */
char *json_get_bytes(const json_t *object, const char *key, const char *other_key, size_t *length);

#endif
