/*
 * Reads the tables of record_fields.h from JSON, for record*.c: every value is checked, the first
 * one that is not what it should be is remembered with its place, and what is absent stays unknown.
 */
#ifndef WHYOOM_RECORD_READER_H
#define WHYOOM_RECORD_READER_H

#include <jansson.h>

#include "analyzer/base/error.h"
#include "analyzer/record_fields.h"

/* A line that something in the record refers to. Indexes are given once all lines are known, in
 * the order of the report. */
struct line_reference {
    uint32_t *target; /* the `line` member that gets the index */
    struct report_line line;
    size_t place; /* among all references; then of the first one to the same line */
};

struct record_reader {
    struct incident *incident;
    struct error *error; /* the first mistake */
    struct line_reference *references;
    size_t references_count;
};

/** Remember that @p key of the object called @p where is not what it should be. */
void record_complain(struct record_reader *reader, const char *where, const char *key,
                     const char *should_be);

/* Of @p object, called @p where in complaints: a member of a type, NULL when it is absent or
 * another type, which is complained of. A NULL object has no members. */
json_t *record_object(struct record_reader *reader, json_t *object, const char *where,
                      const char *key);
json_t *record_array(struct record_reader *reader, json_t *object, const char *where,
                     const char *key);
struct slice record_text(struct record_reader *reader, json_t *object, const char *where,
                         const char *key);
struct amount record_integer(struct record_reader *reader, json_t *object, const char *where,
                             const char *key);
bool record_truth(struct record_reader *reader, json_t *object, const char *where, const char *key);

/** Decimal seconds (scale 6) or a share (scale 3) as an integer. */
struct amount record_decimal(struct record_reader *reader, json_t *object, const char *where,
                             const char *key, int digits);

/** A term's value; 0 when the key is absent, a complaint when the word is not of the vocabulary. */
unsigned record_term(struct record_reader *reader, json_t *object, const char *key,
                     enum vocabulary_id id);

/** The index of the text in @p words, or 0. */
unsigned record_word(struct record_reader *reader, json_t *object, const char *where,
                     const char *key, const char *const *words, size_t count);

/** An array of texts. */
void record_texts(struct record_reader *reader, json_t *object, const char *where, const char *key,
                  struct slice **ret, size_t *ret_count);

/** Fill @p record, the struct that @p fields belongs to. */
void record_fields_read(struct record_reader *reader, json_t *object, const char *where,
                        void *record, const struct record_fields *fields);

void record_figures(struct record_reader *reader, json_t *object, const char *where,
                    const struct figure *figures, struct amount *amounts, int count);

/** The object's "line" and "text", if there, as the line of @p target. */
void record_line(struct record_reader *reader, json_t *object, const char *where, uint32_t *target);

/** "memcg", "host_memory", "pool". For record.c. */
void record_read_memory(struct record_reader *reader, json_t *root);

/** "vmcore". For record.c. */
void record_read_dump(struct record_reader *reader, json_t *root);

#endif
