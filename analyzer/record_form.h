/*
 * Where the records of a log begin, when they have several lines: those of a JSON document, of
 * journalctl -o export and -o verbose.
 */
#ifndef WHYOOM_RECORD_FORM_H
#define WHYOOM_RECORD_FORM_H

#include "analyzer/base/slice.h"

enum { RECORD_OPENER_MAX = 64 };

enum record_kind {
    RECORDS_OF_LINES,    /* each line is one */
    RECORDS_IN_BRACKETS, /* a line that is the opener begins one */
    RECORDS_EXPORTED,    /* a line that starts with the opener */
    RECORDS_VERBOSE,     /* a line that is not indented */
};

struct record_form {
    enum record_kind kind;
    char opener[RECORD_OPENER_MAX]; /* "", where it is no matter of words */
};

/** The form of a log that begins with @p sample. */
struct record_form record_form_of(struct slice sample);

/** Where the last record of @p text begins; SLICE_NOT_FOUND: before the text. */
size_t record_find_last(const struct record_form *form, struct slice text);

#endif
